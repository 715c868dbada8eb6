/** A step of a dialog that links a channel: its number, what it is called, and what is to be done. */
import type { ReactNode } from 'react';
import { cx } from '../../components/classes';
import { Icon } from '../../components/Icon';
import { t } from '../../texts';

interface StepProps {
  number: number;
  title: string;
  done: boolean;
  waits?: boolean;
  children: ReactNode;
}

export function Step({ number, title, done, waits, children }: StepProps) {
  return (
    <li className="grid grid-cols-[2rem_minmax(0,1fr)] gap-x-3.5 gap-y-3">
      <span
        className={cx(
          'flex size-8 items-center justify-center rounded-full text-sm font-semibold',
          done ? 'bg-good-soft text-good' : waits ? 'bg-sunken text-soft' : 'bg-accent text-on-accent',
        )}
        aria-hidden="true"
      >
        {done ? <Icon name="check" className="size-4" /> : number}
      </span>
      <h3 className={cx('self-center font-semibold', (done || waits) && 'text-soft')}>
        {title}
        {done && <span className="sr-only"> ({t.start.done})</span>}
      </h3>
      {children && <div className="col-span-2 sm:col-span-1 sm:col-start-2">{children}</div>}
    </li>
  );
}
