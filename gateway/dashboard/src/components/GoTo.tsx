/** A link that leads on to another page, with an arrow behind its words. */
import { Link, type LinkProps } from '@tanstack/react-router';
import { Icon } from './Icon';

export function GoTo({ to, words }: { to: NonNullable<LinkProps['to']>; words: string }) {
  return (
    <Link
      to={to}
      className="inline-flex items-center gap-1 text-[0.95rem] font-medium text-accent hover:underline"
    >
      {words} <Icon name="arrowRight" className="size-4" />
    </Link>
  );
}
