/**
 * Takes in what comes with a message: fetches each file, tells by its content what it is, takes out of pictures where and
 * when they were made, keeps it in the user's workspace, and has voice notes written down.
 */
import type { Turn, TurnAttachment } from '../../../../contracts/rooms-door.js';
import { MAX_INCOMING, MAX_SPEECH_SECONDS } from '../../media/limits.js';
import { mediaTypeOf } from '../../media/media-type.js';
import { isSound, secondsOf } from '../../media/sound-length.js';
import { DoorRefusal } from '../door-fetch.js';
import type { RoomsDoor } from '../door.js';
import type { Image } from '../models/model.js';
import type { Transcriber } from '../models/transcriber.js';
import type { Workspace } from '../workspace/workspace.js';
import { WorkspaceError } from '../workspace/workspace-error.js';
import type { Arrival, Arrivals, KeptFile } from './arrival.js';
import {
  DAMAGED,
  faultOf,
  NOT_IN_PRIVATE,
  NOT_SOUND,
  NOTHING_SAID,
  Refused,
  TOO_LONG_TO_HEAR,
} from './faults.js';
import { pathFor } from './file-name.js';
import { imageOf } from './looking.js';
import { withoutMetadata } from './metadata/metadata.js';
import { questionOf, type Said } from './question.js';
import { faultOfZip } from './zip-check.js';

/** Files that are fetched side by side: each is in memory while it is looked at. */
const SIDE_BY_SIDE = 3;

export type BringingTurn = Pick<Turn, 'id' | 'channel' | 'chat' | 'sentAt' | 'models'>;

export interface Message extends Said {
  attachments: readonly TurnAttachment[];
}

/** A message with all that it brought. */
export interface Brought {
  /** As a model is asked it; empty when nothing is left to be answered. */
  question: string;
  files: KeptFile[];
  /** Pictures that are kept nowhere. */
  images: Image[];
  /** Sentences for the user, about what was not taken. */
  faults: string[];
}

export interface InboxParts {
  door: Pick<RoomsDoor, 'attachment'>;
  workspace: Workspace;
  arrivals: Arrivals;
  transcriber: Pick<Transcriber, 'wordsOf'>;
}

export class Inbox {
  constructor(private readonly parts: InboxParts) {}

  /**
   * With `keep` unset nothing stays anywhere: pictures are handed on, other files refused.
   * @throws the signal's reason; a mistake of ours
   */
  async bring(turn: BringingTurn, message: Message, signal: AbortSignal, keep = true): Promise<Brought> {
    const known = keep ? this.parts.arrivals.of(turn) : new Map<number, Arrival>();
    const images: Image[] = [];
    const arrivals: Arrival[] = [];
    const waiting = message.attachments.entries();
    const takeNext = async (): Promise<void> => {
      for (const [index, attachment] of waiting) {
        signal.throwIfAborted();
        const before = known.get(attachment.number);
        const arrival = before ?? (await this.arrival(turn, attachment, signal, keep ? null : images));
        if (keep && !before) this.parts.arrivals.add(turn, arrival);
        arrivals[index] = arrival;
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, takeNext));
    return {
      question: questionOf(message, arrivals),
      files: arrivals.flatMap(({ path, type }) => (path && type ? [{ path, type }] : [])),
      images,
      faults: arrivals.flatMap(({ fault }) => fault ?? []),
    };
  }

  private async arrival(
    turn: BringingTurn,
    { number, kind, name, size }: TurnAttachment,
    signal: AbortSignal,
    images: Image[] | null,
  ): Promise<Arrival> {
    const arrival = { number, kind, name, path: null, type: null, bytes: 0, words: null, fault: null };
    try {
      if ((size ?? 0) > MAX_INCOMING) throw new DoorRefusal('too-large');
      const bytes = await this.parts.door.attachment(turn.id, number, signal);
      const type = mediaTypeOf(bytes);
      const came = { ...arrival, type, bytes: bytes.length };
      if (kind === 'voice') return { ...came, words: await this.heard(turn, bytes, type, signal) };
      const clean = cleaned(bytes, type);
      if (images) return { ...came, bytes: shown(clean, images) };
      const path = this.keep(clean, { kind, name, type, sentAt: turn.sentAt });
      return { ...came, bytes: clean.length, path };
    } catch (thrown) {
      signal.throwIfAborted();
      return { ...arrival, fault: faultOf(arrival, thrown) };
    }
  }

  private async heard(turn: BringingTurn, bytes: Buffer, type: string, signal: AbortSignal): Promise<string> {
    if (!isSound(type)) throw new Refused(NOT_SOUND);
    if (secondsOf(bytes, type) > MAX_SPEECH_SECONDS) throw new Refused(TOO_LONG_TO_HEAR);
    const words = (await this.parts.transcriber.wordsOf(bytes, type, turn, signal)).trim();
    if (!words) throw new Refused(NOTHING_SAID);
    return words;
  }

  /** A free name is looked for and taken without a pause between. */
  private keep(bytes: Buffer, named: Parameters<typeof pathFor>[0]): string {
    const { workspace } = this.parts;
    const path = pathFor(named, (each) => isTaken(workspace, each));
    workspace.write(path, bytes);
    return path;
  }
}

/** @throws Refused */
function cleaned(bytes: Buffer, type: string): Buffer {
  const fault = type === 'application/zip' ? faultOfZip(bytes) : null;
  if (fault !== null) throw new Refused(`I take no archive of this kind: ${fault}.`);
  const clean = withoutMetadata(bytes, type);
  if (!clean) throw new Refused(DAMAGED);
  return clean;
}

/** @throws Refused */
function shown(bytes: Buffer, images: Image[]): number {
  const image = imageOf(bytes);
  if (!image) throw new Refused(NOT_IN_PRIVATE);
  images.push(image);
  return bytes.length;
}

function isTaken(workspace: Workspace, path: string): boolean {
  try {
    workspace.entry(path);
    return true;
  } catch (error) {
    if (error instanceof WorkspaceError && error.refusal === 'not-found') return false;
    if (error instanceof WorkspaceError) return true;
    throw error;
  }
}
