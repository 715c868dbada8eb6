/** Who may write: `/link CODE` binds a chat identity to the account, and everyone else is a stranger. */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Admission } from '../../../bridges/bridge.js';
import type { ChannelKind } from '../../../contracts/ids.js';
import type { Journal } from './journal.js';

/** No 0, O, 1, I, L: what people mistype. 31 letters, 9 of them: 44 bits. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const CODE_LENGTH = 9;
export const CODE_LIFETIME = 10 * 60_000;
const MAX_TRIES = 5;
/** Past this many strangers the rest are refused in silence, so that they cannot fill the volume. */
const MAX_REFUSED_SENDERS = 1_000;

const NEITHER: Admission = { admitted: false, reply: null };

interface PendingCode {
  hash: string;
  expiresAt: number;
  tries: number;
}

export class Linking {
  constructor(
    private readonly journal: Journal,
    private readonly channel: ChannelKind,
    private readonly onLinked: () => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Makes the code that the owner sends; the one before it is void, and so is the owner. */
  newCode(): { code: string; expiresAt: number } {
    const letters = Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
    const code = letters.join('');
    const expiresAt = this.now() + CODE_LIFETIME;
    this.journal.transaction(() => {
      this.setPending({ hash: this.hash(code), expiresAt, tries: 0 });
      this.journal.setFact(`${this.channel}.owner`, null);
      this.journal.run('DELETE FROM refused_senders WHERE channel = ?', this.channel);
    });
    return { code, expiresAt };
  }

  get hasOwner(): boolean {
    return this.journal.fact(`${this.channel}.owner`) !== null;
  }

  forget(): void {
    for (const name of ['owner', 'code', 'checkpoint']) this.journal.setFact(`${this.channel}.${name}`, null);
    this.journal.run('DELETE FROM refused_senders WHERE channel = ?', this.channel);
  }

  admit(sender: string, text: string): Admission {
    const offered = /^\/(?:link|start)(?:@\w+)?\s+(\S{1,64})\s*$/i.exec(text)?.[1];
    if (this.journal.fact(`${this.channel}.owner`) === sender) {
      // The owner's own /link is answered here: it would only confuse the assistant.
      return offered
        ? { admitted: false, reply: 'This chat is linked already.' }
        : { admitted: true, reply: null };
    }
    if (offered && !this.hasOwner) return this.tryCode(sender, offered);
    return this.refuse(sender);
  }

  private tryCode(sender: string, offered: string): Admission {
    const pending = this.pending();
    if (!pending || pending.expiresAt < this.now() || pending.tries >= MAX_TRIES) {
      const said = this.sayOnce(`${sender}|code`);
      return said
        ? { admitted: false, reply: 'This code is no longer valid. Make a new one and send it here.' }
        : NEITHER;
    }
    const right = timingSafeEqual(Buffer.from(this.hash(offered.toUpperCase())), Buffer.from(pending.hash));
    if (!right) {
      this.setPending({ ...pending, tries: pending.tries + 1 });
      const left = MAX_TRIES - pending.tries - 1;
      const rest = left > 0 ? `${left} ${left === 1 ? 'try' : 'tries'} left.` : 'Make a new one.';
      return { admitted: false, reply: `That code is wrong. ${rest}` };
    }
    this.journal.transaction(() => {
      this.setPending(null);
      this.journal.setFact(`${this.channel}.owner`, sender);
    });
    this.onLinked();
    return {
      admitted: false,
      reply: 'Linked. I am Ara, your own assistant: write to me, or send /help to see what I can do.',
    };
  }

  /** Once a sender, politely; then silence. */
  private refuse(sender: string): Admission {
    if (!this.sayOnce(sender)) return NEITHER;
    const reply = this.hasOwner
      ? 'Sorry, this is a private assistant and I only talk with its owner.'
      : 'This assistant waits for its owner. If that is you, send /link and the code that was shown to you.';
    return { admitted: false, reply };
  }

  private sayOnce(about: string): boolean {
    const known = this.journal.get<{ n: number }>(
      'SELECT count(*) AS n FROM refused_senders WHERE channel = ?',
      this.channel,
    );
    if ((known?.n ?? 0) >= MAX_REFUSED_SENDERS) return false;
    const added = this.journal.run(
      'INSERT INTO refused_senders VALUES (?, ?) ON CONFLICT DO NOTHING',
      this.channel,
      this.hash(about),
    );
    return added > 0;
  }

  private pending(): PendingCode | null {
    const stored = this.journal.fact(`${this.channel}.code`);
    return stored ? (JSON.parse(stored) as PendingCode) : null;
  }

  private setPending(code: PendingCode | null): void {
    this.journal.setFact(`${this.channel}.code`, code && JSON.stringify(code));
  }

  private hash(text: string): string {
    return createHash('sha256').update(`${this.channel}|${text}`).digest('hex');
  }
}
