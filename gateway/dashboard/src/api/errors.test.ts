import { describe, expect, it } from 'vitest';
import { refusalOf, words } from './errors';

describe('a refusal for now', () => {
  const limited = async (headers: Record<string, string>): Promise<string> => {
    const body = { error: { code: 'too-many', message: 'Too many requests.' } };
    return words(await refusalOf(new Response(null, { status: 429, headers }), body));
  };

  it('says how long to wait', async () => {
    expect(await limited({ 'retry-after': '892' })).toContain('Wait 15 minutes,');
    expect(await limited({ 'retry-after': '30' })).toContain('Wait 30 seconds,');
  });

  it('says what the API says when nobody knows how long', async () => {
    for (const headers of [{}, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }])
      expect(await limited(headers as Record<string, string>)).toBe('Too many requests.');
  });
});
