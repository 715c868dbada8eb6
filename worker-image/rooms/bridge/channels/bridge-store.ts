/**
 * What the bridges keep on the volume: one SQLite file a link, each record encrypted with the container's key. A record's
 * name holds ids of people and devices, so it is found by a keyed hash and is encrypted as well. What is written is on the
 * disk when `write` returns.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BridgeStore } from '../../../../bridges/bridge.js';
import { AraError } from '../../../../contracts/errors.js';
import type { ChannelKind } from '../../../../contracts/ids.js';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  PRAGMA temp_store = MEMORY;
  CREATE TABLE IF NOT EXISTS records (tag BLOB PRIMARY KEY, name BLOB NOT NULL, value BLOB NOT NULL)
    STRICT, WITHOUT ROWID;
`;

/** Form of an encrypted field: nonce 12, tag 16, ciphertext (AES-256-GCM). */
const NONCE = 12;
const TAG = { authTagLength: 16 };
/** SQLite's name for a database that has no file. */
const NOWHERE = ':memory:';
const HEAD = NONCE + TAG.authTagLength;

/** The store of one link; its file is made with the first use. */
export class SealedStore implements BridgeStore {
  private database: DatabaseSync | null = null;
  /** All that there are, decrypted at the first question: bridges ask with every message, and there are a thousand. */
  private names: Set<string> | null = null;
  private readonly cipherKey: Buffer;
  private readonly tagKey: Buffer;

  constructor(
    private path: string,
    containerKey: Buffer,
    /** Names the link among those that the channel has had. */
    readonly id: string,
    readonly channel: ChannelKind,
  ) {
    this.cipherKey = derived(containerKey, `bridge store, records|${channel}|${id}`);
    this.tagKey = derived(containerKey, `bridge store, names|${channel}|${id}`);
  }

  /** @throws AraError `forged` when the record was not written with this key under this name. */
  get(name: string): Uint8Array | null {
    const row = this.open().prepare('SELECT value FROM records WHERE tag = ?').get(this.tag(name));
    return row ? this.decrypt(row['value'] as Uint8Array, `value|${name}`) : null;
  }

  /** @throws AraError `forged` */
  list(prefix: string): [name: string, value: Uint8Array][] {
    this.names ??= this.allNames();
    return [...this.names]
      .filter((name) => name.startsWith(prefix))
      .sort((one, other) => (one < other ? -1 : 1))
      .flatMap((name): [string, Uint8Array][] => {
        const value = this.get(name);
        return value ? [[name, value]] : [];
      });
  }

  write(given: Iterable<readonly [name: string, value: Uint8Array | null]>): void {
    const database = this.open();
    const changes = [...given];
    database.exec('BEGIN IMMEDIATE');
    try {
      const put = database.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?)');
      const remove = database.prepare('DELETE FROM records WHERE tag = ?');
      for (const [name, value] of changes) {
        const tag = this.tag(name);
        if (value === null) remove.run(tag);
        else
          put.run(
            tag,
            this.encrypt(Buffer.from(name), nameContext(tag)),
            this.encrypt(value, `value|${name}`),
          );
      }
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
    for (const [name, value] of changes) {
      if (value === null) this.names?.delete(name);
      else this.names?.add(name);
    }
  }

  folder(): string {
    if (this.path === NOWHERE) throw new AraError('channel-not-linked');
    const folder = this.path.replace(/\.sqlite$/, '.files');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  close(): void {
    this.database?.close();
    this.database = null;
    this.names = null;
  }

  /** What is written from here on, by whoever still has it, is kept nowhere. */
  retire(): void {
    this.close();
    this.path = NOWHERE;
  }

  private allNames(): Set<string> {
    const rows = this.open().prepare('SELECT tag, name FROM records').all();
    return new Set(
      rows.map(({ tag, name }) =>
        this.decrypt(name as Uint8Array, nameContext(tag as Uint8Array)).toString('utf8'),
      ),
    );
  }

  private open(): DatabaseSync {
    if (!this.database) {
      // SQLite would make it readable by others; its log takes the mode of the file.
      if (this.path !== NOWHERE) closeSync(openSync(this.path, 'a', 0o600));
      this.database = new DatabaseSync(this.path);
      this.database.exec(SCHEMA);
    }
    return this.database;
  }

  private tag(name: string): Buffer {
    return createHmac('sha256', this.tagKey).update(name).digest();
  }

  private encrypt(plain: Uint8Array, context: string): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.cipherKey, nonce, TAG).setAAD(this.bound(context));
    const text = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  private decrypt(sealed: Uint8Array, context: string): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.cipherKey, sealed.subarray(0, NONCE), TAG)
        .setAAD(this.bound(context))
        .setAuthTag(sealed.subarray(NONCE, HEAD));
      return Buffer.concat([decipher.update(sealed.subarray(HEAD)), decipher.final()]);
    } catch {
      throw new AraError('forged', 'a stored record cannot be read with this container key');
    }
  }

  private bound(context: string): Buffer {
    return Buffer.from(`${this.channel}|${this.id}|${context}`);
  }
}

/** The stores of all channels, in a folder of their own. */
export class BridgeStores {
  constructor(
    private readonly folder: string,
    private readonly containerKey: Buffer,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** An empty one, for a channel that is being linked. */
  fresh(channel: ChannelKind): SealedStore {
    return this.of(channel, randomBytes(8).toString('hex'));
  }

  of(channel: ChannelKind, id: string): SealedStore {
    return new SealedStore(join(this.folder, `${channel}.${id}.sqlite`), this.containerKey, id, channel);
  }

  /** What it held is overwritten, and the file is gone. */
  remove(store: SealedStore): void {
    const path = this.filesOf(store).find((name) => name.endsWith('.sqlite'));
    if (path) {
      const database = new DatabaseSync(join(this.folder, path));
      try {
        database.exec(`${SCHEMA} DELETE FROM records; PRAGMA wal_checkpoint(TRUNCATE);`);
      } catch {
        // A broken file goes as it is: what it holds is encrypted.
      } finally {
        database.close();
      }
    }
    store.retire();
    for (const name of this.filesOf(store)) rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  /** Removes what an interrupted linking left behind. */
  keepOnly(stores: readonly SealedStore[]): void {
    const kept = new Set(stores.flatMap((store) => this.filesOf(store)));
    for (const name of readdirSync(this.folder))
      if (!kept.has(name)) rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  private filesOf({ channel, id }: SealedStore): string[] {
    return readdirSync(this.folder).filter((name) => name.startsWith(`${channel}.${id}.`));
  }
}

const nameContext = (tag: Uint8Array): string => `name|${Buffer.from(tag).toString('hex')}`;

const derived = (key: Buffer, use: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', use, 32));
