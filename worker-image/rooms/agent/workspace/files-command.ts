/** What `/files` answers: the files with their sizes, and what can be done with them. */
import { ToolError } from '../tools/tool.js';
import { DEEPEST } from './path.js';
import { search } from './search.js';
import { asText, sizeOf } from './text.js';
import { WorkspaceError } from './workspace-error.js';
import { MAX_TEXT_BYTES, type Entry, type Workspace } from './workspace.js';

type Send = (file: Entry, bytes: Uint8Array) => Promise<void>;

const SHOWN_FILES = 60;
const SHOWN_MATCHES = 30;
/** Characters; what is longer is better read as a file. */
const SHOWN_TEXT = 3_000;

const HELP = `\`/files search WORDS\` finds names and text, \`/files show PATH\` shows a text, \`/files send PATH\` sends a file here, \`/files delete PATH\` deletes a file or a folder.`;
const NOTHING_YET =
  'There are no files yet. Ask me to write something down, such as “save this as notes/trip.md”, and it lies here.';

/** The answer, Markdown. `args` is what stands behind `/files`; `send` throws `ToolError`. A refusal is an answer, too. */
export async function filesCommand(args: string, workspace: Workspace, send: Send): Promise<string> {
  const [, verb = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(args.trim()) ?? [];
  try {
    return await answer(verb.toLowerCase(), rest, workspace, send);
  } catch (error) {
    if (error instanceof WorkspaceError) return `${error.message}\n\n\`/files\` lists what is there.`;
    if (error instanceof ToolError) return error.message;
    throw error;
  }
}

function answer(verb: string, rest: string, workspace: Workspace, send: Send): string | Promise<string> {
  if (verb === '') return overview(workspace);
  if (rest === '' || !['search', 'send', 'show', 'delete', 'delete!'].includes(verb)) return HELP;
  if (verb === 'search') return found(rest, workspace);
  if (verb === 'send') return sendFile(rest, workspace, send);
  if (verb === 'show') return show(rest, workspace);
  return remove(verb, rest, workspace);
}

function overview(workspace: Workspace): string {
  const { entries, more } = workspace.list('', DEEPEST, SHOWN_FILES);
  const caution = workspace.caution();
  if (entries.length === 0) return [NOTHING_YET, caution].filter(Boolean).join('\n\n');
  const { files, bytes } = workspace.usage();
  const head = `**Your files**: ${files}, ${sizeOf(bytes)} of ${sizeOf(workspace.quotaBytes)} in use`;
  const rest = more > 0 ? [`and ${more} more, which \`/files search WORDS\` finds`] : [];
  return [head, ...entries.map(lineOf), ...rest, '', HELP, caution]
    .filter((line) => line !== null)
    .join('\n');
}

const lineOf = ({ path, bytes, changedAt }: Entry): string =>
  `- ${code(path)} (${sizeOf(bytes)}, ${new Date(changedAt).toISOString().slice(0, 10)})`;

async function found(words: string, workspace: Workspace): Promise<string> {
  const limits = { results: SHOWN_MATCHES };
  const names = await search(workspace, { folder: '', name: words, text: '' }, limits);
  const lines = await search(workspace, { folder: '', name: '', text: words }, limits);
  const told = [
    ...names.matches.map(({ path }) => `- ${code(path)}`),
    ...lines.matches.map(({ path, line, text }) => `- ${code(path)}, line ${line}: ${code(text)}`),
  ];
  if (told.length === 0) return `No file has ${code(words)} in its name or its text.`;
  if (names.cut || lines.cut) told.push('There may be more: search for longer words.');
  return told.join('\n');
}

async function sendFile(path: string, workspace: Workspace, send: Send): Promise<string> {
  const entry = workspace.entry(path);
  const bytes = workspace.read(path);
  await send(entry, bytes);
  return `Here is ${code(entry.path)} (${sizeOf(bytes.length)}).`;
}

function show(path: string, workspace: Workspace): string {
  const entry = workspace.entry(path);
  const send = `${code(`/files send ${entry.path}`)} sends it to you.`;
  const text = entry.bytes > MAX_TEXT_BYTES ? null : asText(workspace.read(path));
  if (text === null) return `${code(entry.path)} (${sizeOf(entry.bytes)}) cannot be shown as text. ${send}`;
  if (text.trim() === '') return `${code(entry.path)} is empty.`;
  const shown = text.slice(0, SHOWN_TEXT).toWellFormed();
  const note =
    shown.length < text.length ? `\n\nThis is the beginning of ${sizeOf(entry.bytes)}. ${send}` : '';
  return block(shown) + note;
}

/** Deleting cannot be undone, so it is asked for twice: `delete! PATH` and `delete PATH yes` mean that it was. */
function remove(verb: string, rest: string, workspace: Workspace): string {
  const said = /^(.+?)\s+yes$/is.exec(rest)?.[1];
  // A file whose own name ends in “yes” is asked about as any other.
  const sure = verb === 'delete!' || (said !== undefined && !exists(rest, workspace));
  const entry = workspace.entry(verb === 'delete' && sure ? (said ?? rest) : rest);
  if (sure) {
    const { files, bytes } = workspace.delete(entry.path);
    const count = entry.isFolder ? ` with ${files === 1 ? '1 file' : `${files} files`}` : '';
    return `Deleted ${code(entry.path)}${count} (${sizeOf(bytes)}).`;
  }
  const what = entry.isFolder ? 'the folder with all in it' : `the file (${sizeOf(entry.bytes)})`;
  return `This deletes ${code(entry.path)}, ${what}, for good. To do it: ${code(`/files delete! ${entry.path}`)}`;
}

function exists(path: string, workspace: Workspace): boolean {
  try {
    workspace.entry(path);
    return true;
  } catch (error) {
    if (error instanceof WorkspaceError) return false;
    throw error;
  }
}

/** As code, so that nothing in it is taken for Markdown. */
function code(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  return fence.length === 1 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}

function block(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
