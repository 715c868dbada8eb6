/** Reads on the outside of a stanza who wrote where, before anything is decrypted. Pure. */
import type { ChatId } from '../../contracts/ids.js';
import type { Account } from './account.js';
import { bare, isGroup, isMessageId, makeChatId, parseAddress, type MessageKey } from './ids.js';

type Attributes = Readonly<Record<string, string | undefined>>;

export interface Envelope {
  readonly chat: ChatId;
  /** As `BridgeHost.admit` gets it: the owner's id where it is the owner's. */
  readonly sender: string;
  readonly key: MessageKey;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** What is none of our business is null: it stays encrypted. */
export function readEnvelope(
  attrs: Attributes,
  account: Account,
  owners: readonly string[],
): Envelope | null {
  const { id = '', from = '' } = attrs;
  if (!isMessageId(id) || !parseAddress(from)) return null;
  const found = isGroup(from) ? inGroup(attrs, account, owners) : inChat(attrs, account, owners);
  if (!found) return null;
  const { chat, sender, participant } = found;
  const seconds = Number(attrs['t']);
  const sentAt = Number.isSafeInteger(seconds) && seconds > 0 && seconds < 1e11 ? seconds * 1000 : 0;
  return { chat, sender, sentAt, key: { chat, id, participant } };
}

interface Found {
  chat: ChatId;
  sender: string;
  participant: string | null;
}

/** Only the owner's messages are taken there; those of the others are not even decrypted. */
function inGroup(attrs: Attributes, account: Account, owners: readonly string[]): Found | null {
  const { from = '', participant } = attrs;
  const other = attrs['participant_pn'] ?? attrs['participant_lid'];
  const owner = ownerIn(account.aliases(participant, other), owners);
  const address = bare(participant);
  const ownNumber = account.isMe(participant);
  if (owner === null || address === null || ownNumber !== (account.mode === 'own')) return null;
  return { chat: makeChatId(from), sender: owner, participant: address };
}

function inChat(attrs: Attributes, account: Account, owners: readonly string[]): Found | null {
  const { from = '', recipient } = attrs;
  if (account.mode === 'own') {
    const toMyself = account.isMe(from) && (recipient === undefined || account.isMe(recipient));
    const me = ownerIn(account.own, owners) ?? account.address;
    return toMyself ? { chat: makeChatId(me), sender: me, participant: null } : null;
  }
  if (account.isMe(from)) return null;
  const aliases = account.aliases(from, attrs['sender_pn'] ?? attrs['sender_lid']);
  // As long as there is no owner, whoever writes may be about to link themselves; after that a stranger's message is not even
  // decrypted, since they would be told that it was delivered. One person keeps one id.
  const sender = ownerIn(aliases, owners) ?? (owners.length === 0 ? aliases[0] : undefined);
  return sender === undefined ? null : { chat: makeChatId(sender), sender, participant: null };
}

const ownerIn = (aliases: readonly string[], owners: readonly string[]): string | null =>
  aliases.find((address) => owners.includes(address)) ?? null;
