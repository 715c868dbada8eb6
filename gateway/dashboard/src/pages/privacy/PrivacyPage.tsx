/** The promise as figures: where each kind of data lies right now, and to whom the assistant has spoken. */
import { useQuery } from '@tanstack/react-query';
import { privacyQuery } from '../../api/queries';
import type { Holding, Storage } from '../../api/types';
import { Asked } from '../../components/Asked';
import { GoTo } from '../../components/GoTo';
import { Badge, Card } from '../../components/Card';
import { Page } from '../../components/Page';
import { Table } from '../../components/Table';
import { t } from '../../texts';
import { formatBytes } from '../../texts/format';
import { AccessesPart } from './AccessesPart';
import { Deletions } from './Deletions';
import { HostsPart } from './HostsPart';
import { KeyUsesPart } from './KeyUsesPart';
import { Retention } from './Retention';
import { StorageLine } from './StorageLine';

export function PrivacyPage() {
  const holdings = useQuery(privacyQuery);
  return (
    <Page title={t.privacy.title} about={t.privacy.about}>
      <Card title={t.privacy.promise} about={t.privacy.promiseAbout} icon="shield">
        <Asked of={holdings} loading={t.assistant.waking}>
          {({ holdings: list, storage }) => (
            <>
              <Holdings list={list} storage={storage} />
              <StorageLine storage={storage} />
            </>
          )}
        </Asked>
        <p className="mt-5 flex flex-wrap gap-x-6 gap-y-2">
          <GoTo to="/security" words={t.privacy.sessionsLink} />
          <GoTo to="/assistant/memory" words={t.privacy.filesLink} />
          <GoTo to="/export" words={t.exporting.link} />
        </p>
      </Card>
      <HostsPart />
      <KeyUsesPart />
      <AccessesPart />
      <Retention />
      <Deletions />
    </Page>
  );
}

function amountOf({ items, bytes }: Holding): string {
  if (items === null) return t.privacy.asleep;
  return items === 0
    ? t.privacy.nothing
    : t.privacy.amount(items, bytes === null ? null : formatBytes(bytes));
}

/** What lies in the container is as its disk is; a disk that is not there now cannot be looked at. */
function encryptionOf({ encrypted, where }: Holding, storage: Storage): string {
  if (encrypted) return t.privacy.yes;
  if (where !== 'container') return t.privacy.no;
  if (storage.encrypted === null) return t.privacy.unknown;
  return storage.encrypted ? t.privacy.byDisk : t.privacy.byContainer;
}

function Holdings({ list, storage }: { list: Holding[]; storage: Storage }) {
  return (
    <Table
      caption={t.privacy.promise}
      stacks
      rows={list}
      keyOf={({ what }) => what}
      columns={[
        {
          title: t.privacy.columns.what,
          heads: true,
          cell: ({ what }) => (
            <span className="block min-w-40">
              {t.privacy.what[what]}
              <span className="block text-sm font-normal text-soft">{t.privacy.explain[what]}</span>
            </span>
          ),
        },
        {
          title: t.privacy.columns.where,
          cell: ({ where }) => (
            <Badge tone={where === 'container' ? 'good' : 'calm'} plain>
              {t.privacy.where[where]}
            </Badge>
          ),
        },
        {
          title: t.privacy.columns.amount,
          cell: (holding) => <span className="whitespace-nowrap">{amountOf(holding)}</span>,
        },
        {
          title: t.privacy.columns.encrypted,
          cell: (holding) => encryptionOf(holding, storage),
        },
      ]}
    />
  );
}
