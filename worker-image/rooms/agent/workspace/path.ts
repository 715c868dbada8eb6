/** Which names a file may have in the workspace, and how a written path becomes a list of them. Pure. */
import { WorkspaceError } from './workspace-error.js';

/** Linux's own limit for one name, in bytes. */
const LONGEST_NAME = 255;
const LONGEST_PATH = 1_000;
/** Most names in a path. */
export const DEEPEST = 12;

/** Control characters, halves of surrogate pairs, line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
/** What shows nothing or turns the direction of writing; U+FE0F, which makes an emoji of a sign, is harmless. */
const INVISIBLE = /[[\p{Cf}\p{Default_Ignorable_Code_Point}]--\uFE0F]/v;
/** What looks like a slash or a backslash, beyond what NFKC makes one of. */
const LOOKS_LIKE_A_SLASH =
  /[\u0337\u0338\u1735\u2044\u2215\u2216\u2571\u2572\u27CB\u27CD\u29F5\u29F8\u29F9\u3033]/;

/**
 * The names on the way to a file, in NFC, at least one.
 * @throws WorkspaceError `bad-name`, saying why
 */
export function parsePath(written: string): string[] {
  if (written.length > LONGEST_PATH) refuse(`A path has at most ${LONGEST_PATH} characters.`);
  if (written.startsWith('/')) refuse('Write the path from the workspace on, such as notes/trip.md.');
  const names = written.normalize('NFC').split('/');
  if (names.length > DEEPEST) refuse(`A path has at most ${DEEPEST} parts.`);
  for (const name of names) {
    const fault = faultOf(name);
    if (fault) refuse(fault);
  }
  return names;
}

/** As `parsePath`, where nothing means the workspace itself and a slash may stand at the end. */
export function parseFolder(written: string): string[] {
  const path = written.replace(/\/$/, '');
  return path === '' && written !== '/' ? [] : parsePath(path);
}

/** Whether an entry that was found on the disk has a name that can be asked for. */
export const isName = (name: string): boolean => name.normalize('NFC') === name && faultOf(name) === null;

/** `name` is in NFC. */
function faultOf(name: string): string | null {
  if (name === '' || name === '.' || name === '..') {
    return 'Each part of the path needs a name of its own; “.” and “..” are none.';
  }
  if (name.startsWith('.')) return 'Names that begin with a dot are hidden, and not for use here.';
  if (name.includes('/') || name.includes('\\')) return 'Part folders by “/” only.';
  if (UNPRINTABLE.test(name) || INVISIBLE.test(name)) return 'It has a character that cannot be seen.';
  if (LOOKS_LIKE_A_SLASH.test(name) || punctuation(name.normalize('NFKC')) !== punctuation(name)) {
    return 'It has a character that only looks like a dot or a slash.';
  }
  if (name.trim() !== name) return 'A name neither begins nor ends with a blank.';
  if (Buffer.byteLength(name) > LONGEST_NAME) return `A name has at most ${LONGEST_NAME} bytes.`;
  return null;
}

/** The dots and slashes of a name, in order. */
const punctuation = (name: string): string => name.replace(/[^./\\]/g, '');

function refuse(why: string): never {
  throw new WorkspaceError('bad-name', why);
}
