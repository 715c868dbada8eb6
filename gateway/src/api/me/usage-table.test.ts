/** The table for a spreadsheet: read back by a reader of our own that knows nothing but RFC 4180. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { usageCsv, type UsageRow } from './usage-table.js';

const row: UsageRow = {
  day: '2026-11-23',
  channel: 'telegram',
  provider: 'anthropic',
  model: 'claude-sonnet-5-5',
  outcome: 'answered',
  messages: 3,
  inputTokens: 1_234,
  cachedTokens: 5,
  outputTokens: 678,
  costMicros: 12_345,
};

/** Fields of lines; quotes only around whole fields. */
function parse(text: string): string[][] {
  const lines: string[][] = [];
  for (let at = 0; at < text.length;) {
    const line: string[] = [];
    for (;;) {
      const [whole = '', quoted, plain = ''] =
        /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(text.slice(at)) ?? [];
      line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      at += whole.length;
      if (text[at] !== ',') break;
      at++;
    }
    expect(text.slice(at, at + 2)).toBe('\r\n');
    at += 2;
    lines.push(line);
  }
  return lines;
}

it('has a line of names, and one for each row', () => {
  expect(parse(usageCsv([row]))).toEqual([
    'day,channel,provider,model,outcome,messages,input_tokens,cached_tokens,output_tokens,cost_usd'.split(
      ',',
    ),
    '2026-11-23,telegram,anthropic,claude-sonnet-5-5,answered,3,1234,5,678,0.012345'.split(','),
  ]);
  expect(parse(usageCsv([]))).toHaveLength(1);
});

it('leaves empty what is not known', () => {
  expect(parse(usageCsv([{ ...row, provider: null, model: null }]))[1]?.slice(2, 4)).toEqual(['', '']);
});

it('holds any name of a model in its own field, and none of them as a formula', () => {
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom('=1+1', '"', 'a,b', '@SUM(A1)', '-2+3', '+x', 'a"b,\r\n'),
  );
  fc.assert(
    fc.property(name, (model) => {
      const [, line] = parse(usageCsv([{ ...row, model }]));
      expect(line).toHaveLength(10);
      const shown = line?.[3] ?? '';
      expect(shown.replace(/^'(?=[=+\-@\t\r])/, '')).toBe(model);
      expect(shown).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});
