/** Short notices that the bridge sends by itself. What comes before the connection is ready waits for it. */
import type { OwnChat } from './own-chat.js';
import type { Outbound } from './outbound.js';
import { PlatformError } from '../bridge.js';

/** More than this is nobody's conversation. */
const MOST_WAITING = 20;

export class Notices {
  private waiting: { chat: OwnChat; text: string; key: string }[] = [];
  private count = 0;

  constructor(
    private readonly outbound: Pick<Outbound, 'send'>,
    private readonly now: () => number,
  ) {}

  /** Never throws. */
  send(chat: OwnChat, text: string): void {
    void this.attempt({ chat, text, key: `notice-${this.now()}-${this.count++}` });
  }

  /** The connection is ready. */
  flush(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const notice of waiting) void this.attempt(notice);
  }

  private async attempt(notice: { chat: OwnChat; text: string; key: string }): Promise<void> {
    const { chat, text, key } = notice;
    try {
      await this.outbound.send(chat, { body: text, plain: text }, key);
    } catch (error) {
      const early = error instanceof PlatformError && error.refusal === 'unreachable';
      if (early && this.waiting.length < MOST_WAITING) this.waiting.push(notice);
    }
  }
}
