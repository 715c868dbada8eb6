/** Fields of forms: label above, help below, the error in place of the help. */
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Button } from 'react-aria-components/Button';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { Switch as AriaSwitch } from 'react-aria-components/Switch';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField as AriaTextField, type TextFieldProps as AriaProps } from 'react-aria-components/TextField';
import type { ReactNode } from 'react';
import { cx } from './classes';
import { Icon } from './Icon';

const box =
  'w-full rounded-xl border border-edge bg-card px-3.5 text-ink placeholder:text-soft/80 data-[disabled]:opacity-60 ' +
  'data-[invalid]:border-bad [&[readonly]]:bg-sunken';

const labelClass = 'text-[0.95rem] font-medium';
const helpClass = 'text-sm text-soft';

interface TextFieldProps extends Omit<AriaProps, 'children' | 'className'> {
  label: string;
  help?: ReactNode;
  placeholder?: string;
  /** What is wrong with it, in words. */
  error?: string | undefined;
  rows?: number;
  mono?: boolean;
  className?: string;
  /** Stands inside the box, at its right end. */
  unit?: string;
}

export function TextField({ label, help, placeholder, error, rows, mono, className, unit, ...rest }: TextFieldProps) {
  const look = cx(box, mono && 'font-mono text-[0.9rem]');
  return (
    <AriaTextField {...rest} isInvalid={error ? true : (rest.isInvalid ?? false)} className={cx('grid gap-1.5', className)}>
      <Label className={labelClass}>{label}</Label>
      {rows ? (
        <TextArea rows={rows} placeholder={placeholder} className={cx(look, 'py-2.5')} />
      ) : (
        <div className="relative">
          <Input placeholder={placeholder} className={cx(look, 'min-h-11', unit && 'pr-14')} />
          {unit && <span className="absolute inset-y-0 right-3.5 flex items-center text-sm text-soft">{unit}</span>}
        </div>
      )}
      {help && (
        <Text slot="description" className={helpClass}>
          {help}
        </Text>
      )}
      <FieldError className="text-sm font-medium text-bad">{error ?? undefined}</FieldError>
    </AriaTextField>
  );
}

export interface Option<Value extends string> {
  value: Value;
  label: string;
  detail?: string;
}

interface SelectProps<Value extends string> {
  label: string;
  options: readonly Option<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  help?: string;
  isDisabled?: boolean;
  className?: string;
  /** The label is read out but not shown. */
  hideLabel?: boolean;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, options, value, onChange, help, isDisabled, className, hideLabel } = props;
  return (
    <AriaSelect
      value={value}
      onChange={(key) => onChange(key as Value)}
      isDisabled={isDisabled ?? false}
      className={cx('grid gap-1.5', className)}
    >
      <Label className={hideLabel ? 'sr-only' : labelClass}>{label}</Label>
      <Button className={cx(box, 'flex min-h-11 items-center justify-between gap-2 text-left')}>
        <SelectValue className="truncate">{({ selectedText }) => selectedText}</SelectValue>
        <Icon name="chevronDown" className="text-soft" />
      </Button>
      {help && (
        <Text slot="description" className={helpClass}>
          {help}
        </Text>
      )}
      <Popover className="min-w-(--trigger-width) animate-fade rounded-xl border border-line bg-card p-1.5 shadow-lift">
        <ListBox className="max-h-80 overflow-auto outline-none">
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              textValue={option.label}
              className="flex cursor-pointer items-center justify-between gap-4 rounded-lg px-3 py-2 outline-none data-[focused]:bg-accent-soft"
            >
              {({ isSelected }) => (
                <>
                  <span>
                    {option.label}
                    {option.detail && <span className="block text-sm text-soft">{option.detail}</span>}
                  </span>
                  {isSelected && <Icon name="check" className="text-accent" />}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

interface SwitchProps {
  label: string;
  help?: string;
  isSelected: boolean;
  onChange: (on: boolean) => void;
  isDisabled?: boolean;
}

export function Switch({ label, help, isSelected, onChange, isDisabled }: SwitchProps) {
  return (
    <AriaSwitch isSelected={isSelected} onChange={onChange} isDisabled={isDisabled ?? false} className="group flex items-start gap-3">
      <span className="mt-0.5 flex h-6 w-11 shrink-0 items-center rounded-full border border-edge bg-sunken p-0.5 transition-colors group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-offset-2 group-data-[focus-visible]:outline-accent group-data-[selected]:border-accent group-data-[selected]:bg-accent">
        <span className="size-4.5 rounded-full bg-edge transition-transform group-data-[selected]:translate-x-5 group-data-[selected]:bg-on-accent" />
      </span>
      <span className="min-w-0">
        <span className={labelClass}>{label}</span>
        {help && <span className="block text-sm text-soft">{help}</span>}
      </span>
    </AriaSwitch>
  );
}
