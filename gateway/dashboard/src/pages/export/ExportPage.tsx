/** One file with everything: made in the container, encrypted to a passphrase, fetched within a day. */
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { exportQuery } from '../../api/queries';
import type { ExportState } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Button, buttonClass } from '../../components/Button';
import { Card, Note } from '../../components/Card';
import { Icon } from '../../components/Icon';
import { Page } from '../../components/Page';
import { Bar } from '../../components/Progress';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo, formatBytes } from '../../texts/format';
import { ExportForm } from './ExportForm';
import { ImportCard } from './ImportCard';

export function ExportPage() {
  const state = useQuery(exportQuery);
  return (
    <Page title={t.exporting.title} about={t.exporting.about}>
      <Card title={t.exporting.what} about={t.exporting.whatAbout} icon="down">
        <Asked of={state} loading={t.assistant.waking}>
          {(known) => <Now known={known} />}
        </Asked>
      </Card>
      {/* Below what may still grow, and not pushed down by it. */}
      {state.data && <ImportCard />}
    </Page>
  );
}

function Now({ known }: { known: ExportState }) {
  if (known.state === 'making')
    return (
      <Bar
        label={t.exporting.making}
        value={known.doneBytes}
        maximum={known.allBytes}
        text={t.exporting.progress(formatBytes(known.doneBytes), formatBytes(known.allBytes))}
      />
    );
  return (
    <div className="grid gap-5">
      {known.state === 'failed' && (
        <Note tone="bad" alert>
          {t.exporting.failed}
        </Note>
      )}
      {known.state === 'ready' && <Ready bytes={known.bytes} expiresAt={known.expiresAt} />}
      <ExportForm again={known.state === 'ready'} />
    </div>
  );
}

function Ready({ bytes, expiresAt }: { bytes: number; expiresAt: number }) {
  const remove = useAct(() => answer(api.DELETE('/v1/me/export')), {
    refresh: ['export'],
    done: t.exporting.removed,
  });
  return (
    <Note
      tone="good"
      title={t.exporting.ready}
      action={
        <div className="flex flex-wrap gap-3">
          <a href="/v1/me/export/archive" download="ara-export.age" className={buttonClass('primary')}>
            <Icon name="down" className="size-4.5" />
            {t.exporting.download}
          </a>
          <Button look="danger" onPress={() => remove.mutate()} isPending={remove.isPending}>
            {t.exporting.remove}
          </Button>
        </div>
      }
    >
      <p>{t.exporting.readyAbout(formatBytes(bytes), formatAgo(expiresAt))}</p>
      <p className="mt-1">{t.exporting.open}</p>
    </Note>
  );
}
