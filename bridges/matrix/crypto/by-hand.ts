/** Where the crypto library knows no emoji: tells the owner who begins to verify us what to compare instead. */
import { randomUUID } from 'node:crypto';
import { isVerification } from '../inbound.js';
import type { Outgoing, VerificationHost, Verifier } from './machine.js';

/** What the owner has begun, in words of Matrix. */
interface Begun {
  sender: string;
  /** Null between devices. */
  room: string | null;
  event: string;
  transaction: string;
  device: string;
}

const CANCEL = 'm.key.verification.cancel';
const WHY = { code: 'm.unknown_method', reason: 'I cannot compare emoji here.' };

/** More at once than anybody carries on. */
const MOST_BEGUN = 20;

export class ByHand implements Verifier {
  private readonly begun: Begun[] = [];

  constructor(
    private readonly host: VerificationHost,
    private readonly self: { device: string; fingerprint: string },
    private readonly send: (request: Outgoing) => Promise<void>,
  ) {}

  notice(event: unknown, room: string | null): void {
    const { type, sender, event_id: id, content } = event as Record<string, unknown>;
    const said = (content ?? {}) as Record<string, unknown>;
    const begins = /\.(request|start)$/.test(String(type === 'm.room.message' ? said['msgtype'] : type));
    if (!begins || !isVerification(String(type), said) || typeof sender !== 'string') return;
    if (!this.host.owners().includes(sender) || this.begun.length >= MOST_BEGUN) return;
    const [device, transaction] = [said['from_device'], said['transaction_id']];
    this.begun.push({
      sender,
      room,
      event: String(id),
      device: String(device),
      transaction: String(transaction),
    });
  }

  receive(event: unknown, room: string): Promise<void> {
    this.notice(event, room);
    return Promise.resolve();
  }

  async goOn(): Promise<void> {
    for (let one = this.begun.shift(); one; one = this.begun.shift()) {
      this.host.tell(one.room, noEmoji(this.self));
      await this.send(cancelling(one));
    }
  }
}

/** The owner's client need not wait for what does not come. */
function cancelling({ sender, room, event, transaction, device }: Begun): Outgoing {
  const request = { id: null, eventType: CANCEL, transaction: randomUUID() };
  if (room === null) {
    const messages = { [sender]: { [device]: { transaction_id: transaction, ...WHY } } };
    return { ...request, kind: 'to-device', body: JSON.stringify({ messages }) };
  }
  const relation = { 'm.relates_to': { rel_type: 'm.reference', event_id: event } };
  return { ...request, kind: 'room-message', room, body: JSON.stringify({ ...relation, ...WHY }) };
}

/** The key in groups of four, as clients show it. */
function noEmoji({ device, fingerprint }: { device: string; fingerprint: string }): string {
  const key = fingerprint.match(/.{1,4}/g)?.join(' ') ?? '';
  return `I cannot compare emoji here. Compare these with what your client shows of my device, and verify it by hand there. The dashboard shows them too, under Channels.\n\nSession ID: \`${device}\`\n\nSession key: \`${key}\``;
}
