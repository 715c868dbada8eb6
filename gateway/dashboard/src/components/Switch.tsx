/** On or off, with what it means. */
import { SwitchButton, SwitchField } from 'react-aria-components/Switch';
import { Text } from 'react-aria-components/Text';
import { labelClass } from './Field';

interface SwitchProps {
  label: string;
  help?: string;
  isSelected: boolean;
  onChange: (on: boolean) => void;
  isDisabled?: boolean;
}

export function Switch({ label, help, isSelected, onChange, isDisabled }: SwitchProps) {
  return (
    <SwitchField isSelected={isSelected} onChange={onChange} isDisabled={isDisabled ?? false}>
      <SwitchButton className="group flex cursor-pointer items-start gap-3">
        <span className="mt-0.5 flex h-6 w-11 shrink-0 items-center rounded-full border border-edge bg-sunken p-0.5 transition-colors group-data-[focus-visible]:outline-2 group-data-[focus-visible]:outline-offset-2 group-data-[focus-visible]:outline-accent group-data-[selected]:border-accent group-data-[selected]:bg-accent">
          <span className="size-4.5 rounded-full bg-edge transition-transform group-data-[selected]:translate-x-5 group-data-[selected]:bg-on-accent" />
        </span>
        <span className={labelClass}>{label}</span>
      </SwitchButton>
      {help && (
        <Text slot="description" className="block pl-14 text-sm text-soft">
          {help}
        </Text>
      )}
    </SwitchField>
  );
}
