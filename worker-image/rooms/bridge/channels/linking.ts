/**
 * Who may write, and where: `/link CODE` binds a chat identity to the account, and everyone else is a stranger; the owner's
 * `/allow` opens a group, and `/disallow` closes it. `!` does as well as `/`, which some apps keep for themselves.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Admission } from '../../../../bridges/bridge.js';
import type { ChannelKind, ChatId } from '../../../../contracts/ids.js';
import type { Journal } from '../journal/journal.js';

/** No 0, O, 1, I, L: what people mistype. 31 letters, 9 of them: 44 bits. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const CODE_LENGTH = 9;
export const CODE_LIFETIME = 10 * 60_000;
const MAX_TRIES = 5;
/** Past this many strangers the rest are refused in silence, so that they cannot fill the volume. */
const MAX_REFUSED_SENDERS = 1_000;

const MAX_GROUPS = 100;

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
      this.removeOwner();
      this.journal.run('DELETE FROM refused_senders WHERE channel = ?', this.channel);
    });
    return { code, expiresAt };
  }

  /** The owner is known from the linking itself: no code is needed, and an earlier one is void. */
  bind(owner: string, chat: ChatId): void {
    this.journal.transaction(() => {
      this.setOwner(owner, chat);
      this.journal.run('DELETE FROM refused_senders WHERE channel = ?', this.channel);
    });
  }

  get hasOwner(): boolean {
    return this.owner !== null;
  }

  /** As the platform names them. */
  get owner(): string | null {
    return this.fact('owner');
  }

  /** Milliseconds since 1970; null when nobody has noted it. */
  get ownerSince(): number | null {
    const since = this.fact('owner-since');
    return since === null ? null : Number(since);
  }

  /** Where the owner was linked; null when nobody has noted it. */
  get ownerChat(): ChatId | null {
    return this.fact('owner-chat') as ChatId | null;
  }

  /** Where the owner was last met alone; null when that is nowhere yet. */
  get chat(): ChatId | null {
    if (!this.hasOwner) return null;
    const from = Number(this.fact('owner-from'));
    return this.journal.lastChat(this.channel, from, this.groups) ?? this.ownerChat;
  }

  /** Whether the owner has opened this group. */
  allowsGroup(chat: ChatId): boolean {
    return this.groups.includes(chat);
  }

  /** Whether the one who owns it now has written there: what was said to another before them is none of theirs. */
  knowsChat(chat: ChatId): boolean {
    if (!this.hasOwner) return false;
    return (
      chat === this.ownerChat || this.journal.knowsChat(this.channel, chat, Number(this.fact('owner-from')))
    );
  }

  /** From here on they are a stranger. */
  removeOwner(): void {
    if (this.owner !== null) this.setFact('owner-before', this.hash(this.owner));
    for (const name of ['owner', 'owner-since', 'owner-chat', 'groups']) this.setFact(name, null);
  }

  forget(): void {
    this.removeOwner();
    for (const name of ['code', 'checkpoint']) this.setFact(name, null);
    this.journal.run('DELETE FROM refused_senders WHERE channel = ?', this.channel);
  }

  admit(sender: string, text: string, chat: ChatId | null = null): Admission {
    const offered = /^[/!](?:link|start)(?:@\w+)?\s+(\S{1,64})\s*$/i.exec(text)?.[1];
    if (this.owner === sender) {
      // The owner's own /link is answered here: it would only confuse the assistant.
      if (offered) return { admitted: false, reply: 'This chat is linked already.' };
      const word = /^[/!](allow|disallow)(?:@\S+)?\s*$/i.exec(text)?.[1]?.toLowerCase();
      if (word && chat !== null) return { admitted: false, reply: this.setGroup(chat, word === 'allow') };
      return { admitted: true, reply: null };
    }
    if (offered && !this.hasOwner) return this.tryCode(sender, offered, chat);
    return this.refuse(sender);
  }

  private tryCode(sender: string, offered: string, chat: ChatId | null): Admission {
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
    this.journal.transaction(() => this.setOwner(sender, chat));
    this.onLinked();
    return {
      admitted: false,
      reply: 'Linked. I am Ara, your own assistant: write to me, or send /help to see what I can do.',
    };
  }

  private setOwner(owner: string, chat: ChatId | null): void {
    this.setPending(null);
    const before = this.fact('owner-before');
    if (before !== null && before !== this.hash(owner))
      this.setFact('owner-from', String(this.journal.lastSeq()));
    this.setFact('owner', owner);
    this.setFact('owner-since', String(this.now()));
    this.setFact('owner-chat', chat);
  }

  private get groups(): string[] {
    return JSON.parse(this.fact('groups') ?? '[]') as string[];
  }

  /** The answer to the owner. */
  private setGroup(chat: ChatId, isAllowed: boolean): string {
    if (chat === this.ownerChat) return 'This chat needs no /allow: it is yours. That is for groups.';
    const others = this.groups.filter((each) => each !== chat);
    if (isAllowed && others.length >= MAX_GROUPS)
      return `I am in ${MAX_GROUPS} groups already. Send /disallow in one of them first.`;
    const groups = isAllowed ? [...others, chat] : others;
    this.setFact('groups', groups.length > 0 ? JSON.stringify(groups) : null);
    return isAllowed
      ? 'I answer you in this group from now on, and nobody else. Send /disallow to end that.'
      : 'I no longer answer in this group.';
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
    const stored = this.fact('code');
    return stored ? (JSON.parse(stored) as PendingCode) : null;
  }

  private setPending(code: PendingCode | null): void {
    this.setFact('code', code && JSON.stringify(code));
  }

  private fact(name: string): string | null {
    return this.journal.fact(`${this.channel}.${name}`);
  }

  private setFact(name: string, value: string | null): void {
    this.journal.setFact(`${this.channel}.${name}`, value);
  }

  private hash(text: string): string {
    return createHash('sha256').update(`${this.channel}|${text}`).digest('hex');
  }
}
