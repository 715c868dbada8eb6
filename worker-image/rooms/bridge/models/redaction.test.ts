/** Blotting a key out of what comes back, however it is cut. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { Redaction } from './redaction.js';

const KEY = 'sk-sk-key-1';
const through = (pieces: string[], key = KEY): Promise<string> =>
  text(Readable.from(pieces.map((piece) => Buffer.from(piece))).pipe(new Redaction(key)));

it('blots the key out wherever it is cut', async () => {
  const answer = `{"message": "Incorrect key: ${KEY}", "again": "${KEY}${KEY}"}`;
  const expected = answer.replaceAll(KEY, '*'.repeat(KEY.length));
  for (let first = 0; first <= answer.length; first++) {
    for (const second of [first, first + 1, first + 5]) {
      const pieces = [answer.slice(0, first), answer.slice(first, second), answer.slice(second)];
      expect(await through(pieces)).toBe(expected);
    }
  }
  expect(await through(answer.split(''))).toBe(expected);
});

it('blots out the key as JSON and an address write it, wherever it is cut', async () => {
  const key = 'a"b/c+d=';
  const answer = `{"message": "Wrong key: ${JSON.stringify(key).slice(1, -1)}", "help": "?key=${encodeURIComponent(key)}"}`;
  for (let cut = 0; cut <= answer.length; cut++) {
    const found = await through([answer.slice(0, cut), answer.slice(cut)], key);
    expect(found).toBe(`{"message": "Wrong key: ${'*'.repeat(9)}", "help": "?key=${'*'.repeat(16)}"}`);
  }
});

it('leaves everything else as it was', async () => {
  for (const pieces of [
    ['sk-', 'sk-', 'ke'],
    ['sk-sk-sk-key-2'],
    [''],
    ['data: {"text": "s'],
    ['sk-sk-', 'x\n\n'],
  ]) {
    expect(await through(pieces)).toBe(pieces.join(''));
  }
});

it('does not hold back an event that cannot be the key', async () => {
  const redaction = new Redaction(KEY);
  redaction.write(Buffer.from('data: {}\n\n'));
  expect(String(redaction.read())).toBe('data: {}\n\n');
});
