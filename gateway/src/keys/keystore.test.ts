/** The keystore over a table in memory: one data key a user, and no record that opens for somebody else. */
import { randomBytes } from 'node:crypto';
import type { Repository } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import { newKeyPair } from '../../../contracts/seal.js';
import { accountId } from '../../../contracts/ids.js';
import type { ApiKey } from './api-key.entity.js';
import type { DataKey } from './data-key.entity.js';
import { nothingMore } from './key-request.js';
import { KeysService } from './keys.service.js';
import type { KeyUsesService } from './key-uses.service.js';
import { KeystoreService } from './keystore.service.js';
import { receiptKeyOf } from '../secrets.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const bob = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
const forged = expect.objectContaining({ code: 'forged' }) as Error;

/** As much of a table as the two services ask for. */
class Table<Row extends object> {
  rows: Row[] = [];
  constructor(private readonly key: (keyof Row)[]) {}
  findOneBy = async (where: Partial<Row>): Promise<Row | null> => {
    const names = Object.keys(where) as (keyof Row)[];
    return this.rows.find((row) => names.every((name) => row[name] === where[name])) ?? null;
  };
  maximum = async (name: keyof Row, where: Partial<Row>): Promise<number | null> => {
    const names = Object.keys(where) as (keyof Row)[];
    const rows = this.rows.filter((row) => names.every((each) => row[each] === where[each]));
    return rows.length > 0 ? Math.max(...rows.map((row) => Number(row[name]))) : null;
  };
  findOneByOrFail = async (where: Partial<Row>): Promise<Row> => (await this.findOneBy(where))!;
  save = async (row: Row): Promise<void> => {
    const same = (other: Row): boolean => this.key.every((name) => other[name] === row[name]);
    this.rows = [...this.rows.filter((other) => !same(other)), row];
  };
  manager = {
    transaction: (work: (database: unknown) => Promise<void>): Promise<void> =>
      work({ query: async () => [], getRepository: () => this }),
  };
  createQueryBuilder() {
    let row: Row;
    const builder = {
      insert: () => builder,
      values: (values: Row) => ((row = values), builder),
      orIgnore: () => builder,
      execute: async () => {
        const found = this.rows.some((other) => this.key.every((name) => other[name] === row[name]));
        if (!found) this.rows.push(row);
      },
    };
    return builder;
  }
}

let dataKeys: Table<DataKey>;
let apiKeys: Table<ApiKey>;
let keystore: KeystoreService;
let keys: KeysService;
const secrets = {
  keyEncryptionKey: randomBytes(32),
  operatorToken: '',
  gatewayKeys: newKeyPair(),
  receiptKey: receiptKeyOf(Buffer.alloc(32, 9)),
};
let uses: string[];
const open = (): KeystoreService => new KeystoreService(dataKeys as unknown as Repository<DataKey>, secrets);

beforeEach(() => {
  dataKeys = new Table<DataKey>(['accountId']);
  apiKeys = new Table<ApiKey>(['accountId', 'provider']);
  keystore = open();
  uses = [];
  keys = new KeysService(apiKeys as unknown as Repository<ApiKey>, keystore, {
    add: async (account: string, [use]: { kind: string; provider: string }[]) =>
      void uses.push(`${account} ${use?.kind} ${use?.provider}`),
  } as unknown as KeyUsesService);
});

