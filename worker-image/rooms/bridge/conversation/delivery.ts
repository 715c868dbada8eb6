/**
 * What one turn says on its platform: each send written down first, and repeated only when it must be. Where the platform
 * knows a repeat by its key, it shows it once; elsewhere the repeat is marked as one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  canDelete,
  canEdit,
  canSendFile,
  PlatformError,
  type Bridge,
  type Part,
  type PlatformRefusal,
  type SentId,
} from '../../../../bridges/bridge.js';
import type { JournalRow } from '../journal/journal.js';
import { newKey, type FinalAnswer, type Outbox, type OutboxPart } from '../journal/outbox.js';
import type { OutgoingFiles, PlannedFile } from './outgoing-files.js';

const FIRST_RETRY = 500;
const LAST_RETRY = 30_000;
/** A platform that has not taken an answer for so long will not: the message has failed. */
const GIVE_UP_AFTER = 24 * 3_600_000;
const REPEAT_MARK = '♻️ This may be a repeat: I was interrupted while sending.\n\n';

export class Delivery {
  /** What the outbox holds of this turn. */
  private readonly known = new Map<number, OutboxPart>();
  private readonly startedAt = Date.now();

  constructor(
    /** The row that leads the turn. */
    private readonly lead: JournalRow,
    private readonly bridge: Bridge,
    private readonly outbox: Outbox,
    private readonly files: OutgoingFiles,
  ) {
    for (const part of outbox.parts(lead.seq)) this.known.set(part.part, part);
  }

  /** Makes the platform show all of an answer, its files behind it. False when it refused for good. */
  async deliver({ text, choices }: FinalAnswer, stop: AbortSignal): Promise<boolean> {
    const parts = this.bridge.render(text);
    const last = parts.at(-1);
    if (last && choices.length > 0) last.choices = choices;
    this.plan(
      parts.flatMap((part, index) =>
        this.known.has(index) ? [] : [{ part: index, body: shownAs(part), key: newKey() }],
      ),
    );
    if (!(await this.show(parts, stop))) return false;
    await this.removeFrom(parts.length, stop);
    for (const file of this.files.of(this.lead.seq))
      if (file.state !== 'sent' && !(await this.sendFile(file, stop))) return false;
    return true;
  }

  /** Makes the platform show these parts. False when it refused one for good. */
  async show(parts: Part[], stop: AbortSignal): Promise<boolean> {
    for (const [index, part] of parts.entries()) {
      const known = this.known.get(index);
      const there = known?.state === 'sent' ? known.sentId : null;
      if (there && (known?.body === shownAs(part) || !canEdit(this.bridge))) continue;
      if (!(await (there ? this.edit(index, there, part, stop) : this.send(index, part, stop)))) return false;
    }
    return true;
  }

  private async send(index: number, part: Part, stop: AbortSignal): Promise<boolean> {
    const known = this.known.get(index);
    const begun = known?.state === 'sending' ? known : null;
    const { repeatsSafely } = this.bridge.capabilities;
    const body = shownAs(part);
    const key = known?.key ?? newKey();
    // Under a key that it knows, the platform keeps the words that it has.
    const shown = repeatsSafely && begun ? begun.body : body;
    let repeat = begun !== null;
    const attempt = async (): Promise<void> => {
      const sentAt = begun?.sentAt ?? Date.now();
      this.outbox.sending(this.lead.seq, { part: index, body: shown, key, sentAt });
      const sentId = await (repeat && !repeatsSafely
        ? this.sendMarked(part, key)
        : this.bridge.send(this.lead.chat, part, key));
      this.outbox.sent(this.lead.seq, index, sentId);
      this.known.set(index, { part: index, state: 'sent', sentId, body: shown, key, sentAt });
    };
    const result = await this.insist(attempt, stop, (refusal) => {
      if (refusal === 'uncertain') repeat = true;
      else if (!repeat) this.plan([{ part: index, body, key }]);
    });
    const sentId = this.known.get(index)?.sentId;
    if (result === 'taken' && shown !== body && sentId) return this.edit(index, sentId, part, stop);
    return result === 'taken';
  }

  private async edit(index: number, sentId: SentId, part: Part, stop: AbortSignal): Promise<boolean> {
    const { bridge } = this;
    if (!canEdit(bridge)) return true;
    const body = shownAs(part);
    const known = this.known.get(index);
    const attempt = async (): Promise<void> => {
      await bridge.edit(this.lead.chat, sentId, part);
      this.outbox.edited(this.lead.seq, index, body);
      if (known) this.known.set(index, { ...known, state: 'sent', sentId, body });
    };
    const result = isTooOld(known, bridge) ? 'refused' : await this.insist(attempt, stop);
    if (result !== 'refused') return result === 'taken';
    // Deleted by the user, or too old to be changed: say it again, as another message, rather than never.
    this.known.delete(index);
    return this.send(index, part, stop);
  }

