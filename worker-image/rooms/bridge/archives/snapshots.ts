/**
 * Snapshots of the whole container, sealed here, so that nobody outside it reads one. The journal comes first and the agent
 * room's part after it: a turn that ends in between is open in the one and known in the other, and is recognised when it
 * comes again; the other way round it would be missing.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { readBody } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { openStream, sealStream } from '../../../../contracts/sealed-stream.js';
import {
  SNAPSHOT_LIMITS,
  SNAPSHOT_MANIFEST,
  snapshotBinding,
  snapshotManifest,
  type SnapshotReport,
} from '../../../../contracts/snapshot.js';
import { readTar, TAR_END, tarPieces, type TarEntry, type TarSource } from '../../../../contracts/tar.js';
import type { ContentPass } from '../content-pass.js';
import type { Journal } from '../journal/journal.js';
import {
  beginArrival,
  bridgeFiles,
  commitArrival,
  dropArrival,
  hasPlace,
  isEmpty,
  leftOutOf,
} from './snapshot-files.js';

const KEY_KEPT = 10 * 60_000;
const MOST_REFUSAL = 4_096;
const MOST_MANIFEST = 20_000_000;
const URL = '/v1/content/snapshot';

export interface SnapshotParts {
  account: AccountId;
  /** The bridge room's own. */
  folder: string;
  journal: Journal;
  content: Pick<ContentPass, 'ask'>;
}

export class Snapshots {
  private key: Buffer | null = null;
  private timer: NodeJS.Timeout | undefined;
  private busy = false;

  constructor(private readonly parts: SnapshotParts) {}

  setKey(key: Buffer): void {
    this.key = key;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.key = null), KEY_KEPT).unref();
  }

  /** Sealed bytes, for whoever reads them to their end. @throws AraError `conflict` while another runs, `forged` without a key */
  async *make(): AsyncGenerator<Uint8Array> {
    const key = this.begin();
    const entries = new PassThrough();
    try {
      const filling = this.fill(entries).catch((error: unknown) => void entries.destroy(asError(error)));
      yield* sealStream(key, snapshotBinding(this.parts.account), entries);
      await filling;
    } finally {
      entries.destroy();
      this.busy = false;
    }
  }

  /** @throws AraError `forged`, `bad-archive`, `not-empty`; nothing has changed then */
  async take(sealed: AsyncIterable<Uint8Array>, apply: boolean): Promise<SnapshotReport> {
    const { account, folder, journal } = this.parts;
    const key = this.begin();
    try {
      if (apply && !isEmpty(folder, journal)) throw new AraError('not-empty');
      const plain = openStream(key, snapshotBinding(account), sealed);
      return await (apply ? this.apply(plain) : new Reading(new Nowhere()).all(plain));
    } finally {
      dropArrival(folder);
      this.busy = false;
    }
  }

  private begin(): Buffer {
    if (this.busy) throw new AraError('conflict', 'a snapshot is being made or read');
    if (!this.key) throw new AraError('forged', 'no key was given');
    this.busy = true;
    return this.key;
  }

  private async fill(into: PassThrough): Promise<void> {
    const { folder, journal, content } = this.parts;
    const files: Record<string, string> = {};
    const add = async (file: TarSource): Promise<void> => {
      const hash = createHash('sha256');
      for await (const piece of tarPieces(file, (bytes) => hash.update(bytes))) await write(into, piece);
      files[file.name] = hash.digest('hex');
    };
    for (const file of bridgeFiles(folder, journal)) await add(file);
    await content.ask({ method: 'GET', url: URL }, async (answer) => {
      await needGood(answer);
      for await (const entry of readTar(answer, SNAPSHOT_LIMITS))
        await add({ ...entry, name: `agent/${entry.name}` });
    });
    const manifest = { version: 1, files, leftOut: leftOutOf(folder) } as const;
    const bytes = Buffer.from(JSON.stringify(manifest));
    await add({ name: SNAPSHOT_MANIFEST, size: bytes.length, modified: Date.now(), bytes: [bytes] });
    await write(into, TAR_END);
    into.end();
  }

  private async apply(plain: AsyncIterable<Uint8Array>): Promise<SnapshotReport> {
    const { folder, content } = this.parts;
    const forAgent = new PassThrough();
    const taken = content.ask({ method: 'PUT', url: URL, body: forAgent }, needGood);
    // Heard below; until then it is nobody's.
    taken.catch(() => forAgent.resume());
    try {
      const report = await new Reading(new Places(beginArrival(folder), forAgent)).all(plain);
      // Only now has the agent room the whole of its part, and lets it count.
      await write(forAgent, TAR_END);
      forAgent.end();
      await taken;
      commitArrival(folder);
      return report;
    } catch (error) {
      forAgent.destroy(asError(error));
      await taken.catch(() => undefined);
      throw error;
    }
  }
}

