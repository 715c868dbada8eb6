/** Notices what each transaction changes, and tells it when the transaction is complete, before anybody else hears of that. */
import { serialize } from 'node:v8';
import {
  IDBCursor,
  IDBDatabase,
  IDBKeyRange,
  IDBObjectStore,
  type Cursor,
  type Key,
  type KeyRange,
  type ObjectStore,
  type Request,
  type Transaction,
} from './indexeddb.js';

export type Change =
  | { kind: 'put'; store: string; key: Key; value: Buffer }
  | { kind: 'delete'; store: string; key: Key }
  /** All of a range; null is all there is. */
  | { kind: 'remove'; store: string; range: KeyRange | null };

type Watcher = (database: string, changes: readonly Change[]) => void;

const watchers = new Set<Watcher>();
/** A change of a record that gets its key only when it is made is known only then. */
const pending = new WeakMap<Transaction, (() => Change)[]>();

/** @returns what ends it */
export function watchTransactions(watcher: Watcher): () => void {
  patch();
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

let isPatched = false;

/** IndexedDB itself tells nobody what was changed. */
function patch(): void {
  if (isPatched) return;
  isPatched = true;
  replace(IDBDatabase.prototype, 'transaction', (original) => (stores, mode) => {
    const transaction = original(stores, mode);
    // The first listener is the first to be called.
    if (mode === 'readwrite') transaction.addEventListener('complete', () => tell(transaction));
    return transaction;
  });
  const store = IDBObjectStore.prototype;
  for (const name of ['put', 'add'] as const) {
    replace(store, name, (original, self) => (value, key) => {
      const bytes = serialize(value);
      return notedPut(self, bytes, key === undefined ? original(value) : original(value, key));
    });
  }
  replace(store, 'delete', (original, self) => (query) => {
    const request = original(query);
    const isRange = query instanceof IDBKeyRange;
    note(self, () =>
      isRange
        ? { kind: 'remove', store: self.name, range: query }
        : { kind: 'delete', store: self.name, key: query },
    );
    return request;
  });
  replace(store, 'clear', (original, self) => () => {
    const request = original();
    note(self, () => ({ kind: 'remove', store: self.name, range: null }));
    return request;
  });
  replace(
    IDBCursor.prototype,
    'update',
    (original, self) => (value) => notedPut(storeOf(self), serialize(value), original(value)),
  );
  replace(IDBCursor.prototype, 'delete', (original, self) => () => {
    const [store, key] = [storeOf(self), self.primaryKey];
    const request = original();
    note(store, () => ({ kind: 'delete', store: store.name, key }));
    return request;
  });
}

function notedPut(store: ObjectStore, value: Buffer, request: Request<Key>): Request<Key> {
  note(store, () => ({ kind: 'put', store: store.name, key: request.result, value }));
  return request;
}

function note({ transaction }: ObjectStore, change: () => Change): void {
  const noted = pending.get(transaction);
  if (noted) noted.push(change);
  else pending.set(transaction, [change]);
}

function tell(transaction: Transaction): void {
  const changes = (pending.get(transaction) ?? []).map((change) => change());
  pending.delete(transaction);
  if (changes.length > 0) for (const watcher of watchers) watcher(transaction.db.name, changes);
}

const storeOf = ({ source }: Cursor): ObjectStore => ('objectStore' in source ? source.objectStore : source);

/** Puts another method in the place of one, with the one at hand. */
function replace<Class extends object, Name extends keyof Class>(
  prototype: Class,
  name: Name,
  make: (original: Class[Name], self: Class) => Class[Name],
): void {
  const original = prototype[name] as (...values: unknown[]) => unknown;
  Reflect.set(prototype, name, function (this: Class, ...values: unknown[]) {
    const bound = (...given: unknown[]): unknown => original.apply(this, given);
    return (make(bound as Class[Name], this) as (...given: unknown[]) => unknown)(...values);
  });
}
