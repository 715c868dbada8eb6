/** One reply while the agent writes it: shown as it grows, kept when it is whole, and then delivered. */
import { canEdit, canShowTyping, type Bridge, type Part } from '../../../../bridges/bridge.js';
import { Delivery } from './delivery.js';
import type { JournalRow } from '../journal/journal.js';
import type { Ending, FinalAnswer, Outbox } from '../journal/outbox.js';
import type { OutgoingFiles } from './outgoing-files.js';

/** The model's words are shown once they have been coming for so long; a quick answer is one message, sent once. */
const FIRST_PREVIEW = 700;
/** Typing is shown when there is no answer within this time, and again as long as there is none. */
const FIRST_TYPING = 150;
const TYPING_LASTS = 4_500;

export class Reply {
  private readonly delivery: Delivery;
  private text = '';
  /** Shown below the text until more of it comes. */
  private progress = '';
  private choices: string[] = [];
  private readonly startedAt = Date.now();
  /** When the last preview was there. */
  private shownAt = -Infinity;
  private preview: Promise<void> | null = null;
  private previewTimer: { at: number; timer: NodeJS.Timeout } | null = null;
  /** Something has changed while a preview was on its way. */
  private stale = false;
  private typingTimer: NodeJS.Timeout | null = null;
  private closed = false;
  private readonly previews = new AbortController();

  constructor(
    private readonly lead: JournalRow,
    private readonly bridge: Bridge,
    private readonly outbox: Outbox,
    files: OutgoingFiles,
    /** Fires when the room stops: what is not sent by then is sent after the next start. */
    private readonly stop: AbortSignal,
  ) {
    this.delivery = new Delivery(lead, bridge, outbox, files);
  }

  showTyping(after = FIRST_TYPING): void {
    const { bridge } = this;
    if (!canShowTyping(bridge) || this.closed) return;
    this.typingTimer = setTimeout(() => {
      void bridge.showTyping(this.lead.chat);
      this.showTyping(TYPING_LASTS);
    }, after);
  }

  /** More of the answer. */
  add(text: string): void {
    this.text += text;
    this.progress = '';
    this.showSoon(this.startedAt + FIRST_PREVIEW);
  }

  /** What is being done; in place of what was said about it before. */
  showProgress(line: string): void {
    this.progress = line;
    this.showSoon(Date.now());
  }

  offer(choices: string[]): void {
    this.choices = choices;
  }

  /** The agent was lost: nothing has ended. Resolves when nothing more is on its way to the platform. */
  async abandon(): Promise<void> {
    this.close();
    this.previews.abort();
    await this.preview;
  }

  /** The whole answer is here; it is on disk when this returns. `note` gives a paragraph for below a text, or null. */
  keep(ending: Ending, note: () => string | null): FinalAnswer {
    const below = this.text.trim() ? note() : null;
    const final = {
      text: below === null ? this.text : `${this.text}\n\n${below}`,
      choices: this.choices,
      ending,
    };
    this.outbox.keepFinal(this.lead.seq, final);
    this.close();
    return final;
  }

  /** Resolves when the platform has all of an answer, or with false when it never will. */
  async deliver(final: FinalAnswer): Promise<boolean> {
    await this.preview;
    return this.delivery.deliver(final, this.stop);
  }

  private close(): void {
    this.closed = true;
    if (this.previewTimer) clearTimeout(this.previewTimer.timer);
    if (this.typingTimer) clearTimeout(this.typingTimer);
  }

  /** Shows what is there at that time, or as soon after it as the platform allows another edit. */
  private showSoon(soonest: number): void {
    if (!canEdit(this.bridge) || this.closed) return;
    this.stale = true;
    if (this.preview) return;
    const at = Math.max(soonest, this.shownAt + this.bridge.capabilities.editInterval);
    if (this.previewTimer && this.previewTimer.at <= at) return;
    if (this.previewTimer) clearTimeout(this.previewTimer.timer);
    this.previewTimer = { at, timer: setTimeout(() => this.show(), Math.max(0, at - Date.now())) };
  }

  private show(): void {
    this.previewTimer = null;
    this.stale = false;
    this.preview = this.delivery
      .show(this.shownNow(), AbortSignal.any([this.stop, this.previews.signal]))
      // A preview that fails is no harm: the end sends the whole.
      .catch(() => undefined)
      .then(() => {
        this.preview = null;
        this.shownAt = Date.now();
        if (this.stale) this.showSoon(this.shownAt);
      });
  }

  /** The text so far and, where it needs no message of its own, what is being done. */
  private shownNow(): Part[] {
    const text = this.bridge.render(this.text);
    if (!this.progress) return text;
    const both = this.bridge.render(this.text.trim() ? `${this.text}\n\n${this.progress}` : this.progress);
    return both.length <= Math.max(1, text.length) ? both : text;
  }
}
