/** One of several, from a list that opens. Each option has room for a line that says more. */
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { Text } from 'react-aria-components/Text';
import { cx } from './classes';
import { box, helpClass, labelClass } from './Field';
import { Icon } from './Icon';

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
      className={cx('grid grid-cols-1 gap-1.5', className)}
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
