/** The catalogue of errors: each can be told to a user, and crosses a door as itself. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AraError, errorCatalogue, type ErrorCode } from './errors.js';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

describe.each(codes)('%s', (code) => {
  it('has a status of the 4xx or 5xx range and says what to do, as a sentence', () => {
    const { status, tell } = errorCatalogue[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(tell).toMatch(/^[A-Z].*\.$/);
  });

  it('is the same on the other side of a door, without its detail', () => {
    const crossed = AraError.from(new AraError(code, 'field').body(), 'internal');
    expect(crossed).toEqual(new AraError(code));
  });
});

it('takes what it does not know for the fallback, even the names that every object has', () => {
  for (const code of ['no-such-code', 'constructor', '__proto__', 'toString']) {
    expect(AraError.from({ error: { code, message: 'x' } }, 'forged').code).toBe('forged');
  }
  for (const body of [null, 'text', {}, { error: { code: 'forged' } }, undefined]) {
    expect(AraError.from(body, 'draining').code).toBe('draining');
  }
});

it('keeps the words of its cause to itself', () => {
  const error = new AraError('internal', undefined, { cause: new Error('the words of a message') });
  expect(JSON.stringify(error.body())).not.toContain('words');
});

it('is in the documentation with its status and its words, and the documentation has no other', () => {
  const page = readFileSync(new URL('../docs/developers/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` *\| (\d+) *\| (yes|no) *\| (.+?) *\|$/gm)];
  const documented = rows.map(([, code, status, retry, tell]) => ({
    code,
    status: Number(status),
    retry: retry === 'yes',
    tell,
  }));
  expect(documented).toEqual(
    codes
      .map((code) => ({ code, ...errorCatalogue[code] }))
      .map(({ code, status, retry, tell }) => ({ code, status, retry, tell })),
  );
});
