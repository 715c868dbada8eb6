/** The only place that says where we may write. What sends takes an `OwnChat`, and nobody else can make one. */
import type { ChatId } from '../../contracts/ids.js';
import { PlatformError, type BridgeHost } from '../bridge.js';
import type { Account } from './account.js';
import { bare, isGroup } from './ids.js';

declare const own: unique symbol;

/** A chat of a linked owner, or a group that the owner has allowed. */
export type OwnChat = ChatId & { readonly [own]: true };

export class OwnChats {
  constructor(
    private readonly host: Pick<BridgeHost, 'owners' | 'allowsGroup'>,
    private readonly account: Account,
  ) {}

  /** Asked anew each time: an owner may have been taken away since. */
  find(chat: ChatId): OwnChat | null {
    if (bare(chat) !== chat) return null;
    const allowed = isGroup(chat) ? this.host.allowsGroup(chat) : this.isOwners(chat);
    return allowed ? (chat as OwnChat) : null;
  }

  /** @throws PlatformError `refused` */
  require(chat: ChatId): OwnChat {
    const found = this.find(chat);
    if (!found) throw new PlatformError('refused');
    return found;
  }

  /** On the user's own number there is one chat: the one with themselves. */
  private isOwners(chat: ChatId): boolean {
    const mayBe = this.account.mode === 'dedicated' || this.account.isMe(chat);
    return mayBe && this.host.owners().includes(chat);
  }
}
