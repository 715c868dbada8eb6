/** The parts of IndexedDB that are used here, typed: fake-indexeddb borrows its types from browsers, which Node has none of. */
import * as fake from 'fake-indexeddb';

export type Key = number | string | Date | ArrayBuffer | Uint8Array | Key[];
export type KeyPath = string | string[] | null;

export interface KeyRange {
  includes(key: Key): boolean;
}

export interface Request<Result> {
  readonly result: Result;
  readonly error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

export interface OpenRequest extends Request<OpenDatabase> {
  onupgradeneeded: (() => void) | null;
}

export interface Index {
  readonly name: string;
  readonly keyPath: string | string[];
  readonly unique: boolean;
  readonly multiEntry: boolean;
}

export interface ObjectStore {
  readonly name: string;
  readonly keyPath: KeyPath;
  readonly autoIncrement: boolean;
  readonly indexNames: Iterable<string>;
  readonly transaction: Transaction;
  index(name: string): Index;
  createIndex(
    name: string,
    path: string | string[],
    options: { unique: boolean; multiEntry: boolean },
  ): Index;
  getAll(): Request<unknown[]>;
  getAllKeys(): Request<Key[]>;
  put(value: unknown, key?: Key): Request<Key>;
  add(value: unknown, key?: Key): Request<Key>;
  delete(query: Key | KeyRange): Request<undefined>;
  clear(): Request<undefined>;
}

export interface Cursor {
  readonly source: ObjectStore | { readonly objectStore: ObjectStore };
  readonly primaryKey: Key;
  update(value: unknown): Request<Key>;
  delete(): Request<undefined>;
}

export interface Transaction {
  readonly db: OpenDatabase;
  readonly mode: string;
  readonly error: Error | null;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  objectStore(name: string): ObjectStore;
  addEventListener(event: 'complete', listener: () => void): void;
}

export interface OpenDatabase {
  readonly name: string;
  readonly version: number;
  readonly objectStoreNames: Iterable<string>;
  transaction(stores: string[], mode: 'readonly' | 'readwrite'): Transaction;
  createObjectStore(name: string, options: { keyPath: KeyPath; autoIncrement: boolean }): ObjectStore;
  close(): void;
}

interface Factory {
  open(name: string, version?: number): OpenRequest;
  deleteDatabase(name: string): unknown;
  databases(): Promise<{ name?: string }[]>;
}

interface Class<Instance> {
  readonly prototype: Instance;
}

interface IndexedDb {
  readonly indexedDB: Factory;
  readonly IDBCursor: Class<Cursor>;
  readonly IDBDatabase: Class<OpenDatabase>;
  readonly IDBKeyRange: abstract new () => KeyRange;
  readonly IDBObjectStore: Class<ObjectStore>;
}

const library = fake as unknown as IndexedDb;
export const { indexedDB, IDBCursor, IDBDatabase, IDBKeyRange, IDBObjectStore } = library;

/** Puts it where the machine looks for it: it was made for browsers. */
export function installIndexedDb(): void {
  const names = ['Cursor', 'CursorWithValue', 'Database', 'Factory', 'Index', 'KeyRange', 'ObjectStore'];
  const more = ['OpenDBRequest', 'Request', 'Transaction', 'VersionChangeEvent'];
  for (const name of ['indexedDB', ...[...names, ...more].map((name) => `IDB${name}`)]) {
    Reflect.set(globalThis, name, Reflect.get(library, name));
  }
}

export function promised<Result>(request: Request<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

export function completed(transaction: Transaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'));
  });
}
