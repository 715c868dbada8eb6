/** The way in for somebody new: a key, a channel, a first message. Each can be skipped, and all can be left. */
import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useLive } from '../../api/live';
import { channelsQuery, homeQuery } from '../../api/queries';
import type { Channel, Home } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Button, buttonClass } from '../../components/Button';
import { Note } from '../../components/Card';
import { cx } from '../../components/classes';
import { Icon, Mark } from '../../components/Icon';
import { PageHeading } from '../../components/Page';
import { t } from '../../texts';
import { Segments } from '../../components/Segments';
import { channelName } from '../../components/ChannelParts';
import { LinkChannel } from '../channels/LinkChannel';
import { Chat } from '../chat/Chat';
import { KeyForm } from '../keys/KeyForm';
import { allProviders } from '../keys/providers';

const order = ['key', 'channel', 'message'] as const;
type Step = (typeof order)[number];

export function StartPage() {
  useLive();
  const home = useQuery(homeQuery);
  return (
    <div className="mx-auto flex min-h-dvh max-w-2xl flex-col px-4 py-6 sm:py-10">
      <header className="mb-8 flex items-center justify-between">
        <p className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
          <Mark /> {t.common.product}
        </p>
        <Link to="/" className={buttonClass('quiet', 'small')}>
          {t.start.leave}
        </Link>
      </header>
      <main className="flex flex-1 flex-col">
        <PageHeading title={t.start.title} />
        <p className="mt-1.5 text-soft">{t.start.about}</p>
        <Asked of={home}>{({ steps }) => <Steps steps={steps} />}</Asked>
      </main>
    </div>
  );
}

function Steps({ steps }: { steps: Home['steps'] }) {
  const [current, setCurrent] = useState<Step>(() => order.find((step) => !steps[step]) ?? 'message');
  const forward = (): void => setCurrent(order[order.indexOf(current) + 1] ?? 'message');
  return (
    <>
      <ol className="my-7 grid grid-cols-3 gap-2">
        {order.map((step) => (
          <li key={step}>
            <button
              type="button"
              onClick={() => setCurrent(step)}
              aria-current={step === current ? 'step' : undefined}
              className={cx(
                'w-full border-t-4 pt-2 text-left text-sm',
                step === current
                  ? 'border-accent font-semibold'
                  : steps[step]
                    ? 'border-good text-soft'
                    : 'border-line text-soft',
              )}
            >
              {t.start.steps[step]}
              {steps[step] && (
                <>
                  <Icon name="check" className="ml-1 inline size-4 text-good" />
                  <span className="sr-only"> ({t.start.done})</span>
                </>
              )}
            </button>
          </li>
        ))}
      </ol>
      <p className="text-sm text-soft">{t.start.step(order.indexOf(current) + 1, order.length)}</p>
      {current === 'key' && <KeyStep isDone={steps.key} onNext={forward} />}
      {current === 'channel' && <ChannelStep onNext={forward} />}
      {current === 'message' && <MessageStep isDone={steps.message} />}
    </>
  );
}

function StepFrame({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <section className="mt-1 flex flex-1 flex-col" aria-label={title}>
      <h2 className="text-xl font-semibold tracking-tight">{title}</h2>
      <p className="mt-1 mb-5 text-soft">{about}</p>
      {children}
    </section>
  );
}

const Onward = ({ onNext, isDone }: { onNext: () => void; isDone: boolean }) => (
  <div className="mt-6">
    <Button look={isDone ? 'primary' : 'quiet'} onPress={onNext}>
      {isDone ? t.start.next : t.start.skip}
    </Button>
  </div>
);

function KeyStep({ isDone, onNext }: { isDone: boolean; onNext: () => void }) {
  return (
    <StepFrame title={t.start.keyTitle} about={t.start.keyAbout}>
      {isDone ? (
        <Note tone="good">{t.start.keyIsThere}</Note>
      ) : (
        <KeyForm task={{ kind: 'add', choices: allProviders }} onDone={onNext} />
      )}
      <Onward onNext={onNext} isDone={isDone} />
    </StepFrame>
  );
}

function ChannelStep({ onNext }: { onNext: () => void }) {
  const channels = useQuery(channelsQuery);
  return (
    <StepFrame title={t.start.channelTitle} about={t.start.channelAbout}>
      <Asked of={channels}>{(list) => <LinkOrNext channels={list} onNext={onNext} />}</Asked>
    </StepFrame>
  );
}

function LinkOrNext({ channels, onNext }: { channels: Channel[]; onNext: () => void }) {
  const [wasLinked] = useState(channels.some(({ state }) => state === 'connected'));
  const [kind, setKind] = useState<Channel['kind']>('telegram');
  if (wasLinked)
    return (
      <>
        <Note tone="good">{t.start.channelDone}</Note>
        <Onward onNext={onNext} isDone />
      </>
    );
  const state = channels.find((each) => each.kind === kind)?.state ?? 'unlinked';
  return (
    <div className="grid gap-6">
      <Segments
        label={t.start.whichChannel}
        options={channels.map((each) => ({ value: each.kind, label: channelName(each.kind) }))}
        value={kind}
        onChange={setKind}
      />
      <LinkChannel
        key={kind}
        kind={kind}
        state={state}
        onClose={onNext}
        leave={t.start.skip}
        done={t.start.next}
      />
    </div>
  );
}

function MessageStep({ isDone }: { isDone: boolean }) {
  return (
    <StepFrame title={t.start.messageTitle} about={t.start.messageAbout}>
      <Chat ideas={t.chat.ideas.slice(0, 2)} />
      <Link to="/" className={`${buttonClass(isDone ? 'primary' : 'quiet')} self-start`}>
        {t.start.finish}
      </Link>
    </StepFrame>
  );
}
