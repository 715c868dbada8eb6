/** How much the container may keep, and keeps, and whether that is encrypted. */
import type { Storage } from '../../api/types';
import { t } from '../../texts';
import { formatBytes } from '../../texts/format';

export function StorageLine({ storage }: { storage: Storage }) {
  const words = t.privacy.storage;
  const encryption = storage.encrypted === null ? '' : words.encrypted(storage.encrypted);
  return (
    <p className={storage.limit === null ? 'mt-4 text-soft' : 'mt-4'}>{`${amount(storage)} ${encryption}`}</p>
  );
}

function amount({ limit, used }: Storage): string {
  const words = t.privacy.storage;
  if (limit === null) return words.none;
  return used === null ? words.limit(formatBytes(limit)) : words.used(formatBytes(used), formatBytes(limit));
}
