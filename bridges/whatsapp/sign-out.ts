/** Takes this device out of the phone's list of linked devices, and waits until WhatsApp has said so. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from './outbound.js';

const SERVER = '@s.whatsapp.net';
/** How a connection ends whose device was taken out. */
const TAKEN_OUT = 401;

/** Baileys' own sign-out does not wait for the answer. @returns whether it came within `patience` milliseconds. Never throws. */
export async function signOut({ socket, ended }: Line, patience: number): Promise<boolean> {
  const jid = socket.authState.creds.me?.id;
  if (jid === undefined) return false;
  const request = {
    tag: 'iq',
    attrs: { to: SERVER, type: 'set', id: socket.generateMessageTag(), xmlns: 'md' },
    content: [{ tag: 'remove-companion-device', attrs: { jid, reason: 'user_initiated' } }],
  };
  const answered = socket.query(request, patience).then(
    () => true,
    () => ended.then(({ code }) => code === TAKEN_OUT),
  );
  return Promise.race([answered, sleep(patience, false, { ref: false })]);
}
