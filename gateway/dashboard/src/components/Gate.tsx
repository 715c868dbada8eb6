/** The frame of the pages before the sign-in: one card in the middle, the mark above it. */
import type { ReactNode } from 'react';
import { t } from '../texts';
import { Icon, Mark } from './Icon';
import { PageHeading } from './Page';

export function Gate({
  title,
  about,
  children,
  below,
}: {
  title: string;
  about?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}) {
  return (
    <div className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <main className="w-full max-w-md">
        <p className="mb-7 flex items-center justify-center gap-3 text-2xl font-semibold tracking-tight">
          <Mark className="size-10" /> {t.common.product}
        </p>
        <div className="rounded-3xl border border-line bg-card p-6 shadow-card sm:p-8">
          <PageHeading title={title} className="text-2xl font-semibold tracking-tight" />
          {about && <div className="mt-1.5 text-soft">{about}</div>}
          <div className="mt-6">{children}</div>
        </div>
        {below && <div className="mt-5 text-center text-[0.95rem] text-soft">{below}</div>}
        <p className="mx-auto mt-8 flex max-w-xs items-start gap-2.5 text-sm text-soft">
          <Icon name="shield" className="mt-px" /> {t.signIn.promise}
        </p>
      </main>
    </div>
  );
}

export function Or({ children }: { children: ReactNode }) {
  return (
    <p className="my-5 flex items-center gap-3 text-sm text-soft before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      {children}
    </p>
  );
}