  /** Takes back what was shown on the way and is no part of the answer. What the platform keeps is no failure. */
  private async removeFrom(count: number, stop: AbortSignal): Promise<void> {
    const { bridge } = this;
    if (!canDelete(bridge)) return;
    for (const [index, { sentId, state }] of this.known) {
      if (index < count || !sentId || state !== 'sent') continue;
      await this.insist(() => bridge.delete(this.lead.chat, sentId), stop);
      this.outbox.remove(this.lead.seq, index);
      this.known.delete(index);
    }
  }

  private async sendFile({ number, state, key, ...file }: PlannedFile, stop: AbortSignal): Promise<boolean> {
    const { bridge } = this;
    const { repeatsSafely } = bridge.capabilities;
    const mark = (to: PlannedFile['state']): void => this.files.mark(this.lead.seq, number, to);
    let repeat = state === 'sending';
    let markDue = repeat && !repeatsSafely;
    const attempt = async (): Promise<void> => {
      if (!canSendFile(bridge)) throw new PlatformError('refused');
      mark('sending');
      if (markDue) await bridge.send(this.lead.chat, bare(REPEAT_MARK.trim()), newKey());
      markDue = false;
      await bridge.sendFile(this.lead.chat, file, key);
    };
    const result = await this.insist(attempt, stop, (refusal) => {
      if (refusal === 'uncertain') {
        repeat = true;
        markDue = !repeatsSafely;
      } else if (!repeat) mark('planned');
    });
    if (result === 'too-late') return false;
    if (result === 'refused' && !(await this.sayRefused(file.name, key, stop))) return false;
    mark('sent');
    return true;
  }

  private async sayRefused(name: string, key: string, stop: AbortSignal): Promise<boolean> {
    const words = `⚠️ I could not send \`${name.replaceAll('`', "'")}\` here: it was not taken.`;
    for (const [index, part] of this.bridge.render(words).entries()) {
      const say = (): Promise<SentId> => this.bridge.send(this.lead.chat, part, `${key}-refused-${index}`);
      if ((await this.insist(say, stop)) !== 'taken') return false;
    }
    return true;
  }

  /** The mark stands before the part, or alone where both do not fit into one message. */
  private async sendMarked(part: Part, key: string): Promise<SentId> {
    const { bridge, lead } = this;
    const fits = REPEAT_MARK.length + part.plain.length <= bridge.capabilities.maxText;
    if (fits)
      return bridge.send(
        lead.chat,
        { ...part, body: REPEAT_MARK + part.body, plain: REPEAT_MARK + part.plain },
        key,
      );
    await bridge.send(lead.chat, bare(REPEAT_MARK.trim()), newKey());
    return bridge.send(lead.chat, part, key);
  }

  /** Again and again until the platform has taken it or never will. @throws the signal's reason. */
  private async insist(
    attempt: () => Promise<unknown>,
    stop: AbortSignal,
    onRefusal?: (refusal: PlatformRefusal) => void,
  ): Promise<'taken' | 'refused' | 'too-late'> {
    for (let wait = FIRST_RETRY; ; wait = Math.min(wait * 2, LAST_RETRY)) {
      stop.throwIfAborted();
      try {
        await attempt();
        return 'taken';
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        if (error.refusal === 'refused') return 'refused';
        onRefusal?.(error.refusal);
        if (Date.now() - this.startedAt > GIVE_UP_AFTER) return 'too-late';
        await sleep(error.retryAfter || wait, undefined, { signal: stop });
      }
    }
  }

  private plan(parts: Pick<OutboxPart, 'part' | 'body' | 'key'>[]): void {
    if (parts.length === 0) return;
    this.outbox.plan(this.lead.seq, parts);
    for (const part of parts)
      this.known.set(part.part, { ...part, state: 'planned', sentId: null, sentAt: null });
  }
}

/** What the outbox knows a part by: with other choices it has to be shown anew. */
const shownAs = ({ body, choices }: Part): string => (choices ? `${body}\n${JSON.stringify(choices)}` : body);

/** Whether the platform would not let the message be changed any more. What an earlier version sent is tried. */
const isTooOld = (part: OutboxPart | undefined, { capabilities: { editAge } }: Bridge): boolean =>
  editAge !== null && part?.sentAt != null && Date.now() - part.sentAt >= editAge;

const bare = (text: string): Part => ({ body: text, plain: text });
