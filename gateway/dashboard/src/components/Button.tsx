/** Buttons, and links that look like them. One primary button a view; the rest is quiet. */
import { Button as AriaButton, type ButtonProps as AriaProps } from 'react-aria-components/Button';
import type { ReactNode } from 'react';
import { t } from '../texts';
import { cx } from './classes';
import { Icon, type IconName } from './Icon';
import { Spinner } from './Progress';

export type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong data-[pressed]:bg-accent-strong',
  plain: 'border border-edge/60 bg-card text-ink hover:bg-sunken data-[pressed]:bg-sunken',
  quiet: 'text-accent hover:bg-accent-soft data-[pressed]:bg-accent-soft',
  danger: 'border border-bad/60 bg-card text-bad hover:bg-bad-soft data-[pressed]:bg-bad-soft',
};

const sizes = { normal: 'min-h-11 px-4 text-[0.95rem] rounded-xl', small: 'min-h-9 px-3 text-sm rounded-lg' };

export const buttonClass = (look: Look = 'plain', size: keyof typeof sizes = 'normal'): string =>
  cx(
    'inline-flex items-center justify-center gap-2 font-medium no-underline transition-colors',
    'data-[disabled]:cursor-default data-[disabled]:opacity-55',
    looks[look],
    sizes[size],
  );

interface Pending extends Omit<AriaProps, 'children' | 'className' | 'isPending' | 'onPress' | 'type'> {
  /** While it does what it was pressed for. */
  isPending?: boolean;
  onPress?: () => void;
  type?: 'button' | 'submit';
  className?: string;
}

/**
 * What a button is while it is pending: it keeps its place and its focus, and pressing it does nothing. React Aria's own
 * `isPending` is not used: what it leaves for screen readers points at the button, also once the button is gone.
 */
const whilePending = ({ isPending, onPress, type = 'button', ...rest }: Pending): AriaProps => ({
  ...rest,
  type: isPending ? 'button' : type,
  ...(onPress && !isPending ? { onPress } : {}),
});

const Working = () => (
  <>
    <Spinner className="size-4" />
    <span role="status" className="sr-only">
      {t.common.working}
    </span>
  </>
);

interface ButtonProps extends Pending {
  look?: Look;
  size?: keyof typeof sizes;
  icon?: IconName;
  children: ReactNode;
}

export function Button({ look, size, icon, children, className, ...rest }: ButtonProps) {
  return (
    <AriaButton {...whilePending(rest)} className={cx(buttonClass(look, size), className)}>
      {rest.isPending ? <Working /> : icon && <Icon name={icon} className="size-4.5" />}
      {children}
    </AriaButton>
  );
}

interface IconButtonProps extends Pending {
  icon: IconName;
  /** What it does, for those who do not see the icon and for those who hover. */
  label: string;
  look?: 'quiet' | 'danger';
}

export function IconButton({ icon, label, className, look = 'quiet', ...rest }: IconButtonProps) {
  return (
    <AriaButton
      {...whilePending(rest)}
      aria-label={label}
      render={(props) => <button {...props} title={label} />}
      className={cx(
        'inline-flex size-11 shrink-0 items-center justify-center rounded-lg transition-colors sm:size-9',
        'data-[disabled]:cursor-default data-[disabled]:opacity-35',
        look === 'danger'
          ? 'text-soft hover:bg-bad-soft hover:text-bad'
          : 'text-soft hover:bg-sunken hover:text-ink',
        className,
      )}
    >
      {rest.isPending ? <Working /> : <Icon name={icon} />}
    </AriaButton>
  );
}

/** A link out of the dashboard: opens beside it, and the other side learns nothing of where it came from. */
export function OutLink({
  href,
  children,
  className,
}: {
  href: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      className={
        className ?? 'inline-flex items-center gap-1 font-medium text-accent underline underline-offset-2'
      }
    >
      {children}
      <Icon name="external" className="size-4" />
    </a>
  );
}
