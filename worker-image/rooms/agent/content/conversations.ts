/** Conversations: listed, searched, read page by page, and deleted with every trace. */
import type * as z from 'zod';
import {
  conversationPage,
  conversationQuery,
  type conversation,
  type conversationList,
} from '../../../../contracts/content.js';
import type { DoorCall, Route } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import type { Archive, ArchivedTurn, SessionLine } from '../conversation/archive.js';
import { words } from '../memory/words.js';
import { makeConversationId, parseConversationId } from './conversation-id.js';
import type { ContentParts } from './parts.js';

/** Most conversations in a list, turns that a search looks at, and turns on a page. */
const MOST_LISTED = 2_000;
const MOST_FOUND = 1_000;
const PAGE = 50;
/** Most bytes of a page, its longest turn aside: what a door's answer has room for. */
const PAGE_BYTES = 1_000_000;
const LONGEST_TITLE = 80;

type List = z.infer<typeof conversationList>;
type Page = z.infer<typeof conversation>;

export function conversationRoutes({ assistant, isAnswering }: ContentParts): Route[] {
  const path = '/v1/content/conversations/:id';

  const list = async ({ query }: DoorCall): Promise<List> => {
    const { words: sought } = conversationQuery.parse(Object.fromEntries(query));
    const archive = await assistant.archive();
    const lines = archive.sessions(MOST_LISTED);
    if (!sought?.trim()) return { conversations: lines.map((line) => shown(line, null)) };
    const places = await placesOf(archive, sought);
    return {
      conversations: lines.flatMap((line) => {
        const excerpt = places.get(makeConversationId(line));
        return excerpt === undefined ? [] : [shown(line, excerpt)];
      }),
    };
  };

  /** By conversation: the best place that has all the words; the last one may be only begun. */
  const placesOf = async (archive: Archive, sought: string): Promise<Map<string, string>> => {
    await assistant.index();
    const { index } = await assistant.memory();
    const terms = words(sought);
    const places = new Map<string, string>();
    for (const { ref, text, snippet } of index.search(sought, {
      limit: MOST_FOUND,
      source: 'conversation',
    })) {
      const key = archive.sessionOf(Number(ref));
      const id = key && makeConversationId(key);
      if (id !== null && !places.has(id) && hasAll(text, terms)) places.set(id, snippet);
    }
    return places;
  };

  const read = async ({ params, query }: DoorCall): Promise<Page> => {
    const key = parseConversationId(params['id'] ?? '');
    const { before = Number.MAX_SAFE_INTEGER } = conversationPage.parse(Object.fromEntries(query));
    const archive = await assistant.archive();
    const { turns, more } = pageOf(archive.turns(key, before));
    if (turns.length === 0 && !archive.has(key)) throw new AraError('not-found');
    return {
      id: makeConversationId(key),
      channel: key.channel,
      turns,
      older: more ? (turns[0]?.position ?? null) : null,
    };
  };

  const remove = async ({ params }: DoorCall): Promise<void> => {
    const key = parseConversationId(params['id'] ?? '');
    const [archive, memory] = await Promise.all([assistant.archive(), assistant.memory()]);
    // From here on nothing else gets a turn: what is deleted is deleted with all that was made of it.
    const positions = archive.positions(key);
    if (positions.length === 0) throw new AraError('not-found');
    if (isAnswering(key) && archive.hasRunning(key)) throw new AraError('conflict', 'it is being answered');
    for (const position of positions) memory.index.remove('conversation', String(position));
    archive.remove(key);
    memory.index.scrub();
  };

  return [
    { method: 'GET', path: '/v1/content/conversations', handle: list },
    { method: 'GET', path, handle: read },
    { method: 'DELETE', path, handle: remove },
  ];
}

function shown(line: SessionLine, excerpt: string | null): List['conversations'][number] {
  const { channel, turns, lastAt } = line;
  return { id: makeConversationId(line), channel, title: titleOf(line.question), turns, lastAt, excerpt };
}

function titleOf(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim();
  if (line.length <= LONGEST_TITLE) return line.toWellFormed();
  const cut = line.slice(0, LONGEST_TITLE);
  const end = cut.lastIndexOf(' ');
  return `${(end > LONGEST_TITLE / 2 ? cut.slice(0, end) : cut).toWellFormed()}…`;
}

/** Oldest first, as many as a page holds. */
function pageOf(newestFirst: Iterable<ArchivedTurn>): { turns: ArchivedTurn[]; more: boolean } {
  const turns: ArchivedTurn[] = [];
  let bytes = 0;
  for (const turn of newestFirst) {
    bytes += Buffer.byteLength(turn.question) + Buffer.byteLength(turn.answer);
    if (turns.length === PAGE || (turns.length > 0 && bytes > PAGE_BYTES)) return { turns, more: true };
    turns.unshift(turn);
  }
  return { turns, more: false };
}

function hasAll(text: string, terms: readonly string[]): boolean {
  const there = words(text);
  const known = new Set(there);
  return terms.every(
    (term, at) => known.has(term) || (at === terms.length - 1 && there.some((each) => each.startsWith(term))),
  );
}
