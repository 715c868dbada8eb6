import { afterEach, expect, it } from 'vitest';
import { MemoryStore } from '../../recording-host.js';
import { Database } from './database.js';
import { completed, indexedDB, promised, type Key, type OpenDatabase } from './indexeddb.js';

let opened: Database[] = [];
afterEach(async () => {
  for (const database of opened) await database.close();
  opened = [];
});

const SUFFIX = '::things';

/** As the crypto machine does it: tables are built when the version is new. */
async function open(database: Database, version = 1): Promise<OpenDatabase> {
  const opening = indexedDB.open(database.name + SUFFIX, version);
  opening.onupgradeneeded = () => {
    const names = [...opening.result.objectStoreNames];
    const missing = (name: string): boolean => !names.includes(name);
    if (missing('things')) {
      const store = opening.result.createObjectStore('things', { keyPath: null, autoIncrement: false });
      store.createIndex('by kind', 'kind', { unique: false, multiEntry: false });
    }
    if (version > 1 && missing('more'))
      opening.result.createObjectStore('more', { keyPath: 'id', autoIncrement: false });
  };
  return promised(opening);
}

async function begin(store: MemoryStore, version = 1): Promise<{ database: Database; things: OpenDatabase }> {
  const database = await Database.open(store);
  opened.push(database);
  const things = await open(database, version);
  await database.keepShapes();
  return { database, things };
}

async function put(things: OpenDatabase, ...entries: [Key, unknown][]): Promise<void> {
  const transaction = things.transaction(['things'], 'readwrite');
  for (const [key, value] of entries) transaction.objectStore('things').put(value, key);
  await completed(transaction);
}

async function all(things: OpenDatabase, name = 'things'): Promise<[Key, unknown][]> {
  const store = things.transaction([name], 'readonly').objectStore(name);
  const [keys, values] = [await promised(store.getAllKeys()), await promised(store.getAll())];
  return keys.map((key, index) => [key, values[index]]);
}

const bytes = new Uint8Array([1, 2, 3]);

it('gives back in another process what was put, with its indexes', async () => {
  const store = new MemoryStore();
  const { things } = await begin(store);
  await put(things, ['a', { kind: 'x', bytes }], [['b', 1], 'text'], [bytes, [1, { two: new Date(3) }]]);
  const again = await begin(store);
  expect(await all(again.things)).toEqual(await all(things));
  const index = again.things.transaction(['things'], 'readonly').objectStore('things').index('by kind');
  expect(index).toMatchObject({ keyPath: 'kind', unique: false, multiEntry: false });
});

it('has written when a transaction is complete, and all of it or nothing', async () => {
  const store = new MemoryStore();
  const { things } = await begin(store);
  const transaction = things.transaction(['things'], 'readwrite');
  transaction.objectStore('things').put('one', 1);
  const before = store.records.size;
  const done = completed(transaction).then(() => store.records.size);
  expect(store.records.size).toBe(before);
  expect(await done).toBe(before + 1);
  const aborted = things.transaction(['things'], 'readwrite') as ReturnType<OpenDatabase['transaction']> & {
    abort(): void;
  };
  aborted.objectStore('things').put('two', 2);
  aborted.abort();
  await completed(aborted).catch(() => undefined);
  expect(await all((await begin(store)).things)).toEqual([[1, 'one']]);
});

it('forgets what was removed, one by one, by range and all', async () => {
  const store = new MemoryStore();
  const { things } = await begin(store);
  const entries = [1, 2, 3, 4, 5, 6].map((key): [Key, unknown] => [key, { kind: String(key) }]);
  const remaining = async (): Promise<Key[]> => (await all((await begin(store)).things)).map(([key]) => key);
  await put(things, ...entries);
  let transaction = things.transaction(['things'], 'readwrite');
  transaction.objectStore('things').delete(1);
  const { IDBKeyRange } = globalThis as unknown as { IDBKeyRange: { bound(from: Key, to: Key): never } };
  transaction.objectStore('things').delete(IDBKeyRange.bound(3, 4));
  await completed(transaction);
  expect(await remaining()).toEqual([2, 5, 6]);
  transaction = things.transaction(['things'], 'readwrite');
  transaction.objectStore('things').clear();
  transaction.objectStore('things').put('x', 9);
  await completed(transaction);
  expect(await remaining()).toEqual([9]);
});

it('knows what a cursor changes', async () => {
  const store = new MemoryStore();
  const { things } = await begin(store);
  await put(things, ['a', { kind: 'x' }], ['b', { kind: 'y' }]);
  const transaction = things.transaction(['things'], 'readwrite');
  const target = transaction.objectStore('things') as unknown as {
    openCursor(): { result: unknown; onsuccess: unknown };
  };
  const request = target.openCursor();
  request.onsuccess = () => {
    const cursor = request.result as {
      key: Key;
      update(value: unknown): void;
      delete(): void;
      continue(): void;
    } | null;
    if (!cursor) return;
    if (cursor.key === 'a') cursor.update({ kind: 'z' });
    else cursor.delete();
    cursor.continue();
  };
  await completed(transaction);
  expect(await all((await begin(store)).things)).toEqual([['a', { kind: 'z' }]]);
});

it('keeps what is there when the tables change', async () => {
  const store = new MemoryStore();
  await put((await begin(store)).things, ['a', 'one']);
  const newer = await begin(store, 2);
  const transaction = newer.things.transaction(['more'], 'readwrite');
  transaction.objectStore('more').put({ id: 'm' });
  await completed(transaction);
  const again = await begin(store, 2);
  expect([await all(again.things), await all(again.things, 'more')]).toEqual([
    [['a', 'one']],
    [['m', { id: 'm' }]],
  ]);
});

it('says so when something could not be written, and writes nothing more', async () => {
  const store = new MemoryStore();
  const { database, things } = await begin(store);
  const write = store.write.bind(store);
  store.write = () => {
    throw new Error('the disk is full');
  };
  await put(things, ['a', 1]);
  expect(() => database.check()).toThrow();
  store.write = write;
  // A later change without the one before it would be a state that never was.
  await put(things, ['b', 2]);
  expect(await all((await begin(store)).things)).toEqual([]);
});

it('writes nothing into the store of another', async () => {
  const [mine, other] = [new MemoryStore(), new MemoryStore()];
  const { things } = await begin(mine);
  await begin(other);
  const before = other.records.size;
  await put(things, ['a', 1]);
  expect(other.records.size).toBe(before);
});
