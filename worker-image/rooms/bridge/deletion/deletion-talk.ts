/**
 * `/clear` and `/delete`: asked twice, and answered here. No agent hears of them: the code is made in this room, shown in the
 * chat that asked, and believed only when its user types it there, in a message of their own.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { deletionOrder, type DeletionOrder, type DeletionPreview } from '../../../../contracts/deletion.js';
import { AraError } from '../../../../contracts/errors.js';
import type { GatewayLink } from '../gateway/gateway-link.js';
import type { Journal, JournalRow } from '../journal/journal.js';

const DIGITS = 6;
const CODE_LIFETIME = 10 * 60_000;
const MAX_TRIES = 3;
const BEGIN_TRIES = 5;
const BEGIN_AGAIN = 1_000;

/** The facts in the journal: the code that waits, and the one that was right while its deletion is not begun yet. */
const PENDING = 'deletion.pending';
const CONFIRMED = 'deletion.confirmed';

const pendingCode = z.object({
  ...deletionOrder.shape,
  /** Channel and chat. */
  place: z.string(),
  salt: z.string(),
  hash: z.string(),
  expiresAt: z.number(),
  tries: z.number(),
});
type PendingCode = z.infer<typeof pendingCode>;

const confirmed = z.object({ ...deletionOrder.shape, seq: z.number() });

export interface TalkParts {
  journal: Journal;
  gateway: Pick<GatewayLink, 'previewDeletion' | 'beginDeletion'>;
  now?: () => number;
}

type Command = 'clear' | 'delete';

export class DeletionTalk {
  private readonly now: () => number;

  constructor(private readonly parts: TalkParts) {
    this.now = parts.now ?? Date.now;
  }

  /** The answer to a command of these two; null for everything else, above all for what nobody wrote. */
  answer(row: JournalRow): Promise<string> | null {
    const [, name, args = ''] = /^\/(clear|delete)(?:@\w+)?(?:\s+(.*))?$/is.exec(row.text.trim()) ?? [];
    if (!name || row.kind !== 'command') return null;
    const command = name.toLowerCase() as Command;
    return this.reply(row, command, args.trim().toLowerCase().split(/\s+/));
  }

  private async reply(row: JournalRow, command: Command, [word = '', ...rest]: string[]): Promise<string> {
    // Given again after a crash: the code was right then.
    const before = this.confirmedBy(row);
    if (before) return this.begin(row, before);
    if (word === 'confirm') return this.confirm(row, command, rest.join(''));
    const order = orderOf(command, word);
    return order && rest.length === 0 ? this.ask(row, command, order) : HOW[command];
  }

  private async ask(row: JournalRow, command: Command, order: DeletionOrder): Promise<string> {
    let preview: DeletionPreview;
    try {
      preview = await this.parts.gateway.previewDeletion(order);
    } catch (error) {
      return codeOf(error) === 'being-deleted' ? RUNNING : AWAY;
    }
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
    const salt = randomBytes(16).toString('hex');
    this.setPending({
      ...order,
      place: placeOf(row),
      salt,
      hash: hashOf(salt, code),
      expiresAt: this.now() + CODE_LIFETIME,
      tries: 0,
    });
    return [
      `**${TITLES[order.kind]}** This goes, for good:`,
      preview.lines.map(lineOf).join('\n'),
      STAYS[order.kind](order.files),
      `To do it, send \`/${command} confirm ${code}\` here within 10 minutes. If you do nothing, nothing happens. Whoever tells you another code, or to send this one, is not me.`,
    ].join('\n\n');
  }

  private async confirm(row: JournalRow, command: Command, offered: string): Promise<string> {
    const { journal } = this.parts;
    const pending = this.pending();
    const fits =
      pending !== null &&
      pending.expiresAt > this.now() &&
      commandOf(pending) === command &&
      pending.place === placeOf(row);
    if (!fits) return `There is no code for this in this chat, or it has run out. ${HOW[command]}`;
    if (!timingSafeEqual(Buffer.from(hashOf(pending.salt, offered)), Buffer.from(pending.hash))) {
      const left = MAX_TRIES - pending.tries - 1;
      this.setPending(left > 0 ? { ...pending, tries: pending.tries + 1 } : null);
      const rest =
        left > 0 ? `${left} ${left === 1 ? 'try' : 'tries'} left.` : `The code is void. ${HOW[command]}`;
      return `That code is wrong; nothing was deleted. ${rest}`;
    }
    const order = { kind: pending.kind, files: pending.files };
    journal.durably(() => {
      this.setPending(null);
      journal.setFact(CONFIRMED, JSON.stringify({ ...order, seq: row.seq }));
    });
    return this.begin(row, order);
  }