/** Where the files of a snapshot go. */
interface Sink {
  bridge(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  agent(file: TarSource): Promise<void>;
}

class Nowhere implements Sink {
  async bridge(_path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const _piece of bytes);
  }

  async agent({ bytes }: TarSource): Promise<void> {
    for await (const _piece of bytes);
  }
}

class Places implements Sink {
  constructor(
    private readonly folder: string,
    private readonly forAgent: PassThrough,
  ) {}

  async bridge(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await open(join(this.folder, path), 'wx', 0o600);
    try {
      for await (const piece of bytes) await file.write(piece);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async agent(file: TarSource): Promise<void> {
    for await (const piece of tarPieces(file)) await write(this.forAgent, piece);
  }
}

class Reading {
  private readonly sums: Record<string, string> = {};
  private bytes = 0;

  constructor(private readonly sink: Sink) {}

  /** @throws AraError `bad-archive` unless the manifest names exactly what came, as it came */
  async all(plain: AsyncIterable<Uint8Array>): Promise<SnapshotReport> {
    let manifest: string | null = null;
    for await (const entry of readTar(plain, SNAPSHOT_LIMITS)) {
      if (manifest !== null || Object.hasOwn(this.sums, entry.name)) throw bad();
      if (entry.name === SNAPSHOT_MANIFEST) manifest = await text(entry);
      else await this.take(entry);
    }
    const { files, leftOut } = parsed(manifest);
    const names = Object.keys(this.sums);
    if (names.length !== Object.keys(files).length || names.some((name) => files[name] !== this.sums[name]))
      throw bad();
    return { files: names.length, bytes: this.bytes, leftOut };
  }

  private async take(entry: TarEntry): Promise<void> {
    const hash = createHash('sha256');
    const bytes = (async function* () {
      for await (const piece of entry.bytes) {
        hash.update(piece);
        yield piece;
      }
    })();
    const [room, ...rest] = entry.name.split('/');
    const path = rest.join('/');
    if (room === 'bridge' && hasPlace(path)) await this.sink.bridge(path, bytes);
    else if (room === 'agent') await this.sink.agent({ ...entry, name: path, bytes });
    else throw bad();
    this.sums[entry.name] = hash.digest('hex');
    this.bytes += entry.size;
  }
}

function parsed(json: string | null) {
  try {
    return snapshotManifest.parse(JSON.parse(json ?? ''));
  } catch {
    throw bad();
  }
}

async function text({ size, bytes }: TarEntry): Promise<string> {
  if (size > MOST_MANIFEST) throw bad();
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}

/** @throws AraError as the agent room said */
async function needGood(answer: IncomingMessage): Promise<void> {
  if ((answer.statusCode ?? 500) < 400) return;
  const said = await readBody(answer, MOST_REFUSAL).catch(() => Buffer.alloc(0));
  let body: unknown;
  try {
    body = JSON.parse(said.toString('utf8'));
  } catch {
    body = undefined;
  }
  throw AraError.from(body, 'container-unavailable');
}

async function write(into: PassThrough, piece: Uint8Array): Promise<void> {
  if (into.destroyed) throw new AraError('container-unavailable');
  if (!into.write(piece)) await Promise.race([once(into, 'drain'), once(into, 'close')]);
}

const bad = (): AraError => new AraError('bad-archive', 'it is not what its manifest says');
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('it broke off'));
