/** The pages in the order of the menu. */
import type { IconName } from '../components/Icon';
import { t } from '../texts';

export interface Place {
  to:
    '/' | '/chat' | '/channels' | '/keys' | '/assistant' | '/usage' | '/privacy' | '/security' | '/operator';
  label: string;
  icon: IconName;
  operatorOnly?: boolean;
}

export const places: readonly Place[] = [
  { to: '/', label: t.nav.home, icon: 'home' },
  { to: '/chat', label: t.nav.chat, icon: 'chat' },
  { to: '/channels', label: t.nav.channels, icon: 'plug' },
  { to: '/keys', label: t.nav.keys, icon: 'key' },
  { to: '/assistant', label: t.nav.assistant, icon: 'spark' },
  { to: '/usage', label: t.nav.usage, icon: 'chart' },
  { to: '/privacy', label: t.nav.privacy, icon: 'shield' },
  { to: '/security', label: t.nav.security, icon: 'lock' },
  { to: '/operator', label: t.nav.operator, icon: 'people', operatorOnly: true },
];

/** So many stand in the bar of a phone; the rest opens from "More". */
export const ON_PHONES = 4;
