/** An address that leads nowhere. */
import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../components/Button';
import { Mark } from '../../components/Icon';
import { PageHeading } from '../../components/Page';
import { t } from '../../texts';

export function NotFoundPage() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-4 p-6 text-center">
      <Mark className="size-12" />
      <PageHeading title={t.home.notFound} />
      <p className="text-soft">{t.home.notFoundAbout}</p>
      <Link to="/" className={buttonClass('primary')}>
        {t.start.finish}
      </Link>
    </main>
  );
}
