/** What the models cost, folded away until somebody wants to know. */
import type { CatalogueModel } from '../../api/types';
import { Icon } from '../../components/Icon';
import { Table } from '../../components/Table';
import { t } from '../../texts';
import { formatCompact, formatDay, formatNumber } from '../../texts/format';
import { providerName } from './providers';

const dollars = (price: number | undefined): string =>
  price === undefined ? '–' : `$${formatNumber(price)}`;

export function Prices({ date, models }: { date: string; models: CatalogueModel[] }) {
  return (
    <details className="group rounded-2xl border border-line bg-card px-5 py-4 shadow-card sm:px-6">
      <summary className="flex list-none items-center justify-between gap-4 font-semibold">
        {t.keys.prices}
        <Icon name="chevronDown" className="text-soft transition-transform group-open:rotate-180" />
      </summary>
      <p className="mt-1 mb-4 text-[0.95rem] text-soft">
        {t.keys.pricesAbout(formatDay(date), models.length)}
      </p>
      <Table
        caption={t.keys.prices}
        rows={models}
        keyOf={({ provider, model }) => `${provider} ${model}`}
        columns={[
          { title: t.keys.model, heads: true, cell: ({ model }) => model },
          { title: t.keys.provider, cell: ({ provider }) => providerName(provider) },
          { title: t.keys.input, figures: true, cell: ({ price }) => dollars(price?.input) },
          { title: t.keys.output, figures: true, cell: ({ price }) => dollars(price?.output) },
          {
            title: t.keys.contextColumn,
            figures: true,
            cell: ({ contextTokens }) => formatCompact(contextTokens),
          },
          { title: t.keys.imagesColumn, cell: ({ images }) => (images ? t.keys.yes : t.keys.no) },
        ]}
      />
    </details>
  );
}
