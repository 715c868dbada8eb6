/** The message turns that run now, at most one a chat, and the means to end them early. */
import type { ChatKey } from './conversation.js';

/** `user`: by /stop. `lost`: the bridge room no longer waits for it and gives it again. */
export type EndedBy = 'user' | 'lost';

export class Run {
  endedBy: EndedBy | null = null;
  private readonly controller = new AbortController();
  private readonly over = Promise.withResolvers<undefined>();

  constructor(private readonly onFinish: () => void) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Resolves once the turn no longer touches anything. */
  get finished(): Promise<void> {
    return this.over.promise;
  }

  end(by: EndedBy): void {
    this.endedBy ??= by;
    this.controller.abort();
  }

  finish(): void {
    this.onFinish();
    this.over.resolve(undefined);
  }
}

export class RunningTurns {
  private readonly byChat = new Map<string, Run>();

  /** A run of the same chat that is still here is a lost one: the bridge room gives a chat one turn at a time. */
  async begin(chat: ChatKey): Promise<Run> {
    const key = keyOf(chat);
    for (let earlier = this.byChat.get(key); earlier; earlier = this.byChat.get(key)) {
      earlier.end('lost');
      await earlier.finished;
    }
    const run = new Run(() => this.byChat.delete(key));
    this.byChat.set(key, run);
    return run;
  }

  /** Whether there was one to stop. */
  stop(chat: ChatKey): boolean {
    const run = this.byChat.get(keyOf(chat));
    run?.end('user');
    return run !== undefined;
  }

  loseAll(): void {
    for (const run of this.byChat.values()) run.end('lost');
  }

  get count(): number {
    return this.byChat.size;
  }
}

const keyOf = ({ channel, chat }: ChatKey): string => `${channel}|${chat}`;
