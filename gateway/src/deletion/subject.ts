/** Who a deletion was about, once nobody may know any more: a keyed hash of the account's id. Without the key it says nothing. */
import { createHmac, hkdfSync } from 'node:crypto';
import type { AccountId } from '../../../contracts/ids.js';
import type { Secrets } from '../secrets.js';

/** 64 hexadecimal digits; the same for the same account as long as the key-encryption key stays. */
export function subjectOf(
  { keyEncryptionKey }: Pick<Secrets, 'keyEncryptionKey'>,
  account: AccountId,
): string {
  const key = Buffer.from(hkdfSync('sha256', keyEncryptionKey, '', 'ara deleted accounts', 32));
  return createHmac('sha256', key).update(account).digest('hex');
}
