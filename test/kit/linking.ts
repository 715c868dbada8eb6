/** Links an account's channels through the API, as the dashboard does: sealed by the page, and the steps opened with its key. */
import { newKeyPair, openAnonymous, sealAnonymously } from '../../contracts/seal.js';
import {
  linkAnswer,
  pairingStep,
  type LinkAnswer,
  type LinkResponse,
  type PairingView,
} from '../../contracts/worker-door.js';
import type { Installation } from './installation.js';

export interface Step {
  kind: 'qr' | 'code';
  text: string;
}

interface Linking {
  credential: object;
  hosts?: string[];
  /** What the user does with each step. */
  onStep?: (step: Step) => void;
}

/** @throws Error with the code of what went wrong */
export async function link(
  ara: Installation,
  account: string,
  kind: string,
  { credential, hosts, onStep }: Linking,
): Promise<LinkAnswer> {
  const keys = newKeyPair();
  const { publicKey } = await ara.api<{ publicKey: string }>('GET', `/v1/accounts/${account}/public-key`);
  const payload = { ...credential, sealTo: Buffer.from(keys.publicKey).toString('base64') };
  const sealed = sealAnonymously(Buffer.from(publicKey, 'base64'), Buffer.from(JSON.stringify(payload)));
  const path = `/v1/accounts/${account}/channels/${kind}`;
  const answer = await ara.api<LinkAnswer>('POST', path, { sealed, ...(hosts && { hosts }) });
  if (!('pairing' in answer)) return answer;
  for (let after = 0; ;) {
    const view = await ara.api<PairingView>('GET', `${path}/pairing?after=${after}`);
    const isNew = view.number > after;
    after = view.number;
    if (view.state === 'failed') throw new Error(`linking ${kind} failed: ${view.error}`);
    if (view.sealed === null || !isNew) continue;
    const opened = JSON.parse(openAnonymous(keys, view.sealed).toString()) as unknown;
    if (view.state === 'linked') return linkAnswer.parse(opened);
    onStep?.(pairingStep.parse(opened));
  }
}

/** The code that a linking gave. @throws Error when it gave none */
export function codeOf(answer: LinkAnswer): LinkResponse['code'] {
  if (!('code' in answer)) throw new Error(`no code: ${JSON.stringify(answer)}`);
  return answer.code;
}
