/** What goes into an export, file by file: each is read when its turn comes, and never more than a piece is in memory. */
import type { ExportFigures, Manifest } from '../../../../contracts/archive.js';
import type { Assistant } from '../assistant.js';
import { MemoryError } from '../memory/memory-error.js';
import { MEMORY_FILE } from '../memory/memory-files.js';
import { WorkspaceError } from '../workspace/workspace-error.js';
import type { Workspace } from '../workspace/workspace.js';
import { conversationsOf, markdownOf } from './markdown.js';
import { remindersAsJson } from './reminder-list.js';
import { asLine, otherLines, turnLines } from './turn-lines.js';

export interface Entry {
  path: string;
  size: number;
  modified: number;
  bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A part of the conversations is about so large, in bytes. */
const PART = 1_000_000;

/** What Ara keeps of a user that an export does not hold. */
export const EXCLUDED: Manifest['excluded'] = [
  { what: 'API keys of model providers', why: 'A secret. You have it from the provider; set it again.' },
  { what: 'Credentials of channels, such as bot tokens', why: 'A secret. Link the channel again.' },
  { what: 'Session keys of encrypted channels', why: 'A copy of them would break the channel.' },
  { what: "The container's own keys and the data key", why: 'Secrets of this installation.' },
  { what: 'Passwords, passkeys, authenticator and recovery codes, sessions', why: 'Secrets of signing in.' },
  { what: 'Messages that are on their way or held for your word', why: 'They have no outcome yet.' },
  { what: 'The search index', why: 'It is made anew of the rest.' },
];

const README = `This is everything that Ara keeps of you, as it was when you asked for it.

conversations/*.md      your conversations, to read
conversations/*.jsonl   the same, for programs: a turn a line
memory/                 what Ara remembers: MEMORY.md and the notes of days
files/                  the files of your workspace
settings.json           how your assistant behaves
reminders.json          your reminders
usage.csv               messages, tokens and cost by day (figures)
data-flows.csv          every host that your container spoke to, by day (figures)
account.json            your account
manifest.json           the SHA-256 of every file here, and what is not in here and why

Open it without Ara:    age -d ara-export.age | tar -x
Into another Ara:       npm run ara -- import ara-export.age --user NAME
`;

export interface Skipped {
  path: string;
  why: string;
}

export async function* entriesOf(
  assistant: Assistant,
  figures: ExportFigures,
  skipped: Skipped[],
): AsyncGenerator<Entry> {
  const now = assistant.now();
  const text = (path: string, words: string): Entry => textEntry(path, words, now);
  yield text('README.txt', README);
  yield* conversations(assistant, now);
  yield* memoryFiles(assistant, skipped);
  yield* workspaceFiles(await assistant.workspace(), skipped);
  yield text('settings.json', `${JSON.stringify(assistant.preferences.current, null, 2)}\n`);
  const reminders = remindersAsJson((await assistant.agenda()).reminders.database);
  if (reminders) yield text('reminders.json', reminders);
  yield text('usage.csv', figures.usageCsv);
  yield text('data-flows.csv', figures.flowsCsv);
  yield text('account.json', figures.account);
}

export const textEntry = (path: string, words: string, modified: number): Entry => {
  const bytes = Buffer.from(words);
  return { path, size: bytes.length, modified, bytes: [bytes] };
};

function* conversations({ database }: Assistant, now: number): Generator<Entry> {
  const lines = function* (): Generator<string> {
    for (const line of turnLines(database)) yield asLine(line);
    for (const line of otherLines(database)) yield asLine(line);
  };
  let part = 0;
  for (const words of parts(lines())) {
    part += 1;
    yield textEntry(`conversations/turns-${String(part).padStart(5, '0')}.jsonl`, words, now);
  }
  let number = 0;
  for (const key of conversationsOf(database)) {
    number += 1;
    const day = new Date(key.beganAt).toISOString().slice(0, 10);
    const name = `conversations/${String(number).padStart(5, '0')}-${day}-${key.channel}`;
    let of = 0;
    for (const words of parts(markdownOf(database, key))) {
      of += 1;
      yield textEntry(of === 1 ? `${name}.md` : `${name}-part-${of}.md`, words, key.beganAt);
    }
  }
}

/** Whole pieces, put together until there is enough for a file. */
function* parts(pieces: Iterable<string>): Generator<string> {
  let held: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    held.push(piece);
    length += piece.length;
    if (length < PART) continue;
    yield held.join('');
    held = [];
    length = 0;
  }
  if (held.length > 0) yield held.join('');
}

export async function* memoryFiles(assistant: Assistant, skipped: Skipped[]): AsyncGenerator<Entry> {
  const memory = await assistant.memory();
  for (const { place, modified } of memory.list()) {
    const path = place === MEMORY_FILE ? 'memory/MEMORY.md' : `memory/notes/${place}.md`;
    try {
      const words = memory.read(place);
      if (words !== null) yield textEntry(path, words, modified);
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      skipped.push({ path, why: error.trouble });
    }
  }
}

/** @param under where in the archive they lie */
export function* workspaceFiles(workspace: Workspace, skipped: Skipped[], under = 'files'): Generator<Entry> {
  // The paths first: the folders that a walk holds open are not to stay open while bytes go out.
  const paths = [...workspace.steps('')].filter(({ isFolder }) => !isFolder).map(({ path }) => path);
  for (const path of paths) {
    try {
      const { changedAt } = workspace.entry(path);
      const { size, bytes } = workspace.stream(path);
      yield { path: `${under}/${path}`, size, modified: changedAt, bytes };
    } catch (error) {
      if (!(error instanceof WorkspaceError)) throw error;
      if (error.refusal !== 'not-found') skipped.push({ path: `${under}/${path}`, why: error.refusal });
    }
  }
}
