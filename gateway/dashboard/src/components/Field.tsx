/** Fields of forms: label above, help below, the error in place of the help. */
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaProps,
} from 'react-aria-components/TextField';
import type { ReactNode } from 'react';
import { cx } from './classes';

export const box =
  'w-full rounded-xl border border-edge bg-card px-3.5 text-ink placeholder:text-soft/80 data-[disabled]:opacity-60 ' +
  'data-[invalid]:border-bad [&[readonly]]:bg-sunken';

export const labelClass = 'text-[0.95rem] font-medium';
export const helpClass = 'text-sm text-soft';

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

export function TextField({
  label,
  help,
  placeholder,
  error,
  rows,
  mono,
  className,
  unit,
  ...rest
}: TextFieldProps) {
  const look = cx(box, mono && 'font-mono text-[0.9rem]');
  return (
    <AriaTextField
      {...rest}
      isInvalid={error ? true : (rest.isInvalid ?? false)}
      className={cx('grid gap-1.5', className)}
    >
      <Label className={labelClass}>{label}</Label>
      {rows ? (
        <TextArea rows={rows} placeholder={placeholder} className={cx(look, 'py-2.5')} />
      ) : (
        <div className="relative">
          <Input placeholder={placeholder} className={cx(look, 'min-h-11', unit && 'pr-14')} />
          {unit && (
            <span className="absolute inset-y-0 right-3.5 flex items-center text-sm text-soft">{unit}</span>
          )}
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
