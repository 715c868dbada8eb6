/**
 * The files that come with messages: fetched from their platform when the agent room asks, and passed on as they come.
 * Nothing of them is kept in this room.
 */
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { canFetch, PlatformError, type Bridge } from '../../../../bridges/bridge.js';
import { AraError } from '../../../../contracts/errors.js';
import type { Attachment } from '../../../../contracts/message.js';
import type { TurnAttachment } from '../../../../contracts/rooms-door.js';
import { MAX_INCOMING } from '../../media/limits.js';
import type { JournalRow } from '../journal/journal.js';

/** Milliseconds before each further try. */
const RETRIES = [250, 1_000, 3_000];
/** Longest pause that a platform may ask for while somebody waits. */
const LONGEST_PAUSE = 10_000;

/** What the agent room is told of the files of these messages. `before` is the number of the last one that it knows. */
export function toldOf(rows: readonly JournalRow[], before = 0): TurnAttachment[] {
  return rows
    .flatMap(({ attachments }) => attachments)
    .map(({ kind, name, type, size }, index) => ({ number: before + index + 1, kind, name, type, size }));
}

/** What the messages reply to, in their order; null for nothing. */
export function quotedIn(rows: readonly JournalRow[]): string | null {
  const quotes = rows.flatMap(({ quoted }) => quoted ?? []);
  return quotes.length > 0 ? quotes.join('\n\n') : null;
}

/** @throws AraError `not-found` */
export function attachmentOf(rows: readonly JournalRow[], number: number): Attachment {
  const attachment = rows.flatMap(({ attachments }) => attachments)[number - 1];
  if (!attachment) throw new AraError('not-found');
  return attachment;
}

/**
 * The bytes of a file, as they come. One that turns out to be larger than was said ends with the first byte too many, for
 * the reader to see.
 * @throws AraError `too-large`, `not-allowed` when the channel gives no files, `not-found`, `platform-unreachable`
 */
export async function openIncoming(
  bridge: Bridge | null,
  { size, reference }: Attachment,
  stop: AbortSignal,
  retries: readonly number[] = RETRIES,
): Promise<AsyncIterable<Buffer>> {
  if (!bridge || !canFetch(bridge)) throw new AraError('not-allowed', 'this channel gives no files');
  if (size !== null && size > MAX_INCOMING) throw new AraError('too-large');
  for (let attempt = 0; ; attempt++) {
    try {
      return bounded(await bridge.fetch(reference, stop));
    } catch (error) {
      const pause = pauseAfter(error, retries[attempt]);
      if (pause === null || stop.aborted) throw refusalOf(error);
      await sleep(pause, undefined, { signal: stop }).catch(() => {
        throw new AraError('platform-unreachable');
      });
    }
  }
}

async function* bounded(bytes: Readable): AsyncGenerator<Buffer> {
  let left = MAX_INCOMING + 1;
  // Leaving the loop early closes the connection to the platform.
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const piece = chunk.subarray(0, left);
    left -= piece.length;
    yield piece;
    if (left === 0) return;
  }
}

/** Null: another try is of no use. */
function pauseAfter(error: unknown, usual: number | undefined): number | null {
  if (!(error instanceof PlatformError) || usual === undefined) return null;
  if (error.refusal === 'unreachable' || error.refusal === 'uncertain') return usual;
  return error.refusal === 'rate-limited' && error.retryAfter <= LONGEST_PAUSE ? error.retryAfter : null;
}

/** No cause goes along: an address of a file may hold the channel's credential. */
function refusalOf(error: unknown): AraError {
  if (error instanceof AraError) return error;
  if (!(error instanceof PlatformError)) return new AraError('internal');
  return new AraError(error.refusal === 'refused' ? 'not-found' : 'platform-unreachable');
}
