/** One reply on its way to the platform: streamed by edits, every send written down first, each outcome exactly once. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  canEdit,
  canShowTyping,
  PlatformError,
  type Bridge,
  type Part,
  type SentId,
} from '../../../bridges/bridge.js';
import type { Journal, JournalRow } from './journal.js';
import type { Ending, Outbox, OutboxPart } from './outbox.js';

/** The model's words are shown once they have been coming for so long; a quick answer is one message, sent once. */
const FIRST_PREVIEW = 700;
/** Typing is shown when there is no answer within this time, and again as long as there is none. */
const FIRST_TYPING = 150;
const TYPING_LASTS = 4_500;
const FIRST_RETRY = 500;
const LAST_RETRY = 30_000;
/** A platform that has not taken an answer for so long will not: the message has failed. */
const GIVE_UP_AFTER = 24 * 3_600_000;
const REPEAT_MARK = '♻️ This may be a repeat: I was interrupted while sending.\n\n';

export interface ReplyEnd {
  outcome: 'answered' | 'failed' | 'cancelled';
  reason: string | null;
}

export class Reply {
  private text = '';
  private readonly sent = new Map<number, OutboxPart>();
  private preview: Promise<void> | null = null;
  private previewTimer: NodeJS.Timeout | null = null;
  private typingTimer: NodeJS.Timeout | null = null;
  private readonly startedAt = Date.now();
  private closed = false;
  private readonly previews = new AbortController();

  constructor(
    private readonly row: JournalRow,
    private readonly bridge: Bridge,
    private readonly journal: Journal,
    private readonly outbox: Outbox,
    /** Fires when the room stops: what is not sent by then is sent after the next start. */
    private readonly stop: AbortSignal,
  ) {
    for (const part of outbox.parts(row.seq)) this.sent.set(part.part, part);
  }

  showTyping(after = FIRST_TYPING): void {
    const { bridge } = this;
    if (!canShowTyping(bridge) || this.closed) return;
    this.typingTimer = setTimeout(() => {
      void bridge.showTyping(this.row.chat);
      this.showTyping(TYPING_LASTS);
    }, after);
  }

  /** More of the answer. */
  add(text: string): void {
    this.text += text;
    if (!canEdit(this.bridge) || this.previewTimer || this.closed) return;
    const due =
      this.sent.size === 0
        ? FIRST_PREVIEW - (Date.now() - this.startedAt)
        : this.bridge.capabilities.editInterval;
    this.previewTimer = setTimeout(
      () => {
        this.preview = (this.preview ?? Promise.resolve())
          .then(async () => {
            await this.show(
              this.bridge.render(this.text),
              AbortSignal.any([this.stop, this.previews.signal]),
            );
          })
          // A preview that fails is no harm: the end sends the whole.
          .catch(() => undefined)
          .finally(() => (this.previewTimer = null));
      },
      Math.max(0, due),
    );
  }

  /** The agent was lost: nothing has ended. Resolves when nothing more is on its way to the platform. */
  async abandon(): Promise<void> {
    this.close();
    this.previews.abort();
    await this.preview;
  }

  /** The whole answer is here. Resolves when the platform has all of it, or never will. */
  async finish(ending: Ending): Promise<ReplyEnd> {
    this.close();
    this.outbox.keepFinal(this.row.seq, this.text, ending);
    await this.preview;
    return this.deliver(this.text, ending);
  }

  /** Sends what a crash left unsent. */
  async resume(text: string, ending: Ending): Promise<ReplyEnd> {
    return this.deliver(text, ending);
  }

  private close(): void {
    this.closed = true;
    if (this.previewTimer) clearTimeout(this.previewTimer);
    if (this.typingTimer) clearTimeout(this.typingTimer);
  }

  private async deliver(text: string, ending: Ending): Promise<ReplyEnd> {
    const parts = this.bridge.render(text);
    this.journal.transaction(() => {
      parts.forEach((part, index) => {
        if (!this.sent.has(index)) this.plan(index, part);
      });
    });
    const taken = await this.show(parts, this.stop);
    const end: ReplyEnd = taken
      ? { outcome: ending.outcome, reason: ending.reason }
      : { outcome: 'failed', reason: 'undeliverable' };
    this.journal.end(this.row.seq, end.outcome, end.reason);
    return end;
  }

  /** Makes the platform show these parts. False when it refused one for good. */
  private async show(parts: Part[], stop: AbortSignal): Promise<boolean> {
    for (const [index, part] of parts.entries()) {
      const known = this.sent.get(index);
      const there = known?.state === 'sent' ? known.sentId : null;
      if (there && (known?.body === part.body || !canEdit(this.bridge))) continue;
      if (!(await (there ? this.edit(index, there, part, stop) : this.send(index, part, stop)))) return false;
    }
    return true;
  }

  private async send(index: number, part: Part, stop: AbortSignal): Promise<boolean> {
    let repeat = this.sent.get(index)?.state === 'sending';
    for (let wait = FIRST_RETRY; ; wait = Math.min(wait * 2, LAST_RETRY)) {
      stop.throwIfAborted();
      this.outbox.sending(this.row.seq, index, part.body);
      try {
        const sentId = await (repeat ? this.sendMarked(part) : this.bridge.send(this.row.chat, part));
        this.outbox.sent(this.row.seq, index, sentId);
        this.sent.set(index, { part: index, state: 'sent', sentId, body: part.body });
        return true;
      } catch (error) {
        const refusal = asPlatformError(error);
        if (refusal.refusal === 'refused') return false;
        if (refusal.refusal === 'uncertain') repeat = true;
        else if (!repeat) this.plan(index, part);
        if (Date.now() - this.startedAt > GIVE_UP_AFTER) return false;
        await sleep(refusal.retryAfter || wait, undefined, { signal: stop });
      }
    }
  }

  /** The mark stands before the part, or alone where both do not fit into one message. */
  private async sendMarked(part: Part): Promise<SentId> {
    const { bridge, row } = this;
    const fits = REPEAT_MARK.length + part.plain.length <= bridge.capabilities.maxText;
    if (fits)
      return bridge.send(row.chat, { body: REPEAT_MARK + part.body, plain: REPEAT_MARK + part.plain });
    await bridge.send(row.chat, { body: REPEAT_MARK.trim(), plain: REPEAT_MARK.trim() });
    return bridge.send(row.chat, part);
  }

  private async edit(index: number, sentId: SentId, part: Part, stop: AbortSignal): Promise<boolean> {
    const { bridge } = this;
    if (!canEdit(bridge)) return true;
    for (let wait = FIRST_RETRY; ; wait = Math.min(wait * 2, LAST_RETRY)) {
      stop.throwIfAborted();
      try {
        await bridge.edit(this.row.chat, sentId, part);
        this.outbox.edited(this.row.seq, index, part.body);
        this.sent.set(index, { part: index, state: 'sent', sentId, body: part.body });
        return true;
      } catch (error) {
        const refusal = asPlatformError(error);
        // The message may have been deleted by the user: say it again rather than never.
        if (refusal.refusal === 'refused') {
          this.sent.delete(index);
          return this.send(index, part, stop);
        }
        if (Date.now() - this.startedAt > GIVE_UP_AFTER) return false;
        await sleep(refusal.retryAfter || wait, undefined, { signal: stop });
      }
    }
  }

  private plan(index: number, part: Part): void {
    this.outbox.plan(this.row.seq, index, part.body);
    this.sent.set(index, { part: index, state: 'planned', sentId: null, body: part.body });
  }
}

function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  throw error;
}
