/** The account's corner: the theme of this browser, and the way out. */
import { useEffect, useId, useRef, useState, type RefObject } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answer, api } from '../api/client';
import { sessionQuery } from '../api/queries';
import type { Session } from '../api/types';
import { buttonClass } from '../components/Button';
import { cx } from '../components/classes';
import { Icon, type IconName } from '../components/Icon';
import { useAct } from '../components/useAct';
import { t } from '../texts';
import { setTheme, useTheme, type Theme } from './theme';

const themes: { theme: Theme; icon: IconName }[] = [
  { theme: 'system', icon: 'screen' },
  { theme: 'light', icon: 'sun' },
  { theme: 'dark', icon: 'moon' },
];

const line =
  'flex min-h-11 w-full items-center gap-3 rounded-lg px-3 text-left hover:bg-accent-soft sm:min-h-10';

export function AccountMenu({ session, wide }: { session: Session; wide?: boolean }) {
  const { name, role } = session.account;
  const [isOpen, setOpen] = useState(false);
  const corner = useRef<HTMLDivElement>(null);
  const panel = useId();
  useLeave(corner, isOpen, () => setOpen(false));
  return (
    <div ref={corner} className="relative z-20">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={panel}
        onClick={() => setOpen(!isOpen)}
        className={cx(buttonClass('quiet'), '!px-2 !text-ink', wide && 'w-full !justify-start text-left')}
      >
        <span
          className="flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent uppercase"
          aria-hidden="true"
        >
          {name.slice(0, 1)}
        </span>
        {!wide && <span className="sr-only">{t.nav.accountOf(name)}</span>}
        {wide && (
          <span className="min-w-0 leading-tight">
            <span className="block truncate">{name}</span>
            {role === 'operator' && <span className="block text-xs font-normal text-soft">{t.nav.role}</span>}
          </span>
        )}
      </button>
      <div
        id={panel}
        hidden={!isOpen}
        className={cx(
          'absolute min-w-52 animate-fade rounded-xl border border-line bg-card p-1.5 shadow-lift',
          wide ? 'bottom-full left-0 mb-2' : 'top-full right-0 mt-2',
        )}
      >
        <Themes />
        <hr className="my-1.5 border-line" />
        <SignOut />
      </div>
    </div>
  );
}

/** Closes what is open when Escape is pressed, or when pointer or focus go elsewhere. */
function useLeave(place: RefObject<HTMLElement | null>, isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key !== 'Escape') return;
      close();
      place.current?.querySelector('button')?.focus();
    };
    const onElsewhere = ({ target }: Event): void => {
      if (target instanceof Node && !place.current?.contains(target)) close();
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onElsewhere);
    document.addEventListener('focusin', onElsewhere);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onElsewhere);
      document.removeEventListener('focusin', onElsewhere);
    };
  });
}

function Themes() {
  const chosen = useTheme();
  return (
    <div role="group" aria-label={t.nav.theme}>
      {themes.map(({ theme, icon }) => (
        <button
          key={theme}
          type="button"
          aria-pressed={theme === chosen}
          onClick={() => setTheme(theme)}
          className={line}
        >
          <Icon name={icon} className="text-soft" />
          <span className="flex-1">{t.nav.themes[theme]}</span>
          {theme === chosen && <Icon name="check" className="text-accent" />}
        </button>
      ))}
    </div>
  );
}

function SignOut() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { mutate } = useAct(() => answer(api.POST('/v1/sign-out')), {
    onDone: () => {
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, null);
      void navigate({ to: '/sign-in' });
    },
  });
  return (
    <button type="button" onClick={() => mutate()} className={line}>
      <Icon name="out" className="text-soft" /> {t.nav.signOut}
    </button>
  );
}
