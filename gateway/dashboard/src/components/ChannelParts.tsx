/** A channel as a symbol and as a state, the same on every page. */
import type { Channel } from '../api/types';
import { t } from '../texts';
import { Badge } from './Card';
import { Icon, type IconName } from './Icon';

const icons: Record<string, IconName> = {
  telegram: 'plane',
  matrix: 'grid',
  whatsapp: 'phone',
  web: 'screen',
};

export const channelName = (kind: string): string => t.common.channels[kind] ?? kind;

/** What to do about a channel that is so; empty for nothing. */
export const adviceFor = (kind: string, state: Channel['state']): string =>
  t.channels.adviceOf[kind]?.[state] ?? t.channels.advice[state];

export function ChannelIcon({ kind }: { kind: string }) {
  return (
    <span className="flex size-11 shrink-0 items-center justify-center rounded-xl bg-accent-soft text-accent">
      <Icon name={icons[kind] ?? 'plug'} className="size-6" />
    </span>
  );
}

const tones: Record<Channel['state'], 'good' | 'warn' | 'bad' | 'calm'> = {
  unlinked: 'calm',
  'waiting-for-owner': 'warn',
  connecting: 'calm',
  connected: 'good',
  unreachable: 'warn',
  'rate-limited': 'warn',
  'phone-away': 'warn',
  stopped: 'warn',
  conflict: 'bad',
  'needs-relink': 'bad',
};

export function ChannelBadge({ state }: { state: Channel['state'] }) {
  return (
    <Badge tone={tones[state]} busy={state === 'connecting' || state === 'waiting-for-owner'}>
      {t.channels.states[state]}
    </Badge>
  );
}
