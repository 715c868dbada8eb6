/** The chat as it is on the screen: what the history has, and what has happened since the page opened. */
import { useCallback, useEffect, useReducer } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { useEvents } from '../../api/live';
import type { Turn } from '../../api/types';

export interface Message {
  id: string;
  from: 'me' | 'ara';
  text: string;
  at: number;
  state: 'sending' | 'failed' | 'done';
  choices: readonly string[];
  file: { name: string; bytes: number; path: string | null } | null;
}

/** As contracts/content.ts has it. */
type WebEvent =
  | { type: 'message'; id: string; markdown: string; choices: string[]; at: number }
  | { type: 'deleted'; id: string }
  | { type: 'file'; id: string; name: string; bytes: number; at: number; path?: string }
  | { type: 'typing' };

interface Live {
  messages: readonly Message[];
  isTyping: boolean;
}

type Action =
  | WebEvent
  | { type: 'mine'; id: string; text: string; state: Message['state'] }
  | { type: 'forget' }
  | { type: 'quiet' };

const nothing: Live = { messages: [], isTyping: false };

const put = (messages: readonly Message[], message: Message): readonly Message[] =>
  messages.some(({ id }) => id === message.id)
    ? messages.map((each) => (each.id === message.id ? { ...message, at: each.at } : each))
    : [...messages, message];

const plain = { choices: [], file: null };

function reduce({ messages, isTyping }: Live, action: Action): Live {
  switch (action.type) {
    case 'message': {
      const { id, markdown, choices, at } = action;
      return {
        messages: put(messages, { id, from: 'ara', text: markdown, at, state: 'done', choices, file: null }),
        isTyping: false,
      };
    }
    case 'file': {
      const { id, name, bytes, at, path = null } = action;
      return {
        messages: put(messages, {
          ...plain,
          id,
          from: 'ara',
          text: '',
          at,
          state: 'done',
          file: { name, bytes, path },
        }),
        isTyping: false,
      };
    }
    case 'deleted':
      return { messages: messages.filter(({ id }) => id !== action.id), isTyping };
    case 'typing':
      return { messages, isTyping: true };
    case 'mine': {
      const { id, text, state } = action;
      // What was sent is being thought about, until something comes.
      return {
        messages: put(messages, { ...plain, id, from: 'me', text, at: Date.now(), state }),
        isTyping: state === 'done' || isTyping,
      };
    }
    case 'forget':
      return { messages: messages.filter(({ state }) => state !== 'done'), isTyping };
    case 'quiet':
      return { messages, isTyping: false };
  }
}

/** After this long without a sign nobody is writing any more. */
const TYPING_LASTS = 45_000;

export function useChat() {
  const history = useHistory();
  const [live, dispatch] = useReducer(reduce, nothing);
  const queries = useQueryClient();
  useEvents('/v1/me/chat/events', {
    onEvent: (event) => dispatch(event as WebEvent),
    // The history has what was said during the break.
    onOpenAgain: () => void history.refetch().then(() => dispatch({ type: 'forget' })),
  });
  useEffect(() => {
    if (!live.isTyping) return undefined;
    const timer = setTimeout(() => dispatch({ type: 'quiet' }), TYPING_LASTS);
    return () => clearTimeout(timer);
  }, [live]);
  const { mutate } = useMutation({
    mutationFn: (body: { id: string; text: string }) => answer(api.POST('/v1/me/chat', { body })),
    onMutate: (mine) => dispatch({ type: 'mine', ...mine, state: 'sending' }),
    onSuccess: (_, mine) => {
      dispatch({ type: 'mine', ...mine, state: 'done' });
      void queries.invalidateQueries({ queryKey: ['home'] });
    },
    onError: (_, mine) => dispatch({ type: 'mine', ...mine, state: 'failed' }),
  });
  const say = useCallback((text: string) => mutate({ id: crypto.randomUUID(), text }), [mutate]);
  return {
    history,
    messages: together(history.turns, live.messages),
    isTyping: live.isTyping,
    say,
    /** With the same id: should the first try have arrived after all, it counts once. */
    sayAgain: ({ id, text }: Message) => mutate({ id, text }),
  };
}

function together(turns: readonly Turn[], live: readonly Message[]): Message[] {
  const answers = new Set(turns.map(({ answer: text }) => text.trim()));
  const lastTurnAt = turns.at(-1)?.sentAt ?? 0;
  // A container that wakes tells again what it has kept; what the history shows is not said twice.
  const isTold = ({ text, at }: Message): boolean => at < lastTurnAt || answers.has(text.trim());
  const news = live.filter((message) => message.from === 'me' || !isTold(message));
  const answersNow = news.some(({ from }) => from === 'ara');
  return [...turns.flatMap((turn) => asMessages(turn, answersNow)), ...news];
}

function asMessages(
  { position, sentAt, question, answer: text, state }: Turn,
  answersNow: boolean,
): Message[] {
  const common = { ...plain, at: sentAt, state: 'done' as const };
  const hidden = text === '' || (state === 'running' && answersNow);
  return [
    { ...common, id: `question ${position}`, from: 'me', text: question },
    ...(hidden ? [] : [{ ...common, id: `answer ${position}`, from: 'ara' as const, text }]),
  ];
}

/** The conversation of the browser's own channel; older turns on request. */
function useHistory() {
  const query = useQuery({
    queryKey: ['chat-history'],
    queryFn: async () => {
      const own = await conversationOfBrowser();
      return own ? readPage(own.id) : null;
    },
    staleTime: Infinity,
    gcTime: 0,
  });
  const queries = useQueryClient();
  const page = query.data;
  const more = useMutation({
    mutationFn: async () => (page?.older ? readPage(page.id, page.older) : null),
    onSuccess: (before) =>
      before &&
      queries.setQueryData(['chat-history'], { ...before, turns: [...before.turns, ...(page?.turns ?? [])] }),
  });
  return {
    turns: page?.turns ?? [],
    isPending: query.isPending,
    error: query.error,
    refetch: query.refetch,
    hasOlder: page?.older != null,
    readOlder: more.mutate,
    isReadingOlder: more.isPending,
  };
}

async function conversationOfBrowser() {
  const { conversations } = await answer(api.GET('/v1/me/conversations', { params: { query: {} } }));
  return conversations.find(({ channel }) => channel === 'web');
}

const readPage = (id: string, before?: number) =>
  answer(
    api.GET('/v1/me/conversations/{id}', {
      params: { path: { id }, query: before === undefined ? {} : { before } },
    }),
  );
