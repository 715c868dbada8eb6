/** A table with a caption for screen readers; on narrow screens it scrolls by itself, and can be reached to do so. */
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
}

export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <div className="-mx-5 overflow-x-auto px-5 sm:-mx-6 sm:px-6" tabIndex={0} role="group" aria-label={caption}>
      <table className="w-full border-collapse text-[0.95rem]">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-left text-sm text-soft">
            {columns.map(({ title, figures }) => (
              <th key={title} scope="col" className={cx('py-2 pr-4 font-medium last:pr-0', figures && 'text-right')}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)} className="border-b border-line/70 last:border-0">
              {columns.map((column) => (
                <Cell key={column.title} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const look = cx('py-2.5 pr-4 align-middle last:pr-0', column.figures && 'text-right tabular-nums whitespace-nowrap');
  return column.heads ? (
    <th scope="row" className={cx(look, 'text-left font-medium')}>
      {column.cell(row)}
    </th>
  ) : (
    <td className={look}>{column.cell(row)}</td>
  );
}
