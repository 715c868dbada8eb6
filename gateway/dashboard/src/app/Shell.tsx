/** The frame around every page of somebody who is signed in: a sidebar on laptops, a bar at the bottom on phones. */
import { useState } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useLive } from '../api/live';
import { sessionQuery } from '../api/queries';
import type { Session } from '../api/types';
import { cx } from '../components/classes';
import { Dialog } from '../components/Dialog';
import { Icon, Mark } from '../components/Icon';
import { t } from '../texts';
import { AccountMenu } from './AccountMenu';
import { ON_PHONES, places, type Place } from './nav';

export function Shell() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return session ? <Frame session={session} /> : null;
}

function Frame({ session }: { session: Session }) {
  useLive();
  const mine = places.filter(({ operatorOnly }) => !operatorOnly || session.account.role === 'operator');
  return (
    <div className="lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        {t.nav.skip}
      </a>
      <Sidebar places={mine} session={session} />
      <header className="flex items-center justify-between px-4 pt-3 lg:hidden">
        <Link to="/" className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
          <Mark /> {t.common.product}
        </Link>
        <AccountMenu session={session} />
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="min-w-0 px-4 pt-5 pb-28 outline-none sm:px-8 lg:px-10 lg:pt-10 lg:pb-16"
      >
        <div className="mx-auto max-w-4xl">
          <Outlet />
        </div>
      </main>
      <PhoneBar places={mine} />
    </div>
  );
}

function Sidebar({ places: mine, session }: { places: readonly Place[]; session: Session }) {
  return (
    <header className="sticky top-0 hidden h-dvh flex-col gap-6 border-r border-line bg-side px-4 py-6 lg:flex">
      <Link to="/" className="flex items-center gap-3 px-2 text-xl font-semibold tracking-tight">
        <Mark /> {t.common.product}
      </Link>
      <nav aria-label={t.nav.label} className="min-h-0 flex-1 overflow-y-auto">
        <ul className="grid gap-0.5">
          {mine.map((place) => (
            <li key={place.to}>
              <PlaceLink place={place} />
            </li>
          ))}
        </ul>
      </nav>
      <AccountMenu session={session} wide />
    </header>
  );
}

function PlaceLink({ place, onPress }: { place: Place; onPress?: () => void }) {
  return (
    <Link
      to={place.to}
      activeOptions={{ exact: place.to === '/' }}
      {...(onPress ? { onClick: onPress } : {})}
      className="flex min-h-11 items-center gap-3 rounded-xl px-3 text-soft transition-colors hover:bg-sunken hover:text-ink"
      activeProps={{ className: 'bg-accent-soft font-medium !text-accent hover:!bg-accent-soft' }}
    >
      <Icon name={place.icon} /> {place.label}
    </Link>
  );
}

const tab = 'flex w-full flex-col items-center gap-0.5 rounded-xl py-1.5 text-xs text-soft';

function PhoneBar({ places: mine }: { places: readonly Place[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <nav
      aria-label={t.nav.label}
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-card/95 px-2 pt-1 pb-[max(0.25rem,env(safe-area-inset-bottom))] backdrop-blur lg:hidden"
    >
      <ul className="grid grid-cols-5">
        {mine.slice(0, ON_PHONES).map(({ to, label, icon }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: to === '/' }}
              className={tab}
              activeProps={{ className: cx(tab, '!text-accent font-medium') }}
            >
              <Icon name={icon} className="size-6" /> {label}
            </Link>
          </li>
        ))}
        <li>
          <button type="button" aria-haspopup="dialog" className={tab} onClick={() => setOpen(true)}>
            <Icon name="more" className="size-6" /> {t.nav.more}
          </button>
          <Dialog title={t.nav.more} isOpen={isOpen} onClose={() => setOpen(false)}>
            <ul className="grid gap-1">
              {mine.slice(ON_PHONES).map((place) => (
                <li key={place.to}>
                  <PlaceLink place={place} onPress={() => setOpen(false)} />
                </li>
              ))}
            </ul>
          </Dialog>
        </li>
      </ul>
    </nav>
  );
}
