/**
 * Takes an export in: each file is checked for what it is and where it goes, then all of them against the manifest, and only
 * then does anything count. What is decrypted never touches the disk outside the staging folder.
 */
import { writeFileSync } from 'node:fs';
import {
  EXPORT_FORMAT,
  EXPORT_VERSION,
  manifest,
  type ImportReport,
  type Manifest,
} from '../../../../contracts/archive.js';
import { AraError } from '../../../../contracts/errors.js';
import { readTar, type TarEntry } from '../../../../contracts/tar.js';
import type { Assistant } from '../assistant.js';
import { ConversationDatabase } from '../conversation/database.js';
import { readPreferences } from '../preferences.js';
import { ReminderDatabase } from '../reminders/database.js';
import { decrypted } from './age.js';
import { Arrival, hashed, unknown, wholeText } from './arrival.js';
import { readReminders } from './reminder-list.js';
import { PARTS } from './staging.js';
import { TurnReader } from './turn-lines.js';

/** A full workspace twice over. */
const LIMITS = { files: 60_000, bytes: 1_200_000_000 };
const MOST_SETTINGS = 65_536;
const MOST_REMINDERS = 4_000_000;
const MOST_MANIFEST = 20_000_000;
const TURNS = /^conversations\/turns-\d{5}\.jsonl$/;
/** What is in the archive to read only. */
const TO_READ = /^(README\.txt|usage\.csv|data-flows\.csv|account\.json|conversations\/[\w-]+\.md)$/;

interface Taken {
  bytes: number;
  sha256: string;
}

/** @throws AraError `not-empty`, `wrong-passphrase`, `no-archive`, `bad-archive`, `too-large`, and then nothing has changed */
export const takeImport = (
  assistant: Assistant,
  ticket: string,
  sealed: AsyncIterable<Uint8Array>,
): Promise<ImportReport> =>
  Arrival.take(assistant, async (arrival) => {
    const plain = await decrypted(assistant.door, ticket, sealed);
    const reading = new Reading(arrival);
    try {
      return await reading.all(plain);
    } finally {
      reading.close();
    }
  });

class Reading {
  private readonly conversations: ConversationDatabase;
  private readonly reminderDatabase: ReminderDatabase;
  private readonly turns: TurnReader;
  private readonly taken = new Map<string, Taken>();
  private reminders = 0;
  private manifest: Manifest | null = null;

  constructor(private readonly arrival: Arrival) {
    this.conversations = new ConversationDatabase(arrival.at(PARTS.conversations));
    this.reminderDatabase = new ReminderDatabase(arrival.at(PARTS.reminders));
    this.turns = new TurnReader(this.conversations);
  }

  async all(plain: AsyncIterable<Uint8Array>): Promise<ImportReport> {
    this.conversations.database.exec('BEGIN');
    this.settings('{}');
    for await (const entry of readTar(plain, LIMITS)) await this.take(entry);
    this.conversations.database.exec('COMMIT');
    this.check();
    return {
      conversations: this.turns.conversations,
      turns: this.turns.turns,
      memoryFiles: this.arrival.memoryFiles,
      files: this.arrival.files,
      reminders: this.reminders,
    };
  }

  close(): void {
    this.conversations.close();
    this.reminderDatabase.close();
  }

  private async take(entry: TarEntry): Promise<void> {
    const { name, size } = entry;
    if (this.manifest) throw new AraError('bad-archive', 'something follows the manifest');
    if (this.taken.has(name)) throw new AraError('bad-archive', 'a file comes twice');
    const { bytes, sum } = hashed(entry.bytes);
    if (name === 'manifest.json') {
      this.manifest = readManifest(await wholeText(bytes, MOST_MANIFEST));
      return;
    }
    await this.put(name, bytes);
    this.taken.set(name, { bytes: size, sha256: sum() });
  }

  private async put(name: string, bytes: AsyncIterable<Buffer>): Promise<void> {
    if (TURNS.test(name)) return this.turns.read(bytes);
    if (name.startsWith('memory/')) return this.arrival.takeMemory(name.slice('memory/'.length), bytes);
    if (name.startsWith('files/')) return this.arrival.takeFile(name.slice('files/'.length), bytes);
    if (name === 'settings.json') return this.settings(await wholeText(bytes, MOST_SETTINGS));
    if (name === 'reminders.json') {
      this.reminders = readReminders(this.reminderDatabase, await wholeText(bytes, MOST_REMINDERS));
      return;
    }
    if (!TO_READ.test(name)) throw unknown();
    for await (const _piece of bytes);
  }

  private settings(json: string): void {
    const preferences = readPreferences(json);
    if (!preferences) throw new AraError('bad-archive', 'the settings are not as they should be');
    const text = `${JSON.stringify(preferences, null, 2)}\n`;
    writeFileSync(this.arrival.at(PARTS.preferences), text, { mode: 0o600 });
  }

  /** @throws AraError `bad-archive` unless the manifest names exactly what came, as it came */
  private check(): void {
    if (!this.manifest) throw new AraError('bad-archive', 'it has no manifest');
    const { files } = this.manifest;
    const same = files.every(({ path, bytes, sha256 }) => {
      const file = this.taken.get(path);
      return file?.sha256 === sha256 && file.bytes === bytes;
    });
    if (!same || files.length !== this.taken.size)
      throw new AraError('bad-archive', 'it is not what its manifest says');
  }
}

function readManifest(json: string): Manifest {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    throw new AraError('bad-archive', 'its manifest is not as it should be');
  }
  const { format, version } = (raw ?? {}) as { format?: unknown; version?: unknown };
  if (format === EXPORT_FORMAT && typeof version === 'number' && version > EXPORT_VERSION)
    throw new AraError('bad-archive', 'it was made by a newer Ara');
  const read = manifest.safeParse(raw);
  if (!read.success) throw new AraError('bad-archive', 'its manifest is not as it should be');
  return read.data;
}
