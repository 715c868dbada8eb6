/** A select of the system's own, for long lists: on phones it opens their wheel, on laptops typing finds the entry. */
import { useId } from 'react';
import { cx } from './classes';
import { Icon } from './Icon';

interface NativeSelectProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly { value: string; label: string }[];
  className?: string;
}

export function NativeSelect({ label, value, onChange, options, className }: NativeSelectProps) {
  const id = useId();
  return (
    <div className={cx('grid gap-1.5', className)}>
      <label htmlFor={id} className="text-[0.95rem] font-medium">
        {label}
      </label>
      <div className="relative">
        <select
          id={id}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          className="min-h-11 w-full appearance-none rounded-xl border border-edge bg-card pr-10 pl-3.5 text-ink"
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevronDown" className="pointer-events-none absolute top-3 right-3 text-soft" />
      </div>
    </div>
  );
}
