/** Everything that was said, on every channel, newest first; with words those that have them. */
import { useEffect, useState } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { conversationsQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { Card, EmptyState } from '../../components/Card';
import { ChannelIcon, channelName } from '../../components/ChannelParts';
import { TextField } from '../../components/Field';
import { Icon } from '../../components/Icon';
import { ToChat } from '../../components/ToChat';
import { t } from '../../texts';
import { formatAgo } from '../../texts/format';

const PAUSE = 300;

export function ConversationsPart() {
  const [words, setWords] = useState('');
  const settled = useSettled(words.trim());
  const conversations = useQuery({ ...conversationsQuery(settled), placeholderData: keepPreviousData });
  // Nothing was said at all: there is nothing to search.
  const isEmpty =
    words === '' && settled === '' && conversations.data?.length === 0 && !conversations.isPlaceholderData;
  return (
    <Card title={t.assistant.conversations} about={t.assistant.conversationsAbout} icon="chat">
      {!isEmpty && (
        <TextField
          label={t.assistant.search}
          type="search"
          value={words}
          onChange={setWords}
          maxLength={200}
          className="mb-4 max-w-md"
        />
      )}
      <p role="status" className="sr-only">
        {conversations.isFetching ? t.assistant.searching : ''}
      </p>
      <Asked of={conversations} loading={t.assistant.waking}>
        {(list) =>
          list.length === 0 ? (
            <Nothing isSearch={settled !== ''} />
          ) : (
            <ul className="divide-y divide-line">
              {list.map(({ id, channel, title, turns, lastAt, excerpt }) => (
                <li key={id}>
                  <Link
                    to="/assistant/conversations/$id"
                    params={{ id }}
                    className="-mx-2 flex items-center gap-3.5 rounded-xl px-2 py-3 hover:bg-sunken"
                  >
                    <ChannelIcon kind={channel} />
                    <span className="min-w-0 flex-1">
                      <span className="line-clamp-1 font-medium">{title || t.assistant.untitled}</span>
                      {excerpt && <span className="line-clamp-2 text-[0.95rem]">{excerpt}</span>}
                      <span className="block text-sm text-soft">
                        {channelName(channel)}, {t.assistant.turns(turns)}, {formatAgo(lastAt)}
                      </span>
                    </span>
                    <Icon name="chevronRight" className="text-soft" />
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Card>
  );
}

function Nothing({ isSearch }: { isSearch: boolean }) {
  if (isSearch)
    return (
      <EmptyState icon="search" title={t.assistant.notFound}>
        {t.assistant.notFoundAbout}
      </EmptyState>
    );
  return (
    <EmptyState icon="chat" title={t.assistant.noConversations} action={<ToChat />}>
      {t.assistant.noConversationsAbout}
    </EmptyState>
  );
}

/** The words once the typing rests. */
function useSettled(words: string): string {
  const [settled, setSettled] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(words), PAUSE);
    return () => clearTimeout(timer);
  }, [words]);
  return settled;
}
