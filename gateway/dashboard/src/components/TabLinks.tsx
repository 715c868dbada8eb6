/** The parts of a page that is too long for one: each has an address of its own. */
import { Link } from '@tanstack/react-router';

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
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto px-4 pb-1 sm:mx-0 sm:px-0">
      <ul className="flex w-max gap-1 rounded-2xl bg-sunken p-1">
        {tabs.map(({ to, label: name }, index) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: index === 0 }}
              className="flex min-h-10 items-center rounded-xl px-4 text-[0.95rem] text-soft hover:text-ink"
              activeProps={{ className: 'bg-card !text-ink font-medium shadow-card' }}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
