/** A pairing on the command line: the QR code as text, the code, and how it ended. */
import { describe, expect, it } from 'vitest';
import { newKeyPair, sealAnonymously } from '../../contracts/seal.js';
import type { PairingView } from '../../contracts/worker-door.js';
import { RefusedError, type ApiClient } from './api-client.js';
import { follow } from './link-pairing.js';
import { askFor } from './link-questions.js';

const keys = newKeyPair();
const seal = (value: unknown): string => sealAnonymously(keys.publicKey, Buffer.from(JSON.stringify(value)));
const view = (number: number, more: Partial<PairingView>): PairingView => ({
  number,
  state: 'waiting',
  sealed: null,
  error: null,
  needsHost: null,
  ...more,
});
const step = (kind: string, text: string): string => seal({ kind, text, expiresAt: Date.now() + 20_000 });

async function run(...views: PairingView[]): Promise<{ printed: string; asked: string[]; answer: unknown }> {
  const asked: string[] = [];
  let printed = '';
  const call = async (_method: string, path: string): Promise<unknown> => {
    asked.push(path);
    return views.shift() ?? expect.unreachable();
  };
  const api = { call } as unknown as ApiClient;
  const answer = await follow(api, '/pairing', keys, (text) => (printed += text));
  return { printed, asked, answer };
}

describe('a pairing', () => {
  it('prints each QR code once, as blocks, and what is done with it', async () => {
    const linked = { linked: true, address: '+49 170' };
    const { printed, asked, answer } = await run(
      view(0, {}),
      view(1, { sealed: step('qr', '2@one') }),
      view(1, { sealed: step('qr', '2@one') }),
      view(2, { sealed: step('qr', '2@two') }),
      view(3, { state: 'linked', sealed: seal(linked) }),
    );
    expect(answer).toEqual(linked);
    expect(asked).toEqual([0, 0, 1, 1, 2].map((after) => `/pairing?after=${after}`));
    expect(printed.match(/Scan this within (?:19|20) s/g)).toHaveLength(2);
    expect(printed).toMatch(/[█▀▄]{5}/);
    expect(printed).not.toContain('2@one');
  });

  it('prints the code that is typed on the phone', async () => {
    const { printed } = await run(
      view(1, { sealed: step('code', 'ABCD-EFGH') }),
      view(2, { state: 'linked', sealed: seal({ code: 'X', expiresAt: 1, address: '+49' }) }),
    );
    expect(printed).toContain('    ABCD-EFGH\n');
  });

  it('asks for the host that is missing', async () => {
    const { answer } = await run(
      view(1, { state: 'failed', error: 'platform-unreachable', needsHost: 'a.example.org' }),
    );
    expect(answer).toEqual({ needsHost: 'a.example.org' });
  });

  it.each([
    ['pairing-expired', /in time/],
    ['no such code', /inside Ara/],
    [null, /inside Ara/],
  ])('that failed with %s says why', async (error, words) => {
    const failed = run(view(1, { state: 'failed', error }));
    await expect(failed).rejects.toThrow(RefusedError);
    await expect(failed).rejects.toThrow(words);
  });
});

describe('the questions of Matrix', () => {
  it.each([
    {},
    { server: 'matrix.org' },
    { owner: '@a:b.org' },
    { server: 'http://matrix.org', owner: '@a:b.org' },
    { server: 'u@matrix.org', owner: '@a:b.org' },
  ])('with %j ask for nothing secret, and say what is missing', async (options) => {
    await expect(askFor('matrix', 'ada', options)).rejects.toMatchObject({ name: 'UsageError' });
  });
});
