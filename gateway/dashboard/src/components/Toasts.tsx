/** Where the news of toasts.ts is shown and read out. */
import { useSyncExternalStore } from 'react';
import { t } from '../texts';
import { IconButton } from './Button';
import { cx } from './classes';
import { Icon } from './Icon';
import { toast } from './toasts';

export function Toasts() {
  const list = useSyncExternalStore(toast.subscribe, toast.list);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-50 flex flex-col items-center gap-2 px-4 lg:bottom-6"
    >
      {list.map(({ id, tone, text }) => (
        <div
          key={id}
          className="pointer-events-auto flex w-full max-w-md animate-rise items-center gap-3 rounded-2xl border border-line bg-card py-2 pr-2 pl-4 shadow-lift"
        >
          <Icon
            name={tone === 'good' ? 'check' : 'alert'}
            className={cx(tone === 'good' ? 'text-good' : 'text-bad')}
          />
          <p className="min-w-0 flex-1 text-[0.95rem]">{text}</p>
          <IconButton icon="cross" label={t.common.dismiss} onPress={() => toast.close(id)} />
        </div>
      ))}
    </div>
  );
}
