/** The parts of a page that is too long for one: each has an address of its own. */
import { useEffect, useRef } from 'react';
import { Link, useLocation } from '@tanstack/react-router';

type Part =
  | '/assistant'
  | '/assistant/memory'
  | '/assistant/files'
  | '/assistant/conversations'
  | '/operator'
  | '/operator/containers'
  | '/operator/health'
  | '/operator/settings'
  | '/operator/audit';

export interface Tab {
  to: Part;
  label: string;
}

export function TabLinks({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const list = useRef<HTMLUListElement>(null);
  const { pathname } = useLocation();
  // On a narrow screen the chosen part may lie outside.
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto px-4 pb-1 sm:mx-0 sm:px-0">
      <ul ref={list} className="flex w-max gap-1 rounded-2xl bg-sunken p-1">
        {tabs.map(({ to, label: name }, index) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: index === 0 }}
              className="flex min-h-10 items-center rounded-xl px-2.5 text-[0.9rem] whitespace-nowrap sm:px-4 sm:text-[0.95rem] text-soft hover:text-ink"
              activeProps={{ className: 'bg-raised !text-ink font-medium shadow-card' }}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
