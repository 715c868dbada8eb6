/** A few things to choose one from, each with room to say what it means. */
import { Label } from 'react-aria-components/Label';
import { RadioButton, RadioField, RadioGroup } from 'react-aria-components/RadioGroup';
import { cx } from './classes';
import type { Option } from './Select';

interface ChoicesProps<Value extends string> {
  label: string;
  options: readonly Option<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  columns?: boolean;
}

export function Choices<Value extends string>({
  label,
  options,
  value,
  onChange,
  columns,
}: ChoicesProps<Value>) {
  return (
    <RadioGroup value={value} onChange={(chosen) => onChange(chosen as Value)} className="grid gap-2">
      <Label className="text-[0.95rem] font-medium">{label}</Label>
      <div className={cx('grid gap-2', columns && 'sm:grid-cols-2')}>
        {options.map((option) => (
          <RadioField key={option.value} value={option.value} className="grid">
            <RadioButton className="group flex cursor-pointer items-start gap-3 rounded-xl border border-line bg-card p-3.5 transition-colors hover:border-edge data-[focus-visible]:outline-2 data-[focus-visible]:outline-offset-2 data-[focus-visible]:outline-accent data-[selected]:border-accent data-[selected]:bg-accent-soft">
              <span className="mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full border-2 border-edge group-data-[selected]:border-accent">
                <span className="size-2.5 rounded-full group-data-[selected]:bg-accent" />
              </span>
              <span className="min-w-0">
                <span className="font-medium">{option.label}</span>
                {option.detail && <span className="block text-sm text-soft">{option.detail}</span>}
              </span>
            </RadioButton>
          </RadioField>
        ))}
      </div>
    </RadioGroup>
  );
}
