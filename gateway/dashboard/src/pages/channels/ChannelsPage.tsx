/** A card a channel: how it is right now, and everything that can be done with it. */
import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../../api/client';
import { channelsQuery } from '../../api/queries';
import type { Channel } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Button, buttonClass, IconButton } from '../../components/Button';
import { Card } from '../../components/Card';
import { adviceFor, ChannelBadge, ChannelIcon, channelName } from '../../components/ChannelParts';
import { Confirm } from '../../components/Dialog';
import { Icon } from '../../components/Icon';
import { Menu } from '../../components/Menu';
import { Page } from '../../components/Page';
import { toast } from '../../components/toasts';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo } from '../../texts/format';
import { CodeStep } from './CodeStep';
import { LinkChannel } from './LinkChannel';
import { LinkDetails } from './LinkDetails';
import { Owners } from './Owners';
import { useLinkAnswer, useNewCode } from './link-answer';

export function ChannelsPage() {
  const channels = useQuery(channelsQuery);
  return (
    <Page title={t.channels.title} about={t.channels.about}>
      <Asked of={channels}>
        {(list) => (
          <>
            {list.map((channel) => (
              <ChannelCard key={channel.kind} channel={channel} />
            ))}
            {/* With the others: alone it would stand at the top at first, and then move down. */}
            <BrowserCard />
          </>
        )}
      </Asked>
    </Page>
  );
}

function ChannelCard({ channel }: { channel: Channel }) {
  const { kind, state, since, lastMessageAt } = channel;
  const [isLinking, setLinking] = useState(false);
  // It is the user who takes the time now.
  const advice = isLinking && state === 'connecting' ? '' : adviceFor(kind, state);
  return (
    <Card className="grid gap-5">
      <Head kind={kind}>
        <div aria-live="polite">
          <ChannelBadge state={state} />
        </div>
      </Head>
      {state !== 'unlinked' && !isLinking && (
        <dl className="flex flex-wrap gap-x-10 gap-y-2 text-[0.95rem]">
          <div>
            <dt className="text-sm text-soft">{t.channels.since}</dt>
            <dd>{since === null ? '–' : formatAgo(since)}</dd>
          </div>
          <div>
            <dt className="text-sm text-soft">{t.channels.lastMessage}</dt>
            <dd>{lastMessageAt === null ? t.home.noMessage : formatAgo(lastMessageAt)}</dd>
          </div>
        </dl>
      )}
      {advice && state !== 'unlinked' && <p>{advice}</p>}
      <Linkable channel={channel} isLinking={isLinking} setLinking={setLinking} />
    </Card>
  );
}

/** The channel that is always there: it has no credential, and so no state. */
const BrowserCard = () => (
  <Card>
    <Head kind="web">
      <Link to="/chat" className={buttonClass()}>
        <Icon name="chat" /> {t.channels.openChat}
      </Link>
    </Head>
  </Card>
);

function Head({ kind, children }: { kind: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
      <ChannelIcon kind={kind} />
      <div className="min-w-0 flex-1 basis-40">
        <h2 className="text-lg font-semibold tracking-tight">{channelName(kind)}</h2>
        <p className="text-[0.95rem] text-soft">{t.channels.abouts[kind]}</p>
      </div>
      {children}
    </div>
  );
}

interface LinkableProps {
  channel: Channel;
  isLinking: boolean;
  setLinking: (isLinking: boolean) => void;
}

function Linkable({ channel: { kind, state }, isLinking, setLinking }: LinkableProps) {
  const link = useLinkAnswer(kind);
  if (isLinking) return <LinkChannel kind={kind} state={state} onClose={() => setLinking(false)} />;
  if (state === 'unlinked')
    return (
      <Button look="primary" icon="plus" onPress={() => setLinking(true)} className="justify-self-start">
        {t.channels.link(channelName(kind))}
      </Button>
    );
  return (
    <>
      {state === 'waiting-for-owner' && link.data && (
        <CodeStep link={link.data} kind={kind} isLinked={false} />
      )}
      <Actions kind={kind} state={state} onRelink={() => setLinking(true)} />
      {state !== 'waiting-for-owner' && <Owners kind={kind} />}
      {/* Before the first link there is nothing to tell. */}
      {state !== 'connecting' && <LinkDetails kind={kind} />}
    </>
  );
}

interface ActionsProps {
  kind: Channel['kind'];
  state: Channel['state'];
  onRelink: () => void;
}

function Actions({ kind, state, onRelink }: ActionsProps) {
  const [asksToUnlink, setAsksToUnlink] = useState(false);
  const name = channelName(kind);
  const path = { params: { path: { kind } } };
  const newCode = useNewCode(kind);
  const test = useAct(() => answer(api.POST('/v1/me/channels/{kind}/test', path)), {
    onDone: ({ sent }) =>
      toast.show(sent ? 'good' : 'bad', sent ? t.channels.testSent : t.channels.testNotSent),
  });
  const unlink = useAct(() => answer(api.DELETE('/v1/me/channels/{kind}', path)), {
    refresh: ['channels', 'home'],
    done: t.channels.unlinked(name),
    onDone: () => setAsksToUnlink(false),
  });
  const mustRelink = state === 'needs-relink' || state === 'conflict';
  return (
    <div className="flex flex-wrap items-center gap-3">
      {state === 'connected' && (
        <Button icon="send" onPress={() => test.mutate()} isPending={test.isPending}>
          {t.channels.test}
        </Button>
      )}
      {state === 'waiting-for-owner' && (
        <Button icon="refresh" onPress={() => newCode.mutate()} isPending={newCode.isPending}>
          {t.channels.newCode}
        </Button>
      )}
      {mustRelink && (
        <Button look="primary" icon="refresh" onPress={onRelink}>
          {t.channels.relink}
        </Button>
      )}
      <Menu
        label={t.channels.moreFor(name)}
        actions={[
          { label: t.channels.relink, icon: 'refresh', run: onRelink },
          { label: t.channels.unlink, icon: 'trash', run: () => setAsksToUnlink(true), danger: true },
        ]}
      >
        <IconButton icon="more" label={t.channels.moreFor(name)} />
      </Menu>
      <Confirm
        title={t.channels.unlinkTitle(name)}
        isOpen={asksToUnlink}
        onClose={() => setAsksToUnlink(false)}
        action={t.channels.unlink}
        onConfirm={() => unlink.mutate()}
        isPending={unlink.isPending}
      >
        {t.channels.unlinkAbouts[kind]}
      </Confirm>
    </div>
  );
}
