/** The surfaces that a page is made of. */
import { useId, type ReactNode } from 'react';
import { cx } from './classes';
import { Icon, type IconName } from './Icon';

interface CardProps {
  title?: string;
  /** A line under the title that says what this is for. */
  about?: ReactNode;
  /** Stands at the right of the title. */
  aside?: ReactNode;
  icon?: IconName;
  className?: string;
  children: ReactNode;
}

export function Card({ title, about, aside, icon, className, children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={cx('min-w-0 rounded-2xl border border-line bg-card p-5 shadow-card sm:p-6', className)}
    >
      {title && (
        <div className="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="min-w-0">
            <h2 id={id} className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
              {icon && <Icon name={icon} className="text-accent" />}
              {title}
            </h2>
            {about && <p className="mt-1 max-w-prose text-[0.95rem] text-soft">{about}</p>}
          </div>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** Nothing here yet: says what will be, and how to begin. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-xl bg-sunken/60 px-5 py-9 text-center">
      <span className="rounded-full bg-accent-soft p-3 text-accent">
        <Icon name={icon} className="size-6" />
      </span>
      <p className="font-semibold">{title}</p>
      <p className="max-w-md text-[0.95rem] text-soft">{children}</p>
      {action}
    </div>
  );
}

type Tone = 'good' | 'warn' | 'bad' | 'calm';

const tones: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  calm: 'bg-sunken text-soft',
};

interface BadgeProps {
  tone: Tone;
  children: ReactNode;
  /** Something is going on. */
  busy?: boolean;
  /** No state of anything, just a word. */
  plain?: boolean;
}

/** A state in one or two words, told by its text and not by its colour alone. */
export function Badge({ tone, children, busy, plain }: BadgeProps) {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {!plain && (
        <span
          className={cx('badge-dot size-1.5 rounded-full bg-current', busy && 'animate-pulse-dot')}
          aria-hidden="true"
        />
      )}
      {children}
    </span>
  );
}

interface NoteProps {
  tone: Tone;
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Read out at once; for what has just gone wrong. */
  alert?: boolean;
}

export function Note({ tone, title, children, action, alert }: NoteProps) {
  return (
    <div
      role={alert ? 'alert' : undefined}
      className={cx('flex items-start gap-3 rounded-xl p-4', tones[tone])}
    >
      <Icon name={tone === 'good' ? 'check' : tone === 'calm' ? 'info' : 'alert'} className="mt-0.5" />
      <div className="min-w-0 flex-1 text-[0.95rem]">
        {title && <p className="font-semibold">{title}</p>}
        {children && (
          <div className={cx('wrap-break-word', tone === 'calm' ? '' : 'text-ink')}>{children}</div>
        )}
        {action && <div className="mt-3">{action}</div>}
      </div>
    </div>
  );
}
