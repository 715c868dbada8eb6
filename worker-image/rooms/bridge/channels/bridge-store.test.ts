/** What a bridge keeps: over a crash, against whoever changes the file, and unreadable for whoever has it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BridgeStores, type SealedStore } from './bridge-store.js';
import { temporaryFolder } from '../test-rig.js';

const KEY = Buffer.alloc(32, 7);
let folder: string;
let stores: BridgeStores;
let store: SealedStore;

const bytes = (text: string): Buffer => Buffer.from(text);
const texts = (prefix: string, of = store): [string, string][] =>
  of.list(prefix).map(([name, value]) => [name, Buffer.from(value).toString()]);
const files = (): string[] => readdirSync(folder).sort();
const raw = (): string => files().map((name) => readFileSync(join(folder, name), 'latin1')).join(''); // prettier-ignore
const path = (): string => join(folder, `whatsapp.${store.id}.sqlite`);
function change(sql: string): void {
  const database = new DatabaseSync(path());
  database.exec(sql);
  database.close();
}

beforeEach(() => {
  folder = join(temporaryFolder(), 'stores');
  stores = new BridgeStores(folder, KEY);
  store = stores.fresh('whatsapp');
  onTestFinished(() => store.close());
});

describe('a record', () => {
  it('is what was written last, or nothing', () => {
    expect([store.get('a'), store.list('')]).toEqual([null, []]);
    store.write([['a', bytes('1')], ['b', bytes('')]]); // prettier-ignore
    store.write([['a', bytes('2')]]);
    expect(texts('')).toEqual([['a', '2'], ['b', '']]); // prettier-ignore
    store.write([['a', null], ['none', null]]); // prettier-ignore
    expect([store.get('a'), texts('')]).toEqual([null, [['b', '']]]);
  });

  it('is listed by the beginning of its name, in the order of the names', () => {
    store.write(
      ['key-2', 'key-10', 'key', 'other', 'Key-1', 'key-\u00e9'].map((name) => [name, bytes(name)]),
    );
    expect(texts('key-').map(([name]) => name)).toEqual(['key-10', 'key-2', 'key-\u00e9']);
    expect(texts('')).toHaveLength(6);
  });

  it('is written with all the others of its change, or none is', () => {
    store.write([['a', bytes('1')]]);
    const broken = function* (): Generator<[string, Buffer | null]> {
      yield ['a', null];
      yield ['b', bytes('2')];
      throw new Error('no more');
    };
    expect(() => store.write(broken())).toThrow('no more');
    expect(texts('')).toEqual([['a', '1']]);
    store.write([['c', bytes('3')]]);
    expect(texts('')).toEqual([['a', '1'], ['c', '3']]); // prettier-ignore
  });

  it('is there in another process, and after one that was killed right after writing', () => {
    store.write([['a', bytes('1')]]);
    const again = stores.of('whatsapp', store.id);
    expect(texts('', again)).toEqual([['a', '1']]);
    again.close();
    const script = `
      import { BridgeStores } from ${JSON.stringify(join(import.meta.dirname, 'bridge-store.ts'))};
      new BridgeStores(${JSON.stringify(folder)}, Buffer.alloc(32, 7)).of('whatsapp', '${store.id}').write([['b', Buffer.from('2')]]);
      process.kill(process.pid, 'SIGKILL');`;
    const { signal, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    );
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    expect(texts('')).toEqual([['a', '1'], ['b', '2']]); // prettier-ignore
  });
});

describe('the file', () => {
  it('is for this user alone, with its log', () => {
    store.write([['a', bytes('1')]]);
    expect(files().length).toBeGreaterThan(1);
    for (const name of files()) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('shows nothing of names and values, and not that two are alike', () => {
    store.write([['CANARY-NAME@s.whatsapp.net', bytes('CANARY-VALUE')], ['b', bytes('CANARY-VALUE')]]); // prettier-ignore
    expect(raw()).not.toContain('CANARY');
    const rows = new DatabaseSync(path()).prepare('SELECT hex(value) AS value FROM records').all();
    expect(new Set(rows.map(({ value }) => value)).size).toBe(2);
  });

  const forged = expect.objectContaining({ code: 'forged' }) as unknown;

  it.each([
    [
      'a value that was changed',
      `UPDATE records SET value = CAST(substr(value, 1, 20) || x'00' || substr(value, 22) AS BLOB)`,
    ],
    ['a value that was cut', 'UPDATE records SET value = substr(value, 1, 5)'],
    ['the value of another name', 'UPDATE records SET value = (SELECT max(value) FROM records)'],
    ['a name that was changed', `UPDATE records SET name = CAST(x'00' || substr(name, 2) AS BLOB)`],
    ['the name of another', 'UPDATE records SET name = (SELECT max(name) FROM records)'],
  ])('with %s is not believed', (_what, sql) => {
    store.write([['a', bytes('one')], ['b', bytes('two')]]); // prettier-ignore
    change(sql);
    expect(() => {
      store.get('a');
      store.get('b');
      store.list('');
    }).toThrow(forged);
  });

  it('of another link, or under another key, is not believed', () => {
    store.write([['a', bytes('one')]]);
    const other = new BridgeStores(folder, Buffer.alloc(32, 8)).of('whatsapp', store.id);
    expect(() => other.list('')).toThrow(forged);
    expect(other.get('a')).toBeNull();
    other.close();
  });
});

describe('a store that is no longer wanted', () => {
  it('is gone with its files, also while somebody has it open', () => {
    store.write([['a', bytes('1')]]);
    stores.remove(store);
    expect(files()).toEqual([]);
    expect(store.get('a')).toBeNull();
    store.write([['late', bytes('1')]]);
    expect(files()).toEqual([]);
  });

  it('takes the folder with it that it gave a library, and gives none afterwards', () => {
    const own = store.folder();
    expect([statSync(own).mode & 0o777, dirname(own), store.folder()]).toEqual([0o700, folder, own]);
    mkdirSync(join(own, 'deep'));
    writeFileSync(join(own, 'deep', 'file'), 'x');
    store.write([['a', bytes('1')]]);
    const other = stores.fresh('whatsapp');
    writeFileSync(join(other.folder(), 'file'), 'y');
    stores.remove(store);
    expect(files()).toEqual([basename(other.folder())]);
    expect(() => store.folder()).toThrow('not linked');
    stores.keepOnly([other]);
    expect(files()).toEqual([basename(other.folder())]);
    stores.keepOnly([]);
    expect(files()).toEqual([]);
  });

  it('leaves the ones of other links alone', () => {
    store.write([['a', bytes('1')]]);
    const [matrix, left] = [stores.of('matrix', store.id), stores.fresh('matrix')];
    for (const each of [matrix, left]) each.write([['a', bytes('m')]]);
    stores.remove(matrix);
    expect(texts('')).toEqual([['a', '1']]);
    left.close();
    store.close();
    stores.keepOnly([store]);
    expect(files()).toEqual([`whatsapp.${store.id}.sqlite`]);
    expect(existsSync(path())).toBe(true);
    expect(texts('')).toEqual([['a', '1']]);
  });
});
