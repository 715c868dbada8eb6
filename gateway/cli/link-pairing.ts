/** Follows a linking that goes on in the container, and prints what has to be done on the phone. */
import { renderUnicodeCompact } from 'uqr';
import { errorCatalogue, type ErrorCode } from '../../contracts/errors.js';
import { openAnonymous, type KeyPair } from '../../contracts/seal.js';
import { linkAnswer, pairingStep, pairingView, type LinkAnswer } from '../../contracts/worker-door.js';
import { RefusedError, type ApiClient } from './api-client.js';

/**
 * @param path of the pairing, such as `/v1/accounts/ID/channels/whatsapp/pairing`
 * @param keys to which the steps are sealed
 * @throws RefusedError when it failed
 */
export async function follow(
  api: Pick<ApiClient, 'call'>,
  path: string,
  keys: KeyPair,
  print: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<Exclude<LinkAnswer, { pairing: true }>> {
  const opened = (sealed: string): unknown => JSON.parse(openAnonymous(keys, sealed).toString('utf8'));
  for (let after = 0; ;) {
    const view = pairingView.parse(await api.call('GET', `${path}?after=${after}`));
    if (view.needsHost !== null) return { needsHost: view.needsHost };
    if (view.state === 'failed') throw new RefusedError(told(view.error));
    if (view.state === 'linked') {
      const answer = linkAnswer.parse(opened(view.sealed ?? ''));
      if (!('pairing' in answer)) return answer;
    } else if (view.sealed !== null && view.number > after) print(shown(opened(view.sealed)));
    after = view.number;
  }
}

function shown(raw: unknown): string {
  const { kind, text, expiresAt } = pairingStep.parse(raw);
  const seconds = Math.max(0, Math.round((expiresAt - Date.now()) / 1_000));
  const where = 'On the phone: WhatsApp, Settings, Linked devices, Link a device';
  return kind === 'qr'
    ? `\n${renderUnicodeCompact(text, { border: 2 })}\n\n${where}. Scan this within ${seconds} s.\n`
    : `\n${where}, Link with phone number instead. Type this within ${seconds} s:\n\n    ${text}\n\n`;
}

const told = (code: string | null): string =>
  code !== null && Object.hasOwn(errorCatalogue, code)
    ? errorCatalogue[code as ErrorCode].tell
    : errorCatalogue.internal.tell;
