/** What every page begins with: its heading, which takes the focus when the page opens, and the title of the window. */
import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../texts';

/** The first page of a visit is read out by the browser itself. */
let opened = false;

interface PageProps {
  title: string;
  about?: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Page({ title, about, aside, children }: PageProps) {
  return (
    <div className="grid gap-6">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <PageHeading title={title} />
          {about && <p className="mt-1.5 max-w-prose text-soft">{about}</p>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}

export function PageHeading({ title, className }: { title: string; className?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t.common.windowTitle(title);
    if (opened) heading.current?.focus({ preventScroll: true });
    opened = true;
  }, [title]);
  return (
    <h1
      ref={heading}
      tabIndex={-1}
      className={className ?? 'text-[1.7rem] leading-tight font-semibold tracking-tight sm:text-3xl'}
    >
      {title}
    </h1>
  );
}
