/**
 * A table with a caption for screen readers. On phones a table that `stacks` shows each row as a small card; another one
 * scrolls by itself, and can be reached to do so.
 */
import type { ReactNode } from 'react';
import { cx } from './classes';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the right. */
  figures?: boolean;
  /** What names the row. */
  heads?: boolean;
}

interface TableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row, index: number) => string | number;
  stacks?: boolean;
}

export function Table<Row>({ caption, columns, rows, keyOf, stacks = false }: TableProps<Row>) {
  // Blocks are no table to a screen reader unless the roles say so.
  return (
    <div
      className="-mx-5 overflow-x-auto px-5 sm:-mx-6 sm:px-6"
      tabIndex={0}
      role="group"
      aria-label={caption}
    >
      <table role="table" className={cx('w-full border-collapse text-[0.95rem]', stacks && 'max-sm:block')}>
        <caption className="sr-only">{caption}</caption>
        <thead role="rowgroup" className={stacks ? 'max-sm:sr-only' : ''}>
          <tr role="row" className="border-b border-line text-left text-sm text-soft">
            {columns.map(({ title, figures }) => (
              <th
                key={title}
                role="columnheader"
                scope="col"
                className={cx('py-2 pr-4 font-medium last:pr-0', figures && 'text-right')}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className={stacks ? 'max-sm:block' : ''}>
          {rows.map((row, index) => (
            <tr
              key={keyOf(row, index)}
              role="row"
              className={cx('border-b border-line/70 last:border-0', stacks && 'max-sm:block max-sm:py-3')}
            >
              {columns.map((column) => (
                <Cell key={column.title} column={column} row={row} stacks={stacks} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row, stacks }: { column: Column<Row>; row: Row; stacks: boolean }) {
  const look = cx(
    'py-2.5 pr-4 align-middle last:pr-0',
    column.figures && 'text-right tabular-nums whitespace-nowrap',
    stacks && 'max-sm:flex max-sm:items-center max-sm:justify-between max-sm:gap-4 max-sm:py-1 max-sm:pr-0',
  );
  if (column.heads)
    return (
      <th role="rowheader" scope="row" className={cx(look, 'text-left font-medium max-sm:font-semibold')}>
        {column.cell(row)}
      </th>
    );
  return (
    <td role="cell" className={look}>
      {stacks && (
        <span className="shrink-0 text-sm text-soft sm:hidden" aria-hidden="true">
          {column.title}
        </span>
      )}
      {column.cell(row)}
    </td>
  );
}
