/** How everything is, at a glance, and what needs the user. */
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { homeQuery, sessionQuery } from '../../api/queries';
import type { Alarm, Channel, Home } from '../../api/types';
import { Asked } from '../../components/Asked';
import { GoTo } from '../../components/GoTo';
import { buttonClass } from '../../components/Button';
import { Badge, Card, EmptyState, Note } from '../../components/Card';
import { adviceFor, ChannelBadge, ChannelIcon, channelName } from '../../components/ChannelParts';
import { Icon } from '../../components/Icon';
import { Page } from '../../components/Page';
import { t } from '../../texts';
import { formatAgo, formatCompact, formatMoney, formatNumber } from '../../texts/format';

export function HomePage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const home = useQuery(homeQuery);
  return (
    <Page title={t.home.title(new Date().getHours(), session?.account.name ?? '')}>
      <Asked of={home}>
        {(data) => (
          <>
            <Alarms alarms={data.alarms} steps={data.steps} />
            <Setup steps={data.steps} />
            <div className="grid gap-6 md:grid-cols-2">
              <Assistant container={data.container} hasModel={data.steps.key} />
              <Today today={data.today} />
            </div>
            <Channels channels={data.channels} />
          </>
        )}
      </Asked>
    </Page>
  );
}

const alarmPlaces: Record<Alarm['kind'], '/channels' | '/keys'> = {
  'channel-needs-relink': '/channels',
  'channel-conflict': '/channels',
  'channel-phone-away': '/channels',
  'no-key': '/keys',
  'no-channel': '/channels',
  'key-refused': '/keys',
  'budget-used-up': '/keys',
};

function Alarms({ alarms, steps }: { alarms: Alarm[]; steps: Home['steps'] }) {
  // What the set-up card below leads to is not said twice.
  const shown = alarms.filter(
    ({ kind }) => !(kind === 'no-key' && !steps.key) && !(kind === 'no-channel' && !steps.channel),
  );
  if (shown.length === 0) return null;
  return (
    <section aria-label={t.home.alarms} className="grid gap-3">
      {shown.map(({ kind, channel, provider }) => {
        const said = t.home.alarmWords[kind];
        const name = channel
          ? channelName(channel)
          : provider
            ? (t.common.providers[provider] ?? provider)
            : '';
        return (
          <Note
            key={`${kind} ${name}`}
            tone={kind === 'no-channel' ? 'calm' : 'bad'}
            title={said.title(name)}
            action={
              <Link to={alarmPlaces[kind]} className={buttonClass('plain', 'small')}>
                {said.action}
              </Link>
            }
          >
            {said.about}
          </Note>
        );
      })}
    </section>
  );
}

function Setup({ steps }: { steps: Home['steps'] }) {
  const left = Object.entries(steps).filter(([, done]) => !done).length;
  if (left === 0) return null;
  return (
    <Card
      title={t.home.setup}
      about={t.home.setupAbout(left)}
      icon="spark"
      className="!border-accent/40 !bg-accent-soft"
      aside={
        <Link to="/start" className={buttonClass('primary')}>
          {t.home.setupGo}
        </Link>
      }
    >
      <ol className="grid gap-2 sm:grid-cols-3">
        {(['key', 'channel', 'message'] as const).map((step) => (
          <li key={step} className="flex items-center gap-2.5">
            <span
              className={`flex size-6 items-center justify-center rounded-full ${steps[step] ? 'bg-accent text-on-accent' : 'border-2 border-edge'}`}
            >
              {steps[step] && <Icon name="check" className="size-4" />}
            </span>
            <span className={steps[step] ? 'text-soft' : 'font-medium'}>
              {t.start.steps[step]}
              {steps[step] && <span className="sr-only"> ({t.start.done})</span>}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

const containerTones = { awake: 'good', waking: 'warn', asleep: 'calm' } as const;

function Assistant({ container, hasModel }: { container: Home['container']; hasModel: boolean }) {
  const { state, waiting, wakeAt } = container;
  return (
    <Card
      title={t.home.assistant}
      icon="spark"
      aside={
        <Badge tone={containerTones[state]} busy={state === 'waking'}>
          {t.home.states[state]}
        </Badge>
      }
    >
      <div className="grid gap-1">
        <p>{hasModel ? t.home.stateAbout[state] : t.home.noModel}</p>
        {hasModel && waiting !== null && <p className="text-soft">{t.home.waiting(waiting)}</p>}
        {wakeAt !== null && <p className="text-soft">{t.home.wakes(formatAgo(wakeAt))}</p>}
      </div>
      <Link to="/chat" className={`${buttonClass(hasModel ? 'primary' : 'plain')} mt-5`}>
        <Icon name="chat" /> {t.home.talk}
      </Link>
    </Card>
  );
}

function Today({ today }: { today: Home['today'] }) {
  return (
    <Card title={t.home.today} icon="chart" aside={<GoTo to="/usage" words={t.home.allUsage} />}>
      <dl className="grid grid-cols-3 gap-3 sm:gap-4">
        <Figure label={t.home.messages} value={formatNumber(today.messages)} />
        <Figure
          label={t.home.tokens}
          value={formatCompact(today.inputTokens + today.outputTokens)}
          detail={t.home.inOut(formatCompact(today.inputTokens), formatCompact(today.outputTokens))}
        />
        <Figure label={t.home.cost} value={formatMoney(today.costMicros)} />
      </dl>
    </Card>
  );
}

function Figure({ label, value, detail }: { label: string; value: string; detail?: string }) {
  return (
    <div>
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="mt-1 text-xl font-semibold sm:text-2xl tracking-tight tabular-nums">{value}</dd>
      {detail && <dd className="text-sm text-soft">{detail}</dd>}
    </div>
  );
}

function Channels({ channels }: { channels: Channel[] }) {
  const linked = channels.filter(({ state }) => state !== 'unlinked');
  return (
    <Card title={t.home.channels} icon="plug" aside={<GoTo to="/channels" words={t.home.allChannels} />}>
      {linked.length === 0 && (
        <EmptyState
          icon="plane"
          title={t.home.noChannels}
          action={
            <Link to="/channels" className={buttonClass('primary')}>
              {t.home.linkOne}
            </Link>
          }
        >
          {t.home.noChannelsAbout}
        </EmptyState>
      )}
      {linked.length > 0 && (
        <ul className="grid gap-4">
          {linked.map(({ kind, state, lastMessageAt }) => (
            <li key={kind} className="flex flex-wrap items-center gap-x-4 gap-y-2">
              <ChannelIcon kind={kind} />
              <div className="min-w-0 flex-1">
                <p className="font-medium">{channelName(kind)}</p>
                <p className="text-sm text-soft">
                  {lastMessageAt === null ? t.home.noMessage : t.home.lastMessage(formatAgo(lastMessageAt))}
                </p>
              </div>
              <ChannelBadge state={state} />
              {adviceFor(kind, state) && (
                <p className="w-full text-[0.95rem] text-soft">{adviceFor(kind, state)}</p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
