/** A button that opens a short list of things to do. */
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import type { ReactElement } from 'react';
import { cx } from './classes';
import { Icon, type IconName } from './Icon';

export interface Action {
  label: string;
  icon: IconName;
  run: () => void;
  danger?: boolean;
  /** For one of several of which one holds. */
  chosen?: boolean;
}

/** `children` is the button. */
export function Menu({
  label,
  actions,
  children,
}: {
  label: string;
  actions: Action[];
  children: ReactElement;
}) {
  return (
    <MenuTrigger>
      {children}
      <Popover
        placement="bottom end"
        className="min-w-52 animate-fade rounded-xl border border-line bg-card p-1.5 shadow-lift"
      >
        <AriaMenu aria-label={label} className="outline-none">
          {actions.map((action) => (
            <MenuItem
              key={action.label}
              onAction={action.run}
              textValue={action.label}
              className={cx(
                'flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 outline-none sm:min-h-10',
                action.danger ? 'text-bad data-[focused]:bg-bad-soft' : 'data-[focused]:bg-accent-soft',
              )}
            >
              <Icon name={action.icon} className={action.danger ? '' : 'text-soft'} />
              <span className="flex-1">{action.label}</span>
              {action.chosen && <Icon name="check" className="text-accent" />}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
