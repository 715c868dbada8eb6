/** A real Postgres for the unit tests of one file: the one that Ara brings along, in a folder of its own. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../gateway/src/embedded/postgres.js';

export interface TestDatabase {
  url: string;
  stop(): Promise<void>;
}

export async function startDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'ara-database-'));
  // As root the server is another user, who must get to its own folder.
  chmodSync(folder, 0o711);
  const { url, stop } = await startPostgres(folder, folder);
  return {
    url,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
