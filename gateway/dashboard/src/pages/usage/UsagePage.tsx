/** Tokens and money, per day, model and channel: as a picture, and as a table with the same figures. */
import { lazy, Suspense, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { usageQuery } from '../../api/queries';
import type { UsageRow } from '../../api/types';
import { Asked } from '../../components/Asked';
import { buttonClass } from '../../components/Button';
import { Card, EmptyState } from '../../components/Card';
import { channelName } from '../../components/ChannelParts';
import { Icon } from '../../components/Icon';
import { Page } from '../../components/Page';
import { Loading } from '../../components/Progress';
import { Segments } from '../../components/Segments';
import { Table } from '../../components/Table';
import { ToChat } from '../../components/ToChat';
import { t } from '../../texts';
import { formatCompact, formatDay, formatMoney, formatNumber } from '../../texts/format';
import { perDay, sumBy, total, type Sum } from './sums';

const UsageChart = lazy(() => import('./UsageChart').then((module) => ({ default: module.UsageChart })));

const ranges = ['7', '31', '90'] as const;
type Range = (typeof ranges)[number];

export function UsagePage() {
  const [range, setRange] = useState<Range>('31');
  const days = Number(range);
  const usage = useQuery(usageQuery(days));
  return (
    <Page
      title={t.usage.title}
      about={t.usage.about}
      aside={
        <Segments
          label={t.usage.range}
          options={ranges.map((value) => ({ value, label: t.usage.ranges[Number(value)] ?? value }))}
          value={range}
          onChange={setRange}
        />
      }
    >
      <Asked of={usage}>
        {({ rows, pricesFrom }) =>
          rows.length === 0 ? (
            <EmptyState icon="chart" title={t.usage.empty} action={<ToChat />}>
              {t.usage.emptyAbout}
            </EmptyState>
          ) : (
            <>
              <Totals rows={rows} />
              <PerDay rows={rows} days={days} />
              <Tables rows={rows} />
              <div className="flex flex-wrap items-center justify-between gap-3">
                <p className="text-sm text-soft">{t.usage.pricesFrom(formatDay(pricesFrom))}</p>
                <a href={`/v1/me/usage.csv?days=${days}`} download className={buttonClass('plain', 'small')}>
                  <Icon name="down" className="size-4.5" /> {t.usage.csv}
                </a>
              </div>
            </>
          )
        }
      </Asked>
    </Page>
  );
}

function Totals({ rows }: { rows: UsageRow[] }) {
  const all = total(rows);
  const failed = rows
    .filter(({ outcome }) => outcome !== 'answered')
    .reduce((sum, { messages }) => sum + messages, 0);
  const share = all.inputTokens > 0 ? Math.round((all.cachedTokens / all.inputTokens) * 100) : 0;
  return (
    <dl className="grid gap-4 sm:grid-cols-3">
      <Figure
        label={t.usage.messages}
        value={formatNumber(all.messages)}
        details={[t.usage.failed(failed)]}
      />
      <Figure
        label={t.usage.tokens}
        value={formatCompact(all.inputTokens + all.outputTokens)}
        details={[
          t.usage.inOut(formatCompact(all.inputTokens), formatCompact(all.outputTokens)),
          t.usage.cached(`${share} %`),
        ]}
      />
      <Figure
        label={t.usage.cost}
        value={formatMoney(all.costMicros)}
        details={[
          t.usage.perMessage(formatMoney(all.messages > 0 ? Math.round(all.costMicros / all.messages) : 0)),
        ]}
      />
    </dl>
  );
}

function Figure({ label, value, details }: { label: string; value: string; details: string[] }) {
  return (
    <div className="rounded-2xl border border-line bg-card p-5 shadow-card">
      <dt className="text-sm text-soft">{label}</dt>
      <dd className="mt-1 text-3xl font-semibold tracking-tight tabular-nums">{value}</dd>
      {details.map((detail) => (
        <dd key={detail} className="text-sm text-soft">
          {detail}
        </dd>
      ))}
    </div>
  );
}

type Measure = keyof typeof t.usage.chartOf;

const measures = {
  cost: { of: ({ costMicros }: UsageRow) => costMicros, format: formatMoney },
  tokens: {
    of: ({ inputTokens, outputTokens }: UsageRow) => inputTokens + outputTokens,
    format: formatCompact,
  },
};

function PerDay({ rows, days }: { rows: UsageRow[]; days: number }) {
  const [measure, setMeasure] = useState<Measure>('cost');
  const { of, format } = measures[measure];
  const models = sumBy(rows, ({ model }) => model ?? '')
    .filter(({ name }) => name)
    .sort((one, other) => other.costMicros - one.costMicros)
    .map(({ name }) => name);
  return (
    <Card
      title={t.usage.perDay}
      aside={
        <Segments
          label={t.usage.perDay}
          options={(['cost', 'tokens'] as const).map((value) => ({ value, label: t.usage.chartOf[value] }))}
          value={measure}
          onChange={setMeasure}
        />
      }
    >
      <figure role="img" aria-label={t.usage.chartAbout(t.usage.chartOf[measure])} className="min-h-65">
        <Suspense fallback={<Loading />}>
          <UsageChart days={perDay(rows, days, of)} models={models} format={format} />
        </Suspense>
      </figure>
    </Card>
  );
}

type Grouping = keyof typeof t.usage.by;

const groupings: Record<
  Grouping,
  { title: string; nameOf: (row: UsageRow) => string; shown: (name: string) => string }
> = {
  day: { title: t.usage.day, nameOf: ({ day }) => day, shown: formatDay },
  model: {
    title: t.usage.model,
    nameOf: ({ model }) => model ?? '',
    shown: (name) => name || t.usage.noModel,
  },
  channel: { title: t.usage.channel, nameOf: ({ channel }) => channel, shown: channelName },
};

function Tables({ rows }: { rows: UsageRow[] }) {
  const [by, setBy] = useState<Grouping>('day');
  const { title, nameOf, shown } = groupings[by];
  const sums = sumBy(rows, nameOf).sort((one, other) =>
    by === 'day' ? other.name.localeCompare(one.name) : other.costMicros - one.costMicros,
  );
  const figure = (name: string, value: (sum: Sum) => string) => ({ title: name, figures: true, cell: value });
  return (
    <Card>
      <div className="mb-3">
        <Segments
          label={t.usage.group}
          options={(['day', 'model', 'channel'] as const).map((value) => ({
            value,
            label: t.usage.by[value],
          }))}
          value={by}
          onChange={setBy}
        />
      </div>
      <Table
        caption={t.usage.by[by]}
        rows={sums}
        keyOf={({ name }) => name}
        columns={[
          {
            title,
            heads: true,
            cell: ({ name }) => <span className="whitespace-nowrap">{shown(name)}</span>,
          },
          figure(t.usage.messages, ({ messages }) => formatNumber(messages)),
          figure(
            t.usage.tokensInOut,
            ({ inputTokens, outputTokens }) =>
              `${formatCompact(inputTokens)} / ${formatCompact(outputTokens)}`,
          ),
          figure(t.usage.cost, ({ costMicros }) => formatMoney(costMicros)),
        ]}
      />
    </Card>
  );
}
