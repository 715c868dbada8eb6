/** Something takes a while: how long is not known (a spinner), or how far it is (a bar). */
import { Label } from 'react-aria-components/Label';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { t } from '../texts';
import { cx } from './classes';

export function Spinner({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={cx('size-5 shrink-0 animate-spin', className)}
      fill="none"
      aria-hidden="true"
    >
      <circle cx="12" cy="12" r="9" stroke="currentColor" strokeOpacity="0.25" strokeWidth="3" />
      <path d="M21 12a9 9 0 0 0-9-9" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}

interface LoadingProps {
  label?: string;
  /** As high as a line with a button. */
  isLine?: boolean;
}

export function Loading({ label = t.common.loading, isLine }: LoadingProps) {
  return (
    <p role="status" className={cx('flex items-center gap-3 text-soft', isLine ? 'min-h-11' : 'py-6')}>
      <Spinner /> {label}
    </p>
  );
}

interface BarProps {
  label: string;
  value: number;
  maximum: number;
  /** What stands beside the label, such as "3 of 10 MB". */
  text: string;
  trouble?: boolean;
}

export function Bar({ label, value, maximum, text, trouble }: BarProps) {
  return (
    <ProgressBar value={value} maxValue={maximum} valueLabel={text} className="grid gap-1.5">
      {({ percentage = 0, valueText }) => (
        <>
          <div className="flex justify-between gap-4 text-sm">
            <Label>{label}</Label>
            <span className="text-soft tabular-nums">{valueText}</span>
          </div>
          <div className="h-2 overflow-hidden rounded-full bg-sunken">
            <div
              className={cx('h-full rounded-full', trouble ? 'bg-bad' : 'bg-accent')}
              style={{ width: `${percentage}%` }}
            />
          </div>
        </>
      )}
    </ProgressBar>
  );
}
