/** The icons, drawn with one pen: 24 × 24, strokes of 1.75. Decoration only; what they mean stands beside them as text. */
import type { ReactNode } from 'react';
import { cx } from './classes';

const shapes = {
  home: <path d="M4 11.2 12 4.5l8 6.7V19a1.5 1.5 0 0 1-1.5 1.5h-4V15h-5v5.5h-4A1.5 1.5 0 0 1 4 19z" />,
  chat: <path d="M20.5 11.5a7.5 7.5 0 0 1-10.9 6.7L4 19.7l1.6-5A7.5 7.5 0 1 1 20.5 11.5Z" />,
  plug: <path d="M9 3.5v4M15 3.5v4M6.5 7.5h11v3.8a5.5 5.5 0 0 1-11 0zM12 16.8v3.7" />,
  key: (
    <>
      <circle cx="8" cy="15.5" r="4" />
      <path d="m11 12.6 8.5-8.5M16.2 7.4l2.6 2.6" />
    </>
  ),
  chart: <path d="M4 20h16M7 16.5V12M12 16.5V5.5M17 16.5V9" />,
  spark: (
    <path d="M11 4.5c.6 4.4 2.1 5.9 6.5 6.5-4.4.6-5.9 2.1-6.5 6.5-.6-4.4-2.1-5.9-6.5-6.5 4.4-.6 5.9-2.1 6.5-6.5ZM18 15.5c.3 2 1 2.7 3 3-2 .3-2.7 1-3 3-.3-2-1-2.7-3-3 2-.3 2.7-1 3-3Z" />
  ),
  shield: <path d="M12 3.5 19 6v5.3c0 4.4-2.9 7.5-7 9.2-4.1-1.7-7-4.8-7-9.2V6zM9 12l2.2 2.2L15.3 10" />,
  lock: (
    <>
      <rect x="5" y="10.5" width="14" height="9.5" rx="2" />
      <path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8.5" r="3.5" />
      <path d="M2.8 19.5c.5-3.4 3-5.2 6.2-5.2s5.7 1.8 6.2 5.2M15.5 5.3a3.5 3.5 0 0 1 0 6.4M17.8 14.8c1.9.8 3.1 2.4 3.4 4.7" />
    </>
  ),
  more: (
    <>
      <circle cx="5.5" cy="12" r="1" />
      <circle cx="12" cy="12" r="1" />
      <circle cx="18.5" cy="12" r="1" />
    </>
  ),
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" />
    </>
  ),
  moon: <path d="M19.5 14.3A8 8 0 0 1 9.7 4.5a8 8 0 1 0 9.8 9.8Z" />,
  screen: <path d="M4.5 5h15v10.5h-15zM9 19.5h6M12 15.5v4" />,
  grid: (
    <path d="M7 4.5H4.5v15H7M17 4.5h2.5v15H17M8.5 15.5V9.8a2 2 0 0 1 3.5-1.3 2 2 0 0 1 3.5 1.3v5.7M12 15.5V9.8" />
  ),
  phone: (
    <path d="M8 3.5h8A1.5 1.5 0 0 1 17.5 5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5ZM10.5 17.5h3" />
  ),
  copy: (
    <>
      <rect x="8.5" y="8.5" width="11" height="11" rx="2" />
      <path d="M15.5 5.5a1 1 0 0 0-1-1h-9a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1" />
    </>
  ),
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  cross: <path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />,
  plus: <path d="M12 5v14M5 12h14" />,
  trash: <path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.2 10.5v5.5M13.8 10.5v5.5" />,
  pen: <path d="m4.5 19.5 1-4L16 5a1.8 1.8 0 0 1 3 3L8.5 18.5zM14 7l3 3" />,
  down: <path d="M12 4v11M7.5 11 12 15.5 16.5 11M4.5 19.5h15" />,
  up: <path d="M12 15.5v-11M7.5 9 12 4.5 16.5 9M4.5 19.5h15" />,
  arrowUp: <path d="M12 19V5M6 11l6-6 6 6" />,
  arrowDown: <path d="M12 5v14M6 13l6 6 6-6" />,
  arrowRight: <path d="M5 12h14M13 6l6 6-6 6" />,
  chevronDown: <path d="m6.5 9.5 5.5 5.5 5.5-5.5" />,
  chevronLeft: <path d="M14.5 6.5 9 12l5.5 5.5" />,
  chevronRight: <path d="M9.5 6.5 15 12l-5.5 5.5" />,
  folder: (
    <path d="M3.5 7A1.5 1.5 0 0 1 5 5.5h4.5l2 2.5H19A1.5 1.5 0 0 1 20.5 9.5v8.5A1.5 1.5 0 0 1 19 19.5H5A1.5 1.5 0 0 1 3.5 18z" />
  ),
  file: (
    <path d="M13.5 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5zM13.5 3.5v5h5" />
  ),
  book: (
    <path d="M5 5.5A1.5 1.5 0 0 1 6.5 4H19v14H6.5A1.5 1.5 0 0 0 5 19.5zM5 19.5A1.5 1.5 0 0 0 6.5 21H19v-3M9 8h6" />
  ),
  send: <path d="M4.5 12 20 4.5 15.5 20l-3.5-6.5zM12 13.5l3.5-4" />,
  refresh: (
    <path d="M19.5 6v4.5H15M4.5 18v-4.5H9M18.8 10.5A7.2 7.2 0 0 0 6 7.8M5.2 13.5A7.2 7.2 0 0 0 18 16.2" />
  ),
  external: (
    <path d="M13.5 4.5h6v6M19.5 4.5 11 13M17.5 14v4a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.5h4" />
  ),
  alert: <path d="M12 4 3 19.5h18zM12 10v4.5M12 17v.1" />,
  info: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 11v5M12 8v.1" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7v5l3.5 2" />
    </>
  ),
  grip: <path d="M9 6v.1M15 6v.1M9 12v.1M15 12v.1M9 18v.1M15 18v.1" strokeWidth="2.6" />,
  search: (
    <>
      <circle cx="10.5" cy="10.5" r="6" />
      <path d="m15 15 5 5" />
    </>
  ),
  out: (
    <path d="M14 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H14M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5" />
  ),
  plane: <path d="M20.5 4 3.5 11l5.5 2.3M20.5 4 17 19.5l-8-6.2M20.5 4 9 13.3V19l3.2-3.2" />,
  passkey: (
    <>
      <circle cx="9.5" cy="8" r="4" />
      <path d="M2.5 19.5c.6-3.7 3.3-6 7-6 1 0 1.9.2 2.7.5" />
      <circle cx="17.5" cy="13.5" r="2.5" />
      <path d="M17.5 16v5M17.5 18.7h2" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={cx('size-5 shrink-0', className)}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}

/** The mark of Ara: a macaw's head. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={cx('size-8 shrink-0', className)} aria-hidden="true">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M9 24V14.5C9 10.9 11.9 8 15.5 8c4.4 0 8 3.2 8 7.4 0 2.6-1.2 4.8-3 6.1.1-2.9-1-5-3.4-5.9"
        fill="none"
        className="stroke-on-accent"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="14.6" cy="13.4" r="1.7" fill="#f3b562" />
    </svg>
  );
}
