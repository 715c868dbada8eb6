/** Leaving: a last word to every chat of the owner, and unlinking at the source. A connected service is one more source here. */
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { canSendFile, type Bridge } from '../../../../bridges/bridge.js';
import { WEB_CHAT } from '../../../../bridges/web/ids.js';
import type { DeletionKind, leaveResponse } from '../../../../contracts/deletion.js';
import type { ChatId } from '../../../../contracts/ids.js';
import type { Channels } from '../channels/channels.js';
import { newKey } from '../journal/outbox.js';

/** How long a platform may take, in milliseconds. */
const PATIENCE = 8_000;

const RECEIPT = { name: 'ara-receipt.json', kind: 'file', type: 'application/json' } as const;

export interface LeavingParts {
  channels: Pick<Channels, 'states' | 'bridge' | 'ownerChat' | 'unlink'>;
  /** Where a receipt lies while it is sent. */
  file: string;
  patience?: number;
}

interface Told {
  told: number;
  missed: number;
}

export class Leaving {
  private readonly patience: number;

  constructor(private readonly parts: LeavingParts) {
    this.patience = parts.patience ?? PATIENCE;
  }

  farewell(kind: DeletionKind, link: string): Promise<Told> {
    const what = kind === 'account' ? 'Your account is' : 'Your container is';
    return this.tell(
      `${what} being deleted, and this channel is unlinked now: this is my last message here. Goodbye.\n\nThe signed receipt, kept for 30 days: ${link}\n\nWhat stands in this chat lies with the platform and on your devices: delete it here yourself.`,
    );
  }

  /** The receipt in words, and whole as a file. */
  async done(receipt: string): Promise<Told> {
    writeFileSync(this.parts.file, receipt, { mode: 0o600 });
    try {
      return await this.tell(wordsOf(receipt), Buffer.byteLength(receipt));
    } finally {
      rmSync(this.parts.file, { force: true });
    }
  }

  /** Every source, side by side; one that does not answer in time is not waited for. */
  async leave(): Promise<z.infer<typeof leaveResponse>['sources']> {
    const { channels } = this.parts;
    return Promise.all(
      channels.states().map(async ({ channel }) => {
        const left = await inTime(this.patience, channels.unlink(channel));
        if (left?.reached) return { name: channel, reached: true, why: null };
        return { name: channel, reached: false, why: left?.why ?? 'no-answer' };
      }),
    );
  }

  private async tell(markdown: string, fileSize: number | null = null): Promise<Told> {
    const { channels } = this.parts;
    const kinds = [...channels.states().map(({ channel }) => channel), 'web' as const];
    const sent = await Promise.all(
      kinds.map(async (kind) => {
        const bridge = channels.bridge(kind);
        const chat = kind === 'web' ? WEB_CHAT : channels.ownerChat(kind);
        // Nobody is linked: there is nobody to tell.
        if (!bridge || chat === null) return null;
        const sending = this.send(bridge, chat, markdown, fileSize).then(() => true);
        return (await inTime(this.patience, sending)) ?? false;
      }),
    );
    const told = sent.filter((each) => each === true).length;
    return { told, missed: sent.filter((each) => each === false).length };
  }

  private async send(bridge: Bridge, chat: ChatId, markdown: string, size: number | null): Promise<void> {
    for (const part of bridge.render(markdown)) await bridge.send(chat, part, newKey());
    if (size !== null && canSendFile(bridge))
      await bridge.sendFile(chat, { ...RECEIPT, path: this.parts.file, size }, newKey());
  }
}

/** Null when it failed, or took too long. */
async function inTime<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | null> {
  const late = new AbortController();
  const tooLate = sleep(milliseconds, null, { signal: late.signal, ref: false }).catch(() => null);
  try {
    return await Promise.race([work.catch(() => null), tooLate]);
  } finally {
    late.abort();
  }
}

const shown = z.object({
  receipt: z.object({
    steps: z.array(z.object({ removed: z.record(z.string(), z.number()) })),
    verification: z.object({ places: z.array(z.unknown()), found: z.number() }),
  }),
});

function wordsOf(receipt: string): string {
  const { steps, verification } = shown.parse(JSON.parse(receipt)).receipt;
  const lines = steps
    .flatMap(({ removed }) => Object.entries(removed))
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `- ${what}: ${count}`);
  return [
    'Done: your memory is cleared.',
    lines.join('\n'),
    `Searched afterwards in ${verification.places.length} places: ${verification.found} found. The signed receipt is the file below. What stands in this chat lies with the platform: delete it here yourself.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}
