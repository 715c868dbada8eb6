/** Much to read: there at once on a wide screen, and on a phone behind a line that opens it. */
import { useSyncExternalStore, type ReactNode } from 'react';
import { Icon } from './Icon';

/** As the `sm` of the styles. */
const WIDE = matchMedia('(min-width: 40rem)');

function subscribe(listener: () => void): () => void {
  WIDE.addEventListener('change', listener);
  return () => WIDE.removeEventListener('change', listener);
}

export function Folded({ words, children }: { words: string; children: ReactNode }) {
  const isWide = useSyncExternalStore(subscribe, () => WIDE.matches);
  if (isWide) return children;
  return (
    <details className="group">
      <summary className="flex min-h-11 list-none items-center gap-2 rounded-lg font-medium text-accent [&::-webkit-details-marker]:hidden">
        <Icon name="chevronRight" className="size-4 transition-transform group-open:rotate-90" />
        {words}
      </summary>
      <div className="pt-2">{children}</div>
    </details>
  );
}
