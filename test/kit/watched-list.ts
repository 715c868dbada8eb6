/** A list that tests can wait on: a waiter is woken by the event itself, never by polling. */
interface Waiter<T> {
  predicate: (item: T) => boolean;
  resolve: (item: T) => void;
}

export class WatchedList<T> {
  readonly items: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();

  add(item: T): void {
    this.items.push(item);
    this.changed(item);
  }

  /** To be called when an item that is in the list already has become another. */
  changed(item: T): void {
    for (const waiter of this.#waiters) {
      if (!waiter.predicate(item)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(item);
    }
  }

  /** The first item that fits, of those that are there or else of those to come. `describe` is for the timeout's error. */
  async waitFor(predicate: (item: T) => boolean, timeoutMs: number, describe: () => string): Promise<T> {
    const present = this.items.find(predicate);
    if (present !== undefined) return present;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiter: Waiter<T> = { predicate, resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => {
      reject(new Error(`nothing fitting came within ${timeoutMs} ms\n${describe()}`));
    }, timeoutMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }
}
