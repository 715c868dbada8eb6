/**
 * Gives the crypto machine the IndexedDB that it wants: in memory, and each transaction written to the bridge's store
 * before the machine hears that it is complete. What it was told is kept is therefore on the disk.
 */
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import {
  completed,
  indexedDB,
  installIndexedDb,
  promised,
  type Key,
  type KeyPath,
  type OpenDatabase,
  type Transaction,
} from './indexeddb.js';
import type { BridgeStore } from '../../bridge.js';
import { WASM_RECORDS } from './machine.js';
import { watchTransactions, type Change } from './transactions.js';

/** What a database looks like, without what is in it. */
interface Shape {
  version: number;
  stores: {
    name: string;
    keyPath: KeyPath;
    autoIncrement: boolean;
    indexes: { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }[];
  }[];
}

interface StoredRecord {
  key: Key;
  value: unknown;
}

let opened = 0;

export class Database {
  /** What the machine calls its store. Each opening has a name of its own, so that one left open disturbs no other. */
  readonly name = `ara-${++opened}`;
  /** What went wrong with writing: from then on nothing that the machine says is kept. */
  private failure: unknown = null;
  private unwatch: (() => void) | null = null;

  private constructor(private readonly store: BridgeStore) {}

  /** With all that was kept. */
  static async open(store: BridgeStore): Promise<Database> {
    installIndexedDb();
    const database = new Database(store);
    for (const [name, shape] of store.list(`${WASM_RECORDS}/shape/`)) {
      await database.restore(name.slice(`${WASM_RECORDS}/shape/`.length), deserialize(shape) as Shape);
    }
    database.unwatch = watchTransactions((database_, changes) => database.keep(database_, changes));
    return database;
  }

  /** Writes everything anew where the machine has built or rebuilt its tables. To be called when it has opened them. */
  async keepShapes(): Promise<void> {
    for (const { name } of await indexedDB.databases()) {
      if (name?.startsWith(this.name)) await this.keepShape(name);
    }
    this.check();
  }

  /** @throws what went wrong when something could not be kept */
  check(): void {
    if (this.failure !== null)
      throw new Error('the crypto store could not be written', { cause: this.failure });
  }

  async close(): Promise<void> {
    this.unwatch?.();
    this.unwatch = null;
    for (const { name } of await indexedDB.databases()) {
      if (name?.startsWith(this.name)) indexedDB.deleteDatabase(name);
    }
  }

  /** What the machine appends to the name it was given. */
  private suffixOf(name: string): string {
    return name.slice(this.name.length);
  }

  private keep(database: string, changes: readonly Change[]): void {
    // Before the shape is kept, its records could not be read again.
    const isOurs =
      database.startsWith(this.name) && this.store.get(shapeName(this.suffixOf(database))) !== null;
    if (!isOurs || this.failure !== null) return;
    try {
      this.store.write(changes.flatMap((change) => this.writesOf(this.suffixOf(database), change)));
    } catch (error) {
      this.failure = error;
    }
  }

  private writesOf(suffix: string, change: Change): [string, Uint8Array | null][] {
    const prefix = recordPrefix(suffix, change.store);
    if (change.kind === 'put') {
      const record = serialize({ key: change.key, value: deserialize(change.value) as unknown });
      return [[recordName(prefix, change.key), record]];
    }
    if (change.kind === 'delete') return [[recordName(prefix, change.key), null]];
    // Removals of many are rare; each name has to be known.
    return this.store.list(prefix).flatMap(([name, bytes]) => {
      const { key } = deserialize(bytes) as StoredRecord;
      return change.range === null || change.range.includes(key) ? [[name, null] as [string, null]] : [];
    });
  }

  private async keepShape(name: string): Promise<void> {
    const suffix = this.suffixOf(name);
    const database = await promised(indexedDB.open(name));
    const shape = serialize(shapeOf(database));
    const kept = this.store.get(shapeName(suffix));
    if (kept === null || !Buffer.from(kept).equals(shape)) {
      const old = this.store.list(`${WASM_RECORDS}/data/${encodeURIComponent(suffix)}/`);
      const writes: [string, Uint8Array | null][] = old.map(([record]) => [record, null]);
      writes.push(...(await recordsOf(database, suffix)), [shapeName(suffix), shape]);
      this.store.write(new Map(writes));
    }
    database.close();
  }

  private async restore(encoded: string, shape: Shape): Promise<void> {
    const suffix = decodeURIComponent(encoded);
    const opening = indexedDB.open(this.name + suffix, shape.version);
    opening.onupgradeneeded = () => build(opening.result, shape);
    const database = await promised(opening);
    for (const { name } of shape.stores) {
      const transaction = database.transaction([name], 'readwrite');
      const target = transaction.objectStore(name);
      for (const [, bytes] of this.store.list(recordPrefix(suffix, name))) {
        const { key, value } = deserialize(bytes) as StoredRecord;
        if (target.keyPath === null) target.put(value, key);
        else target.put(value);
      }
      await completed(transaction);
    }
    database.close();
  }
}

const shapeName = (suffix: string): string => `${WASM_RECORDS}/shape/${encodeURIComponent(suffix)}`;
const recordPrefix = (suffix: string, store: string): string =>
  `${WASM_RECORDS}/data/${encodeURIComponent(suffix)}/${encodeURIComponent(store)}/`;
const recordName = (prefix: string, key: Key): string =>
  prefix + createHash('sha256').update(serialize(key)).digest('base64url');

async function recordsOf(database: OpenDatabase, suffix: string): Promise<[string, Uint8Array][]> {
  const records: [string, Uint8Array][] = [];
  for (const name of database.objectStoreNames) {
    const source = database.transaction([name], 'readonly').objectStore(name);
    const [keys, values] = await Promise.all([promised(source.getAllKeys()), promised(source.getAll())]);
    for (const [index, key] of keys.entries()) {
      const value: unknown = values[index];
      records.push([recordName(recordPrefix(suffix, name), key), serialize({ key, value })]);
    }
  }
  return records;
}

function shapeOf(database: OpenDatabase): Shape {
  const names = [...database.objectStoreNames];
  const transaction = names.length > 0 ? database.transaction(names, 'readonly') : null;
  const stores = names.map((name) => {
    const { keyPath, autoIncrement, indexNames, ...store } = viewOf(transaction, name);
    const indexes = [...indexNames].map((index) => {
      const { name: indexName, keyPath: path, unique, multiEntry } = store.index(index);
      return { name: indexName, keyPath: path, unique, multiEntry };
    });
    return { name, keyPath, autoIncrement, indexes };
  });
  return { version: database.version, stores };
}

function viewOf(transaction: Transaction | null, name: string) {
  const store = transaction?.objectStore(name);
  if (!store) throw new TypeError('no such store');
  const { keyPath, autoIncrement, indexNames } = store;
  return { keyPath, autoIncrement, indexNames, index: (index: string) => store.index(index) };
}

function build(database: OpenDatabase, shape: Shape): void {
  for (const { name, keyPath, autoIncrement, indexes } of shape.stores) {
    const store = database.createObjectStore(name, { keyPath, autoIncrement });
    for (const { name: index, keyPath: path, unique, multiEntry } of indexes) {
      store.createIndex(index, path, { unique, multiEntry });
    }
  }
}
