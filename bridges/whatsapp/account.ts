/** Who is who: our own account, and a person by the phone number and by the hidden number that stands for it. */
import type { WhatsAppCredential } from './credential.js';
import { bare, parseAddress } from './ids.js';

/** What the account's keys know about numbers. */
interface Numbers {
  readonly creds: { me?: { id: string; lid?: string | undefined } | undefined };
  counterpart(kind: 'number' | 'hidden', user: string): string | null;
}

export class Account {
  constructor(
    readonly mode: WhatsAppCredential['mode'],
    private readonly numbers: Numbers,
  ) {}

  /** Our own addresses, the phone number's first. */
  get own(): string[] {
    const { me } = this.numbers.creds;
    return [me?.id, me?.lid].map(bare).filter((address) => address !== null);
  }

  /** Our address by phone number; empty before the account is linked. */
  get address(): string {
    return this.own[0] ?? '';
  }

  isMe(jid: string | null | undefined): boolean {
    const address = bare(jid);
    return address !== null && this.own.includes(address);
  }

  /** Whether it is the phone that we are linked to. */
  isOurPhone(jid: string | null | undefined): boolean {
    return this.isMe(jid) && parseAddress(jid)?.device === 0;
  }

  /** All addresses of a person, the phone number's first; `other` is what the stanza says beside. */
  aliases(jid: string | null | undefined, other?: string): string[] {
    const address = parseAddress(jid);
    if (!address || address.kind === 'group') return [];
    if (this.isMe(jid)) return this.own;
    const known = this.numbers.counterpart(address.kind, address.user);
    const stored = known === null ? null : `${known}@${address.kind === 'number' ? 'lid' : 's.whatsapp.net'}`;
    // What WhatsApp told before counts before what a stanza says.
    const second = stored ?? bare(other);
    const all = [bare(jid), second].filter((found) => found !== null);
    const isNumber = (found: string): boolean => parseAddress(found)?.kind === 'number';
    return [...all.filter(isNumber), ...all.filter((found) => !isNumber(found))];
  }
}
