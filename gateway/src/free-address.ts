/** Looks whether the gateway will be able to listen, before anything is started for it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { SettingsError, type Settings } from '../../config/schema.js';
import { codeOf } from './log.js';

/** @throws SettingsError */
export async function needFreeAddress({ host, port }: Settings['listen']): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port, host), 'listening');
  } catch (error) {
    throw new SettingsError([`listen: ${host}:${port} ${why(codeOf(error))}`]);
  }
  probe.close();
  await once(probe, 'close');
}

function why(code: string): string {
  if (code === 'EADDRINUSE') return 'is in use by another program, or Ara runs already';
  if (code === 'EACCES') return 'is not allowed for this user';
  return `cannot be listened on (${code})`;
}
