/** The message turns that run now, at most one a chat, and the means to end them early. */
import type { Turn } from '../../../contracts/rooms-door.js';
import type { ChatKey } from './conversation/conversation.js';

/**
 * `user`: by /stop. `message`: by the user's next message, as they wish it. `lost`: the bridge room no longer waits for it
 * and gives it again.
 */
export type EndedBy = 'user' | 'message' | 'lost';

export class Run {
  endedBy: EndedBy | null = null;
  /** The chat has sent more that nobody has asked for yet. */
  nudged = false;
  /** Called with each nudge. */
  onNudge: () => void = () => undefined;
  /** Whether what comes now still belongs to the question. */
  inBurst: () => boolean = () => false;
  private readonly controller = new AbortController();
  private readonly over = Promise.withResolvers<undefined>();

  constructor(
    readonly turn: Pick<Turn, 'id' | 'kind'>,
    private readonly onFinish: () => void,
  ) {}

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

  nudge(): void {
    this.nudged = true;
    this.onNudge();
  }

  finish(): void {
    this.onFinish();
    this.over.resolve(undefined);
  }
}

export class RunningTurns {
  private readonly byChat = new Map<string, Run>();

  /**
   * A run of the same chat that is still here is a lost one: the bridge room gives a chat one turn at a time. Commands that
   * ask the model run beside that, one a chat too.
   */
  async begin(chat: ChatKey & Pick<Turn, 'id' | 'kind'>): Promise<Run> {
    const key = chat.kind === 'command' ? besideOf(chat) : keyOf(chat);
    for (let earlier = this.byChat.get(key); earlier; earlier = this.byChat.get(key)) {
      earlier.end('lost');
      await earlier.finished;
    }
    const run = new Run(chat, () => this.byChat.delete(key));
    this.byChat.set(key, run);
    return run;
  }

  /** Whether there was one to stop. */
  stop(chat: ChatKey): boolean {
    const runs = [keyOf(chat), besideOf(chat)].flatMap((key) => this.byChat.get(key) ?? []);
    for (const run of runs) run.end('user');
    return runs.length > 0;
  }

  /** Whether an answer is being written in this chat. */
  has(chat: ChatKey): boolean {
    return this.byChat.has(keyOf(chat)) || this.byChat.has(besideOf(chat));
  }

  byTurn(turnId: number): Run | null {
    return [...this.byChat.values()].find((run) => run.turn.id === turnId) ?? null;
  }

  loseAll(): void {
    for (const run of this.byChat.values()) run.end('lost');
  }

  get count(): number {
    return this.byChat.size;
  }
}

const besideOf = (chat: ChatKey): string => `${keyOf(chat)}|command`;
const keyOf = ({ channel, chat }: ChatKey): string => `${channel}|${chat}`;
