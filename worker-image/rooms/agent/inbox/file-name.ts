/** The name under which a file from the chat is kept: the sender's own as far as the workspace takes it. Pure. */
import { endingOf } from '../../media/media-type.js';
import { parsePath } from '../workspace/path.js';
import { WorkspaceError } from '../workspace/workspace-error.js';

/** In the workspace. */
export const INBOX = 'inbox';
/** In UTF-16 code units, without its ending; a letter has at most three bytes in each. */
const LONGEST = 60;
const LONGEST_ENDING = 12;

/** Most files of one name. */
const MOST = 1_000;

/** What the user is told of, and a file without a name is called. */
export const kinds = {
  image: 'picture',
  voice: 'voice note',
  audio: 'recording',
  video: 'video',
  file: 'file',
} as const;

export interface Named {
  kind: keyof typeof kinds;
  name: string | null;
  /** Of the content. */
  type: string;
  /** Milliseconds since 1970. */
  sentAt: number;
}

/** The path at which it is to be kept; `taken` says of one that it is not free. @throws WorkspaceError `full` */
export function pathFor(file: Named, taken: (path: string) => boolean): string {
  const { stem, ending } = nameOf(file);
  for (let count = 1; count <= MOST; count++) {
    const path = `${INBOX}/${stem}${count === 1 ? '' : ` (${count})`}${ending}`;
    if (!taken(path)) return path;
  }
  throw new WorkspaceError('full', `It holds ${MOST} files of this name.`);
}

function nameOf({ kind, name, type, sentAt }: Named): { stem: string; ending: string } {
  const given = [name ?? '', (name ?? '').normalize('NFKC')].map(cleaned).find(isPossible);
  if (given !== undefined) return split(given);
  const day = new Date(sentAt).toISOString().slice(0, 'yyyy-mm-dd'.length);
  return { stem: `${kinds[kind].replace(' ', '-')}-${day}`, ending: endingOf(type) };
}

/** The last part of what may be a path, without what cannot be seen, and without what hides a file. */
const cleaned = (name: string): string => {
  const { stem, ending } = split(
    (name.normalize('NFC').split(/[/\\]/).at(-1) ?? '')
      .replace(/[[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--\uFE0F]/gv, '')
      .replace(/^[\s.]+|\s+$/g, ''),
  );
  return stem.slice(0, LONGEST).toWellFormed().replaceAll('\ufffd', '').trimEnd() + ending;
};

function split(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot) : '';
  return /^\.[\p{L}\p{N}_-]+$/u.test(ending) && ending.length <= LONGEST_ENDING
    ? { stem: name.slice(0, dot), ending }
    : { stem: name, ending: '' };
}

/** By the rules of the workspace itself. */
function isPossible(name: string): boolean {
  try {
    return parsePath(`${INBOX}/${name}`).length === 2;
  } catch (error) {
    if (error instanceof WorkspaceError) return false;
    throw error;
  }
}
