/** The messages, and the place to write the next one. */
import { useEffect, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { addressOf } from '../../api/files';
import { keysQuery } from '../../api/queries';
import { Failed } from '../../components/Asked';
import { Button, buttonClass } from '../../components/Button';
import { Note } from '../../components/Card';
import { cx } from '../../components/classes';
import { Icon, Mark } from '../../components/Icon';
import { Markdown } from '../../components/Markdown';
import { Loading } from '../../components/Progress';
import { t } from '../../texts';
import { formatBytes, formatTime } from '../../texts/format';
import { Composer } from './Composer';
import { useChat, type Message } from './messages';

export function Chat({ ideas = t.chat.ideas }: { ideas?: readonly string[] }) {
  const { history, messages, isTyping, say, sayAgain } = useChat();
  const last = messages.at(-1);
  const end = useFollow([messages.length, last?.text, isTyping]);
  return (
    <>
      <div role="log" aria-label={t.chat.log} aria-live="off" className="flex flex-1 flex-col gap-5 py-6">
        {history.hasOlder && (
          <Button
            size="small"
            onPress={() => history.readOlder()}
            isPending={history.isReadingOlder}
            className="self-center"
          >
            {t.chat.older}
          </Button>
        )}
        {history.isPending && <Loading />}
        {history.error && <Failed error={history.error} onRetry={() => void history.refetch()} />}
        {!history.isPending && messages.length === 0 && <Beginning ideas={ideas} onSay={say} />}
        {messages.map((message) => (
          <Said key={message.id} message={message} onRetry={() => sayAgain(message)} />
        ))}
        {last && last.choices.length > 0 && <Choices choices={last.choices} onSay={say} />}
        {isTyping && <Typing />}
      </div>
      <Announcer last={last} isTyping={isTyping} />
      <div ref={end} />
      <Composer onSay={say} />
    </>
  );
}

interface IdeasProps {
  ideas: readonly string[];
  onSay: (text: string) => void;
}

function Beginning({ ideas, onSay }: IdeasProps) {
  const { data: keys } = useQuery(keysQuery);
  const hasNoModel = keys?.length === 0;
  return (
    <div className="my-auto flex flex-col items-center gap-3 py-8 text-center">
      <Mark className="size-12" />
      <p className="text-xl font-semibold tracking-tight">{t.chat.empty}</p>
      <p className="max-w-md text-soft">{t.chat.emptyAbout}</p>
      {hasNoModel ? <NoModel /> : <Ideas ideas={ideas} onSay={onSay} />}
    </div>
  );
}

function Ideas({ ideas, onSay }: IdeasProps) {
  return (
    <ul className="mt-3 grid w-full max-w-xl gap-2 sm:grid-cols-2">
      {ideas.map((idea) => (
        <li key={idea} className="grid">
          <Button onPress={() => onSay(idea)} className="justify-start py-2 text-left">
            {idea}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Until then nothing of what could be tried would be answered. */
function NoModel() {
  return (
    <div className="mt-3 w-full max-w-md text-left">
      <Note
        tone="warn"
        title={t.chat.noModel}
        action={
          <Link to="/keys" className={buttonClass('plain', 'small')}>
            {t.chat.addKey}
          </Link>
        }
      >
        {t.chat.noModelAbout}
      </Note>
    </div>
  );
}

function Said({ message, onRetry }: { message: Message; onRetry: () => void }) {
  const { from, text, at, state, file } = message;
  const isMine = from === 'me';
  return (
    <article
      aria-label={isMine ? t.chat.you : t.chat.ara}
      className={cx('flex max-w-full gap-3', isMine && 'justify-end')}
    >
      {!isMine && <Mark className="mt-1 size-7" />}
      <div
        title={formatTime(at)}
        className={cx(
          'min-w-0 rounded-2xl',
          isMine ? 'max-w-[85%] rounded-br-md bg-accent-soft px-4 py-2.5' : 'flex-1 pt-1',
          state === 'sending' && 'opacity-60',
        )}
      >
        {isMine ? <p className="wrap-anywhere whitespace-pre-wrap">{text}</p> : <Markdown text={text} />}
        {file && <SentFile file={file} />}
        {state === 'failed' && (
          <p className="mt-1.5 flex items-center gap-2 text-sm font-medium text-bad" role="alert">
            <Icon name="alert" className="size-4" /> {t.chat.failed}
            <Button size="small" look="quiet" icon="refresh" onPress={onRetry}>
              {t.chat.retry}
            </Button>
          </p>
        )}
      </div>
    </article>
  );
}

/** As it lies in the workspace now; what lies nowhere there is looked for among the files. */
function SentFile({ file: { name, bytes, path } }: { file: NonNullable<Message['file']> }) {
  const look =
    'flex max-w-md items-center gap-2.5 rounded-xl border border-line bg-card px-4 py-3 hover:bg-sunken';
  const words = (
    <span className="min-w-0 flex-1 wrap-anywhere">
      <span className="font-medium">{name}</span>{' '}
      <span className="text-sm text-soft">{formatBytes(bytes)}</span>
    </span>
  );
  if (path === null)
    return (
      <Link to="/assistant/files" className={look}>
        <Icon name="file" className="text-accent" /> {words}
      </Link>
    );
  return (
    <a href={addressOf(path)} download={name} aria-label={t.chat.download(name)} className={look}>
      <Icon name="file" className="text-accent" /> {words} <Icon name="down" className="text-soft" />
    </a>
  );
}

function Choices({ choices, onSay }: { choices: readonly string[]; onSay: (text: string) => void }) {
  return (
    <div role="group" aria-label={t.chat.answers} className="flex flex-wrap gap-2 pl-10">
      {choices.map((choice) => (
        <Button key={choice} onPress={() => onSay(choice)}>
          {choice}
        </Button>
      ))}
    </div>
  );
}

const Typing = () => (
  <div className="flex items-center gap-3" aria-hidden="true">
    <Mark className="size-7" />
    <span className="flex gap-1.5">
      {[0, 150, 300].map((delay) => (
        <span
          key={delay}
          className="size-2 animate-pulse-dot rounded-full bg-soft"
          style={{ animationDelay: `${delay}ms` }}
        />
      ))}
    </span>
  </div>
);

/** An answer that grows word by word is read out once it has stopped growing. */
const GROWN_AFTER = 1_200;

function Announcer({ last, isTyping }: { last: Message | undefined; isTyping: boolean }) {
  const [text, setText] = useState('');
  const first = useRef(last?.id);
  useEffect(() => {
    if (last?.from !== 'ara' || last.id === first.current) return undefined;
    const timer = setTimeout(() => setText(last.text), GROWN_AFTER);
    return () => clearTimeout(timer);
  }, [last]);
  return (
    <p aria-live="polite" className="sr-only">
      {isTyping ? t.chat.typing : text}
    </p>
  );
}

/** Keeps the end in view as long as the reader is there, and leaves them alone when they have scrolled up. */
function useFollow(changes: readonly unknown[]) {
  const end = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const look = (): void => {
      const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
      isAtEnd.current = scrollHeight - scrollTop - clientHeight < 160;
    };
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  useEffect(() => {
    if (isAtEnd.current) window.scrollTo({ top: document.documentElement.scrollHeight });
  }, changes);
  return end;
}
