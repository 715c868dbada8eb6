/** At the build of the image: runs both rooms for a moment, so that V8's compiled code of their start stays in the image. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';

/** Run as a room, with this argument, it only reads what the rooms import when they need it: the SDKs of channels and providers. */
if (process.argv[2] === '--chunks') {
  const chunks = readdirSync('/opt/ara/rooms').filter((name) => /^chunk-.*\.mjs$/.test(name));
  for (const chunk of chunks) await import(`/opt/ara/rooms/${chunk}`);
  process.exit(0);
}

/** How long the rooms may run: long enough to have started on a busy machine. */
const PATIENCE = 15_000;

const folder = (path) => {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o777);
  return path;
};
const [doors, data, rooms] = ['/tmp/doors', '/tmp/data', '/tmp/rooms'].map(folder);
folder('/opt/ara/compiled');

/** A gateway that agrees to everything, for an account without channels. */
const hello = {
  account: '00000000-0000-4000-8000-000000000000',
  instance: 'build',
  containerKey: randomBytes(32).toString('base64'),
  gatewayPublicKey: randomBytes(32).toString('base64'),
  settings: { models: [], publicUrl: null },
  extraCa: null,
};
const gateway = createServer((request, response) => {
  request.resume().once('end', () => {
    // A call that waits for news gets none.
    if (request.method === 'GET') return;
    if (request.url !== '/v1/hello') return response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(hello));
  });
});
await new Promise((resolve) => gateway.listen(`${doors}/gateway.sock`, resolve));
chmodSync(`${doors}/gateway.sock`, 0o777);

/** The same command as in the container: V8 refuses code that was compiled under other flags. */
function start(id, heap, ...command) {
  const room = spawn('/opt/ara/init/room', [id, heap, ...command], { stdio: 'inherit' });
  return { room, ended: new Promise((resolve) => room.once('exit', (code) => resolve(code))) };
}
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const bridgeFlags = ['--doors', doors, '--data', folder(`${data}/bridge`), '--rooms', `${rooms}/rooms.sock`];
const agentFlags = ['--door', `${rooms}/rooms.sock`, '--data', folder(`${data}/agent`)];
const bridge = start('10001', '128', '/opt/ara/rooms/bridge.mjs', ...bridgeFlags);
const agent = start('10002', '224', '/opt/ara/rooms/agent.mjs', ...agentFlags);
for (const end = Date.now() + PATIENCE; !existsSync(`${doors}/worker.sock`) && Date.now() < end;)
  await sleep(50);
const started = existsSync(`${doors}/worker.sock`);
await sleep(1_500);
for (const { room } of [bridge, agent]) room.kill('SIGTERM');
const codes = await Promise.race([Promise.all([bridge.ended, agent.ended]), sleep(PATIENCE)]);
await start('10001', '128', '/warm.mjs', '--chunks').ended;
await start('10002', '224', '/warm.mjs', '--chunks').ended;
console.log(
  `rooms: ${started ? 'started' : 'the bridge room did not start'}, ended with ${codes ?? 'a kill'}`,
);
// The image is whole without it, only slower to start; a room that cannot start shows itself in the tests.
process.exit(0);
