/** Finds files by name and lines by what they say, a little at a time, so that the room goes on with its other work. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { folded, matchesPattern } from './pattern.js';
import { asText } from './text.js';
import type { Step } from './walk.js';
import { MAX_TEXT_BYTES, type Workspace } from './workspace.js';
import { WorkspaceError } from './workspace-error.js';

export interface SearchQuery {
  /** Where to look; empty is everywhere. */
  folder: string;
  /** See `matchesPattern`; empty is any name. */
  name: string;
  /** What a line holds, capitals as small letters; empty asks for the files alone. */
  text: string;
}

export interface Match {
  path: string;
  /** From 1; null where the search was for files. */
  line: number | null;
  /** The line, or the part of a long one around what was found. */
  text: string;
}

export interface Found {
  matches: Match[];
  /** Whether there may be more: the limit on results or on time was reached. */
  cut: 'results' | 'time' | null;
}

export interface SearchLimits {
  signal?: AbortSignal;
  results: number;
  /** Milliseconds. */
  time?: number;
  clock?: () => number;
}

const MAX_TIME = 5_000;
/** Milliseconds of work at a stretch. */
const STRETCH = 10;
const BEFORE_MATCH = 60;
const LONGEST_EXCERPT = 200;

/** @throws WorkspaceError as the folder demands, and the signal's reason */
export async function search(workspace: Workspace, query: SearchQuery, limits: SearchLimits): Promise<Found> {
  const { signal, results, time = MAX_TIME, clock = () => performance.now() } = limits;
  const wanted = folded(query.text);
  const startedAt = clock();
  let pausedAt = startedAt;
  const matches: Match[] = [];
  for (const step of workspace.steps(query.folder)) {
    if (clock() - pausedAt >= STRETCH) {
      await nextTurn();
      pausedAt = clock();
    }
    signal?.throwIfAborted();
    if (pausedAt - startedAt >= time) return { matches, cut: 'time' };
    if (step.isFolder || (query.name && !matchesPattern(step.path, query.name))) continue;
    for (const match of wanted ? linesIn(step, wanted) : [{ path: step.path, line: null, text: '' }]) {
      if (matches.length === results) return { matches, cut: 'results' };
      matches.push(match);
    }
  }
  return { matches, cut: null };
}

function* linesIn(step: Step, wanted: string): Generator<Match> {
  const text = textOf(step);
  if (text === null || !folded(text).includes(wanted)) return;
  for (const [index, line] of text.split('\n').entries()) {
    const at = folded(line).indexOf(wanted);
    if (at !== -1) yield { path: step.path, line: index + 1, text: excerpt(line, at) };
  }
}

/** What cannot be read, be it too large or no text, holds nothing to be found. */
function textOf({ parent, name }: Step): string | null {
  try {
    return asText(parent.readFile(name, MAX_TEXT_BYTES));
  } catch (error) {
    if (error instanceof WorkspaceError) return null;
    throw error;
  }
}

function excerpt(line: string, at: number): string {
  const from = line.length > LONGEST_EXCERPT ? Math.max(0, at - BEFORE_MATCH) : 0;
  return line
    .slice(from, from + LONGEST_EXCERPT)
    .trim()
    .toWellFormed();
}
