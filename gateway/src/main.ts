/** The gateway's entry: settings, secrets, what it brings along, the server; then waits for the signal to stop. */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { loadSettings, SettingsError, type Settings } from '../../config/schema.js';
import { chooseRuntime } from './containers/choose-runtime.js';
import { startEmbedded, type Embedded } from './embedded/embedded.js';
import { needFreeAddress } from './free-address.js';
import { codeOf, log, openLog } from './log.js';
import { logPath, runDir } from './paths.js';
import { progress } from './progress.js';
import { loadSecrets, type Secrets } from './secrets.js';
import { needSoleOwner } from './sole-owner.js';

const root = resolve(import.meta.dirname, '../../..');

async function main(): Promise<void> {
  const asked = loadSettings(root);
  const secrets = loadSecrets(asked);
  openLog(logPath(asked), asked.log);
  const folder = runDir(asked);
  await needFreeAddress(asked.listen);
  await needSoleOwner(folder);
  const starting = startEmbedded(asked, folder);
  try {
    await serve(asked, secrets, starting);
  } catch (error) {
    // A start that fails leaves nothing running.
    await starting.then(
      (embedded) => embedded.stop(),
      () => undefined,
    );
    throw error;
  }
}

/** Runs until it is told to stop. */
async function serve(asked: Settings, secrets: Secrets, starting: Promise<Embedded>): Promise<void> {
  // The server's code is read while the database and the queue start.
  const [embedded, choice, { startGateway }] = await Promise.all([
    starting,
    chooseRuntime(asked, root),
    import('./http-server.js'),
  ]);
  for (const { part, description } of embedded.services) progress.done(part, description);
  const { containers } = embedded.settings;
  const settings = {
    ...embedded.settings,
    containers: { ...containers, doorsDir: containers.doorsDir ?? join(runDir(asked), 'doors') },
  };
  if (choice.warning) progress.loud(choice.warning);
  else progress.done('containers', 'Docker engine');
  const gateway = await startGateway(settings, secrets, randomUUID(), choice.runtime);
  progress.done('gateway', `ready in ${Math.round(performance.now())} ms`);
  progress.address(gateway.address, gateway.joinAddress);
  log.info('ready', { milliseconds: Math.round(performance.now()) });

  await new Promise<void>((done) => {
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
  progress.stopping();
  await gateway.stop(settings.mode === 'embedded');
  await embedded.stop();
  log.info('stopped');
  log.flush();
  progress.stopped();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    // At the start there is no content and no user yet: what an error says is for the operator.
    const why = error instanceof Error ? error.message : codeOf(error);
    progress.failed(error instanceof SettingsError ? why : `Ara could not start: ${why}`);
    log.error('start failed', { code: codeOf(error) });
    process.exit(1);
  },
);
