/** Makes sure that one gateway at a time uses a data folder: a second one would stop the first one's database under it. */
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { SettingsError } from '../../config/schema.js';
import { listens } from './embedded/service.js';

/**
 * Holds the folder until this process ends, however it ends: the kernel closes the socket.
 * @throws SettingsError when another gateway holds it
 */
export async function needSoleOwner(socketDir: string): Promise<void> {
  const path = join(socketDir, 'gateway.lock');
  if (await listens(path)) throw new SettingsError(['dataDir: Ara runs already with this folder']);
  rmSync(path, { force: true });
  const holder = createServer((visitor) => visitor.destroy());
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject);
    holder.listen(path, resolve);
  });
  holder.unref();
}
