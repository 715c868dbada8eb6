/** One conversation, read from its end backwards. */
import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { answer, api } from '../../api/client';
import type { Turn } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Button, buttonClass } from '../../components/Button';
import { Badge, Card } from '../../components/Card';
import { channelName } from '../../components/ChannelParts';
import { Confirm } from '../../components/Dialog';
import { Icon } from '../../components/Icon';
import { Markdown } from '../../components/Markdown';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatTime } from '../../texts/format';

const route = getRouteApi('/signed-in/framed/assistant/conversations/$id');

export function ConversationPart() {
  const { id } = route.useParams();
  const conversation = useInfiniteQuery({
    queryKey: ['conversations', 'one', id],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/v1/me/conversations/{id}', {
          params: { path: { id }, query: pageParam === null ? {} : { before: pageParam } },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ older }) => older,
  });
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Link to="/assistant/conversations" className={`${buttonClass('quiet', 'small')} -ml-3`}>
          <Icon name="chevronLeft" className="size-4" /> {t.assistant.back}
        </Link>
        <DeleteButton id={id} />
      </div>
      <Asked of={conversation} loading={t.assistant.waking}>
        {({ pages }) => (
          <Card title={channelName(pages[0]?.channel ?? '')} icon="chat">
            {conversation.hasNextPage && (
              <div className="mb-4 text-center">
                <Button
                  size="small"
                  onPress={() => void conversation.fetchNextPage()}
                  isPending={conversation.isFetchingNextPage}
                >
                  {t.assistant.older}
                </Button>
              </div>
            )}
            <ol className="grid grid-cols-1 gap-6">
              {pages
                .toReversed()
                .flatMap(({ turns }) => turns)
                .map((turn) => (
                  <TurnItem key={turn.position} turn={turn} />
                ))}
            </ol>
          </Card>
        )}
      </Asked>
    </div>
  );
}

function TurnItem({ turn: { question, answer: text, sentAt, state, model } }: { turn: Turn }) {
  return (
    <li className="grid grid-cols-1 gap-3">
      <p className="justify-self-end rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 wrap-anywhere whitespace-pre-wrap">
        {question}
      </p>
      {text && <Markdown text={text} />}
      <p className="flex flex-wrap items-center gap-2 text-sm text-soft">
        {formatTime(sentAt)}
        {model && ` · ${model}`}
        {state !== 'answered' && (
          <Badge tone={state === 'failed' ? 'bad' : 'calm'}>{t.assistant.states[state] ?? state}</Badge>
        )}
      </p>
    </li>
  );
}

function DeleteButton({ id }: { id: string }) {
  const [asks, setAsks] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useAct(() => answer(api.DELETE('/v1/me/conversations/{id}', { params: { path: { id } } })), {
    done: t.assistant.deleted,
    onDone: () => {
      // Read anew by the list that it leads to, not here, where it is gone.
      queries.removeQueries({ queryKey: ['conversations', 'list'] });
      void navigate({ to: '/assistant/conversations' });
    },
  });
  return (
    <>
      <Button size="small" look="danger" icon="trash" onPress={() => setAsks(true)}>
        {t.assistant.deleteConversation}
      </Button>
      <Confirm
        title={t.assistant.deleteTitle}
        isOpen={asks}
        onClose={() => setAsks(false)}
        action={t.common.delete}
        onConfirm={() => remove.mutate()}
        isPending={remove.isPending}
      >
        {t.assistant.deleteAbout}
      </Confirm>
    </>
  );
}
