/** Where things lie on this machine. */
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../config/schema.js';

export const logPath = ({ dataDir }: Settings): string => join(dataDir, 'logs/gateway.log');

/** A short folder for sockets, whose paths may have 107 bytes only; the same at each start of an installation. */
export function runDir({ dataDir }: Settings): string {
  const name = `ara-${createHash('sha256').update(dataDir).digest('hex').slice(0, 8)}`;
  const folder = join(process.getuid?.() === 0 && writable('/run') ? '/run' : tmpdir(), name);
  // Others may pass through to a folder that is theirs (the embedded Postgres runs as a user of its own), not list.
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  return folder;
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
