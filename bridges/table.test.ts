/** Tables as text: what stands below what, and where a wide cell may stand out. */
import { describe, expect, it } from 'vitest';
import { layOut } from './table.js';

const laidOut = (rows: string[][], widest = 40): string[] =>
  layOut(rows, rows[0]?.map(() => null) ?? [], widest).split('\n');

describe('a table', () => {
  it('stands in columns, by the alignment of each', () => {
    const rows = [
      ['a', 'bb', 'ccc'],
      ['333', '2', 'x'],
    ];
    expect(layOut(rows, ['left', 'right', 'center'], 40).split('\n')).toEqual([
      'a   | bb | ccc',
      '----+----+----',
      '333 |  2 |  x',
    ]);
  });

  it('counts what is twice as wide twice, and what stands over a letter not at all', () => {
    expect(
      laidOut([
        ['日本', 'b'],
        ['e\u0301', 'x'],
      ]),
    ).toEqual(['日本 | b', '-----+--', 'e\u0301    | x']);
  });

  it('lets a cell stand out that is wider than the widest column', () => {
    expect(
      laidOut(
        [
          ['a', 'b'],
          ['x'.repeat(9), 'y'],
        ],
        3,
      ),
    ).toEqual(['a   | b', '----+--', 'xxxxxxxxx | y']);
  });

  it('of a great many rows is laid out as any other', () => {
    const rows = Array.from({ length: 200_000 }, () => ['a', 'b']);
    expect(laidOut(rows)).toHaveLength(rows.length + 1);
  });
});