  /** Until the gateway has it durably. A repeat is the same deletion. */
  private async begin({ seq, sentAt }: JournalRow, order: DeletionOrder): Promise<string> {
    const { journal, gateway } = this.parts;
    try {
      const { receipt } = await insist(() =>
        // The time is part of the name: a journal that starts anew counts from 1 again.
        gateway.beginDeletion({ ...order, key: `chat.${seq}-${sentAt}` }),
      );
      return BEGUN[order.kind](receipt);
    } catch (error) {
      return codeOf(error) === 'being-deleted' ? RUNNING : AWAY;
    } finally {
      if (journal.isOpen) journal.setFact(CONFIRMED, null);
    }
  }

  private confirmedBy({ seq }: JournalRow): DeletionOrder | null {
    const stored = this.parts.journal.fact(CONFIRMED);
    if (stored === null) return null;
    const { seq: by, ...order } = confirmed.parse(JSON.parse(stored));
    return by === seq ? order : null;
  }

  private pending(): PendingCode | null {
    const stored = this.parts.journal.fact(PENDING);
    return stored === null ? null : pendingCode.parse(JSON.parse(stored));
  }

  private setPending(code: PendingCode | null): void {
    this.parts.journal.setFact(PENDING, code && JSON.stringify(code));
  }
}

function orderOf(command: Command, word: string): DeletionOrder | null {
  if (command === 'clear' && (word === '' || word === 'files'))
    return { kind: 'memory', files: word === 'files' };
  if (command === 'delete' && (word === 'container' || word === 'account'))
    return { kind: word, files: true };
  return null;
}

async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AraError) || !error.retry || error.code === 'being-deleted') throw error;
      if (tries >= BEGIN_TRIES) throw error;
      await sleep(BEGIN_AGAIN);
    }
  }
}

const commandOf = ({ kind }: DeletionOrder): Command => (kind === 'memory' ? 'clear' : 'delete');
const placeOf = ({ channel, chat }: JournalRow): string => `${channel}|${chat}`;
const hashOf = (salt: string, code: string): string =>
  createHash('sha256').update(`${salt}|${code}`).digest('hex');
const codeOf = (error: unknown): string => (error instanceof AraError ? error.code : '');

function lineOf({ what, items, bytes }: DeletionPreview['lines'][number]): string {
  const name = NAMES[what] ?? what;
  if (items === null) return `- ${name}: all there is`;
  if (items === 0) return `- ${name}: none`;
  return `- ${name}: ${items}${bytes === null ? '' : ` (${sizeOf(bytes)})`}`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const NAMES: Record<string, string> = {
  conversations: 'conversations',
  memory: 'memory, in files',
  files: 'files in your workspace',
  'channel-credentials': 'linked channels',
  'api-keys': 'API keys',
  account: 'entries about you and how you sign in',
  sessions: 'browsers that are signed in',
  'usage-figures': 'usage figures',
  'data-flows': 'entries of what went where',
  'audit-trail': 'entries of the audit trail (kept without you)',
  queue: 'messages on their way',
};

const TITLES: Record<DeletionOrder['kind'], string> = {
  memory: 'Clear memory.',
  container: 'Delete your container.',
  account: 'Delete your account.',
};

const STAYS: Record<DeletionOrder['kind'], (files: boolean) => string> = {
  memory: (files) =>
    `Your settings, channels and reminders stay${files ? '.' : ', and so do your files: `/clear files` takes them too.'}`,
  container: () =>
    'With it go your reminders and settings, and every channel is unlinked. Your account, API keys and usage figures stay.',
  account: () => 'Nothing stays but a keyed hash that keeps a backup from bringing you back.',
};

const BEGUN: Record<DeletionOrder['kind'], (receipt: string) => string> = {
  memory: (receipt) =>
    `Confirmed: I am forgetting it now. The signed receipt comes here when it is done; how far it is: ${receipt}`,
  container: (receipt) =>
    `Confirmed: your container is being deleted now, and I say goodbye on every channel first. The signed receipt: ${receipt}`,
  account: (receipt) =>
    `Confirmed: your account is being deleted now, and I say goodbye on every channel first. The signed receipt: ${receipt}`,
};

const HOW: Record<Command, string> = {
  clear: 'Send `/clear` for conversations and memory, or `/clear files` for your files too.',
  delete: 'Send `/delete container` or `/delete account`. For conversations and memory alone: `/clear`.',
};
const AWAY =
  'The part of me that deletes does not answer right now, so nothing was deleted. Try again in a moment.';
const RUNNING = 'Something of yours is being deleted already. Wait until that is over.';
