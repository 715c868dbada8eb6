/** The look at a webhook's brackets: all that is JSON passes, and what cannot be is refused without being read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SEALED_BYTES } from '../../../contracts/sealed.js';
import { checkShape } from './webhook-shape.js';

const check = (text: string): void => checkShape(Buffer.from(text));
const refused = (code: string) => expect.objectContaining({ code }) as Error;
const object = fc.dictionary(
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }),
);
const spaces = fc.constantFrom('', ' ', '\n', '\t\r\n  ');

describe('what passes', () => {
  it('is every JSON object, however it is laid out', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(0, 2, '\t'), spaces, spaces, (value, indent, before, after) => {
        expect(() => check(before + JSON.stringify(value, null, indent) + after)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['brackets in strings', '{"text": "}{][ {{{{"}'],
    ['escaped quotes', String.raw`{"text": "\"}\\\" }", "x": "\\"}`],
    ['an escape before a bracket', String.raw`{"text": "\\", "y": "\u007b"}`],
    ['letters of every size', '{"text": "Ä…🌱"}'],
    ['sixty-four levels', '{"a":'.repeat(63) + '{}' + '}'.repeat(63)],
    ['any number of brackets in a row', `{"a":[${'[],'.repeat(5_000)}0]}`],
    ['10,000 brackets in a string', JSON.stringify({ text: '[{'.repeat(10_000) })],
  ])('are %s', (_what, text) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(() => check(text)).not.toThrow();
  });
});

describe('what is refused', () => {
  it('is every beginning of an object', () => {
    fc.assert(
      fc.property(object, fc.nat(), (value, at) => {
        const text = Buffer.from(JSON.stringify(value));
        expect(() => checkShape(text.subarray(0, at % text.length))).toThrow(refused('bad-request'));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['a list', '[{}]'],
    ['a string', '"{}"'],
    ['a number', '17'],
    ['a word', 'null'],
    ['a form', 'update_id=1&x={}'],
    ['two objects', '{}{}'],
    ['an object and a word', '{"a": 1} x'],
    ['an object and a bracket', '{"a": 1}}'],
    ['a string that never ends', '{"a": "}'],
    ['a quote that is escaped away', String.raw`{"a": "\"}`],
    ['an escape at the very end', '{"a": "\\'],
    ['a mark before it', '\ufeff{}'],
    ['a zero byte', '\u0000{}'],
  ])('is %s', (_what, text) => {
    expect(() => check(text)).toThrow(refused('bad-request'));
  });

  it.each(['{"a":', '[', '{"a":['])('is what opens %s ten thousand times', (open) => {
    expect(() => check(`{"x":${open.repeat(10_000)}`)).toThrow(refused('too-deep'));
  });

  it('is the sixty-fifth level', () => {
    expect(() => check('{"a":'.repeat(64) + '{}' + '}'.repeat(64))).toThrow(refused('too-deep'));
  });
});

describe('the largest body', () => {
  const filled = (unit: string): Buffer =>
    Buffer.from(`{"a":[${unit.repeat(Math.floor((MAX_SEALED_BYTES - 10) / unit.length))}0]}`);

  it.each([
    ['numbers', '1,'],
    ['brackets', '[],'],
    ['strings', '"text",'],
    ['one string of escapes', '"\\n",'],
  ])('of %s is looked through within 20 ms', (_what, unit) => {
    const body = filled(unit);
    const times = Array.from({ length: 7 }, () => {
      const began = performance.now();
      checkShape(body);
      return performance.now() - began;
    });
    // The best of them: what else this machine does is not the code's.
    expect(Math.min(...times)).toBeLessThan(20);
  });
});
