/**
 * Tells the user of a channel that has fallen, once a fall, on another channel of theirs that works. Where there is none it
 * waits for one; the dashboard shows it meanwhile.
 */
import { PlatformError, type Bridge } from '../../../../bridges/bridge.js';
import type { ChannelState } from '../../../../contracts/channel-state.js';
import { linkableKind, type ChatId, type LinkableKind } from '../../../../contracts/ids.js';
import type { Journal } from '../journal/journal.js';
import { newKey } from '../journal/outbox.js';

/** A channel that falls, recovers and falls again is one trouble for so long. */
const AGAIN_AFTER = 3_600_000;
const TRY_AGAIN_AFTER = 60_000;

const names: Record<LinkableKind, string> = { telegram: 'Telegram', matrix: 'Matrix', whatsapp: 'WhatsApp' };

const words: Partial<Record<ChannelState, (name: string) => string>> = {
  'needs-relink': (name) =>
    `⚠️ ${name} no longer lets me in, so I cannot read or answer you there. Link it again on your dashboard, under Channels.`,
  conflict: (name) =>
    `⚠️ Another program uses my ${name} link, so messages there may not reach me. Stop it, or link ${name} again on your dashboard.`,
  'phone-away': (name) =>
    `⚠️ Your phone with ${name} has been offline for days. Open ${name} on it soon, or it unlinks me.`,
};

interface Fall {
  state: ChannelState;
  /** Of the message that tells of it. */
  key: string;
  at: number;
  told: boolean;
  over: boolean;
}

export class Alarms {
  private telling: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly journal: Journal,
    /** Where the owner of a channel can be written to now; null for nowhere. */
    private readonly reach: (kind: LinkableKind) => { bridge: Bridge; chat: ChatId } | null,
    private readonly now: () => number = Date.now,
  ) {}

  /** Resolves when everybody who can be told has been. */
  onState(kind: LinkableKind, state: ChannelState): Promise<void> {
    const fall = this.fall(kind);
    if (words[state]) {
      const isNew = !fall || fall.state !== state || (fall.over && this.now() - fall.at >= AGAIN_AFTER);
      if (isNew) this.keep(kind, { state, key: newKey(), at: this.now(), told: false, over: false });
      else if (fall.over) this.keep(kind, { ...fall, over: false });
    } else if (fall && (state === 'connected' || state === 'waiting-for-owner'))
      this.keep(kind, fall.told ? { ...fall, over: true } : null);
    return this.tell();
  }

  forget(kind: LinkableKind): void {
    this.keep(kind, null);
  }

  private tell(): Promise<void> {
    this.telling = this.telling.then(async () => {
      for (const kind of linkableKind.options) await this.tellOf(kind).catch(() => undefined);
    });
    return this.telling;
  }

  private async tellOf(kind: LinkableKind): Promise<void> {
    if (!this.journal.isOpen) return;
    const fall = this.fall(kind);
    if (!fall || fall.told || fall.over) return;
    for (const other of linkableKind.options) {
      if (other === kind || !(await this.say(other, kind, fall))) continue;
      // It may have recovered, and fallen anew, while this was being said.
      const since = this.fall(kind);
      if (since?.key === fall.key) this.keep(kind, { ...since, told: true });
      return;
    }
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.tell();
    }, TRY_AGAIN_AFTER).unref();
  }

  private async say(on: LinkableKind, about: LinkableKind, { state, key }: Fall): Promise<boolean> {
    const there = this.reach(on);
    const text = words[state]?.(names[about]);
    if (!there || text === undefined) return false;
    try {
      for (const [index, part] of there.bridge.render(text).entries())
        await there.bridge.send(there.chat, part, `${key}-${index}`);
      return true;
    } catch (error) {
      // Said twice is worse than not known to be said: the dashboard has it as well.
      return error instanceof PlatformError && error.refusal === 'uncertain';
    }
  }

  private fall(kind: LinkableKind): Fall | null {
    const stored = this.journal.isOpen ? this.journal.fact(`${kind}.fall`) : null;
    return stored === null ? null : (JSON.parse(stored) as Fall);
  }

  private keep(kind: LinkableKind, fall: Fall | null): void {
    if (this.journal.isOpen) this.journal.setFact(`${kind}.fall`, fall && JSON.stringify(fall));
  }
}
