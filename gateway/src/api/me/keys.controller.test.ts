/** Keys from the dashboard over a real Postgres: nothing is saved that its provider does not take, and nothing is opened. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { startCentre, type Centre } from '../../../../test/kit/centre.js';
import { FakeContainers } from '../../../../test/kit/fake-containers.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { KeyCheck } from '../../keys/key-check.js';
import type { KeyToCheck } from '../../keys/key-verdict.js';
import { KeysService } from '../../keys/keys.service.js';
import { KeySetting } from './key-setting.service.js';
import { MyKeysController } from './keys.controller.js';

const KEY = 'sk-ant-0123456789';
const SERVER = { baseUrl: 'https://llm.example.org/v1', model: 'qwen-3' };

const containers = new FakeContainers();
let checked: (KeyToCheck & { account: AccountId })[];
let refusal: AraError | null;
let centre: Centre;
let alice: AccountId;
let bob: AccountId;
let users = 0;

beforeAll(async () => {
  const check = async (account: AccountId, asked: KeyToCheck): Promise<void> => {
    checked.push({ account, ...asked });
    if (refusal) throw refusal;
  };
  centre = await startCentre({
    controllers: [MyKeysController],
    providers: [
      KeySetting,
      { provide: KeyCheck, useValue: { check } },
      { provide: ContainerManager, useValue: containers.manager },
    ],
  });
}, 60_000);
afterAll(() => centre.stop());
beforeEach(async () => {
  checked = [];
  refusal = null;
  containers.done.length = 0;
  containers.asked.length = 0;
  users++;
  alice = await centre.addAccount(`alice-${users}`);
  bob = await centre.addAccount(`bob-${users}`);
});

const put = async (
  path: string,
  body: unknown,
  account = alice,
): Promise<{ status: number; text: string }> => {
  const response = await centre.ask(account, 'PUT', `/v1/me/${path}`, body);
  return { status: response.status, text: await response.text() };
};
const list = async (account = alice): Promise<Record<string, unknown>[]> =>
  (await centre.read<{ keys: Record<string, unknown>[] }>(account, '/v1/me/keys')).keys;
const release = (provider: 'anthropic' | 'compatible'): Promise<string> =>
  centre.get(KeysService).release(alice, provider);

describe('a new key', () => {
  it('is saved once its provider takes it, shown by its last four, and told to a container that runs', async () => {
    expect((await put('keys/anthropic', { key: ` ${KEY}\n`, model: 'claude-opus-5-5' })).status).toBe(204);
    expect(checked).toEqual([{ account: alice, provider: 'anthropic', key: KEY, baseUrl: null }]);
    expect(await list()).toEqual([
      {
        provider: 'anthropic',
        lastFour: '6789',
        model: 'claude-opus-5-5',
        baseUrl: null,
        contextTokens: null,
        images: null,
        price: null,
        updatedAt: expect.any(String) as string,
      },
    ]);
    expect(containers.done).toEqual([`settings ${alice}`]);
    expect(await list(bob)).toEqual([]);
    expect(await release('anthropic')).toBe(KEY);
  });

  it('saved several times at once is one key that can be opened', async () => {
    const saved = await Promise.all([1, 2, 3, 4].map(() => put('keys/anthropic', { key: KEY })));
    expect(saved.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    expect(await list()).toHaveLength(1);
    expect(await release('anthropic')).toBe(KEY);
  });

  it('that its provider refuses is not saved, and the one before stays', async () => {
    await put('keys/anthropic', { key: KEY });
    refusal = new AraError('bad-credential', 'make a new one');
    const { status, text } = await put('keys/anthropic', { key: 'sk-ant-the-wrong-one' });
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'bad-credential' } });
    expect(text).toContain('make a new one');
    expect(text).not.toContain('wrong-one');
    expect(await release('anthropic')).toBe(KEY);
    expect(containers.done).toHaveLength(1);
  });

  it.each([
    ['anthropic', {}],
    ['anthropic', { key: 'two words' }],
    ['anthropic', { key: KEY, model: 'no-such-model' }],
    ['anthropic', { key: KEY, extra: 1 }],
    ['pigeon', { key: KEY }],
    ['compatible', { key: KEY, model: 'qwen-3' }],
    ['compatible', { key: KEY, baseUrl: 'http://llm.example.org/v1', model: 'qwen-3' }],
    ['compatible', { key: KEY, baseUrl: 'https://10.0.0.1/v1', model: 'qwen-3' }],
  ])('for %s as %j is refused before anybody is asked', async (provider, body) => {
    expect((await put(`keys/${provider}`, body)).status).toBe(400);
    expect(checked).toEqual([]);
    expect(await list()).toEqual([]);
  });

  it('is not needed for a server that asks for none', async () => {
    expect((await put('keys/compatible', SERVER)).status).toBe(204);
    expect(checked).toMatchObject([{ provider: 'compatible', key: null, baseUrl: SERVER.baseUrl }]);
  });
});

describe('without a key in the request', () => {
  it('the model changes, and the key is neither opened, checked nor sealed anew', async () => {
    await put('keys/anthropic', { key: KEY });
    const before = await centre.query('SELECT version, sealed FROM api_keys WHERE account_id = $1', [alice]);
    checked = [];
    expect((await put('keys/anthropic', { model: 'claude-opus-5-5' })).status).toBe(204);
    expect(await list()).toMatchObject([{ model: 'claude-opus-5-5', lastFour: '6789' }]);
    expect(await centre.query('SELECT version, sealed FROM api_keys WHERE account_id = $1', [alice])).toEqual(
      before,
    );
    expect(checked).toEqual([]);
    expect(containers.done).toHaveLength(2);
    expect(await release('anthropic')).toBe(KEY);
  });

  it('what is not said of a server stays', async () => {
    await put('keys/compatible', {
      ...SERVER,
      key: KEY,
      contextTokens: 9_000,
      price: { input: 1, output: 2 },
    });
    expect((await put('keys/compatible', { model: 'qwen-4' })).status).toBe(204);
    const [row] = await centre.query('SELECT * FROM api_keys WHERE account_id = $1', [alice]);
    expect(row).toMatchObject({
      model: 'qwen-4',
      base_url: SERVER.baseUrl,
      context_tokens: 9_000,
      price_output: 2,
    });
    expect(await release('compatible')).toBe(KEY);
  });

  it('what is said of a server is shown, and null takes it back', async () => {
    const said = { contextTokens: 9_000, images: true, price: { input: 0, output: 2.5 } };
    await put('keys/compatible', { ...SERVER, ...said });
    expect(await list()).toMatchObject([{ ...SERVER, ...said }]);
    await put('keys/compatible', { contextTokens: null, images: false, price: null });
    expect(await list()).toMatchObject([{ ...SERVER, contextTokens: null, images: false, price: null }]);
  });

  it('the key does not go to another server', async () => {
    await put('keys/compatible', { ...SERVER, key: KEY });
    const { status, text } = await put('keys/compatible', { baseUrl: 'https://evil.example.org/v1' });
    expect(status).toBe(400);
    expect(text).toContain('give it again');
    expect(await list()).toMatchObject([{ baseUrl: SERVER.baseUrl }]);
    expect((await put('keys/compatible', { baseUrl: 'https://llm.example.org/v2' })).status).toBe(204);
  });

  it('a server that asks for none may be another, which is asked', async () => {
    await put('keys/compatible', SERVER);
    checked = [];
    const other = 'https://other.example.org/v1';
    expect((await put('keys/compatible', { baseUrl: other })).status).toBe(204);
    expect(checked).toMatchObject([{ key: null, baseUrl: other }]);
  });

  it('another account’s key is not changed', async () => {
    await put('keys/anthropic', { key: KEY });
    expect((await put('keys/anthropic', { model: 'claude-opus-5-5' }, bob)).status).toBe(400);
    expect(await list()).toMatchObject([{ model: centre.settings.models.anthropic }]);
  });
});

describe('a key in the place of another', () => {
  it('leaves the model and what is said of the server as they are', async () => {
    await put('keys/anthropic', { key: KEY, model: 'claude-opus-5-5' });
    await put('keys/compatible', { ...SERVER, key: KEY, contextTokens: 9_000 });
    for (const provider of ['anthropic', 'compatible'])
      expect((await put(`keys/${provider}`, { key: 'sk-another-9999' })).status).toBe(204);
    expect(await list()).toMatchObject([
      { lastFour: '9999', model: 'claude-opus-5-5' },
      { lastFour: '9999', ...SERVER, contextTokens: 9_000 },
    ]);
    expect(checked.at(-1)).toMatchObject({ key: 'sk-another-9999', baseUrl: SERVER.baseUrl });
  });

  it('is for the default model once the list has lost the one before', async () => {
    await put('keys/anthropic', { key: KEY });
    await centre.query(`UPDATE api_keys SET model = 'claude-1' WHERE account_id = $1`, [alice]);
    expect((await put('keys/anthropic', { key: KEY })).status).toBe(204);
    expect(await list()).toMatchObject([{ model: centre.settings.models.anthropic }]);
  });
});

it('keys are put in order and removed', async () => {
  await put('keys/anthropic', { key: KEY });
  await put('keys/openai', { key: KEY });
  expect((await put('models', { order: ['openai'] })).status).toBe(204);
  expect((await list()).map(({ provider }) => provider)).toEqual(['openai', 'anthropic']);
  expect((await put('models', { order: ['openai', 'openai'] })).status).toBe(400);
  expect((await put('models', { order: ['google'] })).status).toBe(404);
  expect((await centre.ask(alice, 'DELETE', '/v1/me/keys/openai')).status).toBe(204);
  expect((await centre.ask(alice, 'DELETE', '/v1/me/keys/openai')).status).toBe(404);
  expect((await list()).map(({ provider }) => provider)).toEqual(['anthropic']);
});

it('the catalogue has every model with its price, and that of one’s own server', async () => {
  await put('keys/compatible', { ...SERVER, key: KEY, images: true });
  interface Catalogue {
    date: string;
    models: { provider: string; model: string; price: unknown; images: boolean }[];
  }
  const { date, models } = await centre.read<Catalogue>(alice, '/v1/me/models');
  const { modelList } = centre.settings;
  expect(date).toBe(modelList.date);
  expect(models).toHaveLength(modelList.models.length + 1);
  expect(models.slice(0, -1).every(({ price }) => price !== null)).toBe(true);
  expect(models.at(-1)).toMatchObject({ provider: 'compatible', model: 'qwen-3', price: null, images: true });
  expect((await centre.read<Catalogue>(bob, '/v1/me/models')).models).toHaveLength(modelList.models.length);
});

it('the budget is asked of the container and set there', async () => {
  const spending = { caps: { day: 5, month: null }, today: 1, thisMonth: 2, rows: [] };
  containers.answers = { 'GET /v1/budget': spending, 'PUT /v1/budget': spending };
  expect(await centre.read(alice, '/v1/me/budget')).toEqual(spending);
  const { status, text } = await put('budget', { day: 5, month: null });
  expect([status, JSON.parse(text)]).toEqual([200, spending]);
  expect(containers.asked).toEqual([
    { account: alice, call: 'GET /v1/budget', body: undefined },
    { account: alice, call: 'PUT /v1/budget', body: { day: 5, month: null } },
  ]);
  expect((await put('budget', { day: -1, month: null })).status).toBe(400);
});
