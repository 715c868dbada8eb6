/** Signs on what the user wrote: that it was read, and the emoji that the agent puts there. No part of an answer. */
import { canMarkRead, canReact, type Bridge } from '../../../../bridges/bridge.js';
import { platformMessageId, type ChannelKind } from '../../../../contracts/ids.js';
import type { JournalRow } from '../journal/journal.js';
import type { TurnRows } from './turns.js';

export class Signs {
  constructor(private readonly bridge: (channel: ChannelKind) => Bridge | null) {}

  /** Whether the channel of this message takes an emoji on it. */
  canReact({ kind, channel }: JournalRow): boolean {
    const bridge = this.bridge(channel);
    return kind !== 'own' && bridge !== null && canReact(bridge);
  }

  /** On the last that the user wrote. */
  react(rows: TurnRows, emoji: string): void {
    const { kind, channel, chat, platformId } = rows.at(-1) ?? rows[0];
    const bridge = this.bridge(channel);
    if (kind === 'own' || !bridge || !canReact(bridge)) return;
    void bridge.react(chat, platformMessageId.parse(platformId), emoji).catch(() => undefined);
  }

  /** Each of them; a bridge whose user does not want it known does nothing. */
  markRead(rows: readonly JournalRow[]): void {
    for (const { kind, channel, chat, platformId } of rows) {
      const bridge = this.bridge(channel);
      if (kind === 'own' || !bridge || !canMarkRead(bridge)) continue;
      void bridge.markRead(chat, platformMessageId.parse(platformId)).catch(() => undefined);
    }
  }
}
