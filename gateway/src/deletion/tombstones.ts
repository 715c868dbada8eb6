/**
 * Tombstones: which accounts were deleted, as keyed hashes, so that a restored backup cannot bring one back. The file lies
 * outside of backups, and lines are only ever added to it.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { AccountId } from '../../../contracts/ids.js';
import type { Secrets } from '../secrets.js';
import { subjectOf } from './subject.js';

const tombstone = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), at: z.iso.datetime() });

export class Tombstones {
  private readonly path: string;

  constructor(
    dataDir: string,
    private readonly secrets: Pick<Secrets, 'keyEncryptionKey'>,
  ) {
    this.path = join(dataDir, 'tombstones.jsonl');
  }

  /** On the disk when this returns. Twice is once. */
  add(account: AccountId): void {
    if (this.has(account)) return;
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const line = JSON.stringify({ hash: subjectOf(this.secrets, account), at: new Date().toISOString() });
    const file = openSync(this.path, 'a', 0o600);
    try {
      // A line that a power cut left unfinished ends here, and does not take the next one with it.
      writeSync(file, `${this.endsInLine() ? '' : '\n'}${line}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  has(account: AccountId): boolean {
    const hash = subjectOf(this.secrets, account);
    return this.text()
      .split('\n')
      .some((line) => hashIn(line) === hash);
  }

  private text(): string {
    return existsSync(this.path) ? readFileSync(this.path, 'utf8') : '';
  }

  private endsInLine(): boolean {
    const text = this.text();
    return text === '' || text.endsWith('\n');
  }
}

function hashIn(line: string): string | null {
  try {
    return tombstone.parse(JSON.parse(line)).hash;
  } catch {
    return null;
  }
}
