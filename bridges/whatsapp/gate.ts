/**
 * Stands in front of Baileys and decides which stanzas it sees. What is nobody's business here is acknowledged to the server
 * and neither decrypted nor answered.
 */
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { Socket } from './library.js';

/** `pass` gives the stanza to Baileys, `settle` only acknowledges it, `leave` lets the server send it again later. */
export type Verdict = 'pass' | 'settle' | 'leave';

export type Judge = (tag: 'message' | 'receipt' | 'notification', stanza: BinaryNode) => Verdict;

type Listener = (stanza: BinaryNode) => unknown;

/** @throws Error when Baileys does not listen as it did: better no connection than an open gate. */
export function setGate(socket: Socket, judge: Judge): void {
  for (const tag of ['message', 'receipt', 'notification'] as const) {
    const event = `CB:${tag}`;
    const [listener, ...others] = socket.ws.listeners(event) as Listener[];
    if (!listener || others.length > 0) throw new Error('Baileys listens in another way');
    socket.ws.removeAllListeners(event);
    socket.ws.on(event, (stanza: BinaryNode) => {
      const verdict = judgeSafely(judge, tag, stanza);
      if (verdict === 'pass') listener(stanza);
      else if (verdict === 'settle') socket.sendMessageAck(stanza).catch(() => undefined);
    });
  }
}

function judgeSafely(judge: Judge, tag: Parameters<Judge>[0], stanza: BinaryNode): Verdict {
  try {
    return judge(tag, stanza);
  } catch {
    return 'leave';
  }
}

/** Those that keep the account's encryption going. Others would have Baileys fetch what nobody needs. */
const notifications = new Set(['encrypt', 'devices', 'link_code_companion_reg', 'privacy_token']);

export const judgeNotification = ({ attrs }: BinaryNode): Verdict =>
  notifications.has(attrs['type'] ?? '') ? 'pass' : 'settle';
