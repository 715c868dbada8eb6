/**
 * The bridge to the user's browser. There is no platform in between: the gateway has proved who writes, and brings it
 * through the container's own door. So it is always connected, and what is said while no browser looks is no failure: it
 * stays in the conversation.
 */
import { statSync } from 'node:fs';
import type { webMessage } from '../../contracts/content.js';
import { AraError } from '../../contracts/errors.js';
import type { ChatId } from '../../contracts/ids.js';
import type * as z from 'zod';
import {
  PlatformError,
  type Bridge,
  type BridgeHost,
  type CanDelete,
  type CanEdit,
  type CanSendFile,
  type CanShowTyping,
  type OutgoingFile,
  type Part,
  type SentId,
  type Unlinked,
} from '../bridge.js';
import { webCapabilities } from './capabilities.js';
import type { Feed } from './feed.js';
import { makePlatformMessageId, makeSentId, nameOf, requireWebChat, timeOf, WEB_CHAT } from './ids.js';
import { render } from './render.js';

export class WebBridge implements Bridge, CanDelete, CanEdit, CanSendFile, CanShowTyping {
  readonly kind = 'web' as const;
  readonly capabilities = webCapabilities;
  private running = false;

  constructor(
    private readonly host: BridgeHost,
    private readonly feed: Pick<Feed, 'publish' | 'typing'>,
    private readonly clock: () => number = Date.now,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.host.report('connected');
  }

  stop(): Promise<void> {
    this.running = false;
    return Promise.resolve();
  }

  /** Nothing is undone: it is always there. */
  unlink(): Promise<Unlinked> {
    return Promise.resolve({ reached: true });
  }

  /** What was written in the browser; it is in the journal when this returns. @throws AraError `container-unavailable` */
  take({ id, text }: z.infer<typeof webMessage>): 'accepted' | 'duplicate' {
    if (!this.running) throw new AraError('container-unavailable');
    const sentAt = this.clock();
    // Ascending also when the clock is set back.
    const position = Math.max(sentAt, Number(this.host.checkpoint() ?? 0) + 1);
    const message = {
      channel: this.kind,
      chat: WEB_CHAT,
      platformId: makePlatformMessageId(id),
      position,
      sentAt,
      text,
    };
    return this.host.accept([message], String(position)).fresh > 0 ? 'accepted' : 'duplicate';
  }

  render(markdown: string): Part[] {
    return render(markdown, this.capabilities.maxText);
  }

  send(chat: ChatId, part: Part, key: string): Promise<SentId> {
    return this.say(chat, makeSentId(this.clock(), key), part);
  }

  async edit(chat: ChatId, sent: SentId, part: Part): Promise<void> {
    await this.say(chat, sent, part);
  }

  async delete(chat: ChatId, sent: SentId): Promise<void> {
    await this.tell(chat, () => this.feed.publish({ type: 'deleted', id: nameOf(sent) }));
  }

  /** Says that there is one: the file itself lies in the workspace, where the browser gets it. */
  async sendFile(
    chat: ChatId,
    { name, path, size, workspacePath }: OutgoingFile,
    key: string,
  ): Promise<SentId> {
    const id = makeSentId(this.clock(), key);
    await this.tell(chat, () => {
      const there = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
      if (!there || size > this.capabilities.maxFile) throw new PlatformError('refused');
      const place = workspacePath === undefined ? {} : { path: workspacePath };
      this.feed.publish({ type: 'file', id: nameOf(id), name, bytes: size, at: timeOf(id), ...place });
    });
    return id;
  }

  showTyping(chat: ChatId): Promise<void> {
    if (chat === WEB_CHAT) this.feed.typing();
    return Promise.resolve();
  }

  private async say(chat: ChatId, id: SentId, { body, choices = [] }: Part): Promise<SentId> {
    const at = timeOf(id);
    await this.tell(chat, () =>
      this.feed.publish({ type: 'message', id: nameOf(id), markdown: body, choices: [...choices], at }),
    );
    return id;
  }

  /** A refusal is the promise's, as with a platform that is far away. */
  private async tell(chat: ChatId, work: () => void): Promise<void> {
    await Promise.resolve();
    requireWebChat(chat);
    work();
  }
}