describe('the keystore', () => {
  it('makes one data key a user, even for two that ask at once', async () => {
    const [one, other] = await Promise.all([
      keystore.seal(alice, 'x', Buffer.from('one')),
      open().seal(alice, 'x', Buffer.from('other')),
    ]);
    expect(dataKeys.rows).toHaveLength(1);
    expect(String(await keystore.open(alice, 'x', one))).toBe('one');
    expect(String(await keystore.open(alice, 'x', other))).toBe('other');
  });

  it('opens nothing for another user or another purpose', async () => {
    const sealed = await keystore.seal(alice, 'x', Buffer.from('secret'));
    await expect(keystore.open(bob, 'x', sealed)).rejects.toEqual(forged);
    await expect(keystore.open(alice, 'y', sealed)).rejects.toEqual(forged);
  });

  it("does not open with another user's wrapped key put in the place of one's own", async () => {
    const sealed = await keystore.seal(alice, 'x', Buffer.from('secret'));
    await keystore.seal(bob, 'x', Buffer.from('other'));
    const [first, second] = dataKeys.rows;
    second!.wrapped = first!.wrapped;
    await expect(keystore.open(bob, 'x', sealed)).rejects.toEqual(forged);
  });

  it('opens nothing once the data key is destroyed, or the key-encryption key is another', async () => {
    const sealed = await keystore.seal(alice, 'x', Buffer.from('secret'));
    const stranger = new KeystoreService(dataKeys as unknown as Repository<DataKey>, {
      ...secrets,
      keyEncryptionKey: randomBytes(32),
    });
    await expect(stranger.open(alice, 'x', sealed)).rejects.toEqual(forged);
    dataKeys.rows = [];
    await expect(keystore.open(alice, 'x', sealed)).rejects.toEqual(forged);
  });

  it('needs the version of the key-encryption key that it was wrapped with', async () => {
    const sealed = await keystore.seal(alice, 'x', Buffer.from('secret'));
    dataKeys.rows[0]!.kekVersion = 2;
    await expect(keystore.open(alice, 'x', sealed)).rejects.toEqual(forged);
  });
});

describe('an API key', () => {
  it('comes back whole for its owner, and lies nowhere in the open', async () => {
    await keys.set(alice, 'anthropic', { ...nothingMore, key: 'sk-ant-0123456789' });
    await expect(keys.release(alice, 'anthropic')).resolves.toBe('sk-ant-0123456789');
    const [row] = apiKeys.rows;
    expect(row).toMatchObject({ version: 1, lastFour: '6789' });
    expect(row!.sealed.includes('sk-ant')).toBe(false);
  });

  it('that is not there is `no-key`', async () => {
    await keys.set(alice, 'anthropic', { ...nothingMore, key: 'sk-ant-0123456789' });
    const noKey = expect.objectContaining({ code: 'no-key' }) as Error;
    await expect(keys.release(alice, 'openai')).rejects.toEqual(noKey);
    await expect(keys.release(bob, 'anthropic')).rejects.toEqual(noKey);
  });

  it.each([
    ['account', { accountId: bob }],
    ['provider', { provider: 'openai' as const }],
    ['version', { version: 1 }],
  ])('moved to another %s in the table is not released', async (_what, elsewhere) => {
    await keys.set(alice, 'anthropic', { ...nothingMore, key: 'sk-ant-the-first-one' });
    await keys.set(alice, 'anthropic', { ...nothingMore, key: 'sk-ant-the-second-one' });
    const moved = Object.assign(apiKeys.rows[0]!, elsewhere);
    apiKeys.rows = [moved];
    await expect(keys.release(moved.accountId, moved.provider)).rejects.toEqual(forged);
  });

  it('from before a replacement cannot be put back', async () => {
    await keys.set(alice, 'anthropic', { ...nothingMore, key: 'sk-ant-the-first-one' });
    const old = apiKeys.rows[0]!.sealed;
    await keys.set(alice, 'anthropic', { ...nothingMore, key: 'sk-ant-the-second-one' });
    apiKeys.rows[0]!.sealed = old;
    await expect(keys.release(alice, 'anthropic')).rejects.toEqual(forged);
  });

  it('keeps its place when it is replaced, and a new one comes last', async () => {
    const order = (): Record<string, number> =>
      Object.fromEntries(apiKeys.rows.map(({ provider, position }) => [provider, position]));
    for (const provider of ['openai', 'anthropic', 'openai', 'google'] as const)
      await keys.set(alice, provider, { ...nothingMore, key: 'sk-0123456789' });
    expect(order()).toEqual({ openai: 1, anthropic: 2, google: 3 });
  });
});
