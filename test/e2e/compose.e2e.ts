/** docker-compose.yml: the same gateway, with Postgres and Redis as containers that have no network, and users' containers on the same engine. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ReceiptBody } from '../../gateway/src/deletion/receipt.js';
import { command } from '../kit/command-line.js';
import { Composed } from '../kit/composed.js';
import { Installation } from '../kit/installation.js';
import { startInternet, type Internet } from '../kit/internet.js';
import type { FakeBot, SentMessage } from '../kit/telegram/telegram.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const OWNER = 4_711;
const MINUTE = 60_000;

let internet: Internet;
let composed: Composed;
let bot: FakeBot;

const ready = async (): Promise<boolean> =>
  fetch(`${composed.address}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

beforeAll(async () => {
  await run('node', [join(root, 'worker-image/build.mjs'), '--gateway', '--bases'], { cwd: root });
  internet = await startInternet();
  composed = new Composed(internet);
  await composed.up();
  await Installation.until(ready, MINUTE);
}, 10 * MINUTE);

afterAll(async () => {
  await removeUserContainers();
  await composed.down();
  await internet.stop();
}, 2 * MINUTE);

describe('docker-compose.yml', () => {
  it('gives databases no network and no published port, and every service a hardened container', async () => {
    for (const service of ['postgres', 'redis', 'gateway']) {
      const { HostConfig } = await composed.inspect(service);
      expect(HostConfig).toMatchObject({ Privileged: false, ReadonlyRootfs: true, CapDrop: ['ALL'] });
      expect(HostConfig['SecurityOpt']).toContain('no-new-privileges:true');
      // What a service prints does not fill the disk.
      expect(HostConfig['LogConfig']).toEqual({
        Type: 'json-file',
        Config: { 'max-size': '10m', 'max-file': '3' },
      });
      if (service !== 'gateway') expect(HostConfig).toMatchObject({ NetworkMode: 'none', PortBindings: {} });
    }
    const { HostConfig } = await composed.inspect('gateway');
    expect(HostConfig['PortBindings']).toEqual({ '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] });
  });

  it('becomes healthy, each service by its own check', async () => {
    for (const service of ['postgres', 'redis', 'gateway']) {
      await Installation.until(
        async () => (await composed.inspect(service)).State.Health?.Status === 'healthy',
        MINUTE,
      );
    }
  });

  it('answers a Telegram message from a container of the user that it started on the same engine', async () => {
    const config = join(composed.folder, 'commands.yaml');
    const operatorTokenFile = join(composed.folder, '.ara/secrets/operator-token');
    writeFileSync(config, stringify({ listen: { port: 8_080 }, secrets: { operatorTokenFile } }));
    bot = internet.telegram.addBot({ username: 'composed_bot' });
    internet.anthropic.keys.add('sk-ant-composed-key');

    expect((await command(config, ['user', 'add', 'carol'])).code).toBe(0);
    expect((await command(config, ['key', 'set', 'anthropic'], 'sk-ant-composed-key\n')).code).toBe(0);
    const linked = await command(config, ['link', 'telegram'], `${bot.token}\n`);
    const code = /\/link (\w+)/.exec(linked.output)?.[1];
    expect(code, linked.output).toBeDefined();

    const { telegram } = internet;
    const welcomed = telegram.waitForMessage(bot, ({ text }) => text.startsWith('Linked'), MINUTE);
    telegram.say(bot, { userId: OWNER, text: `/link ${code}` });
    await welcomed;
    const answered = telegram.waitForMessage(bot, ({ text }) => text === 'echo: hello from afar', MINUTE);
    telegram.say(bot, { userId: OWNER, text: 'hello from afar' });
    await answered;
  });

  it('keeps every secret out of what the engine shows and out of its logs', async () => {
    const names = [
      'database-password',
      'queue-password',
      'key-encryption-key',
      'operator-token',
      'gateway-key',
      'receipt-key',
    ];
    const secrets = names.map((name) =>
      readFileSync(join(composed.folder, '.ara/secrets', name), 'utf8').trim(),
    );
    const shown =
      JSON.stringify(
        await Promise.all(['postgres', 'redis', 'gateway'].map((name) => composed.inspect(name))),
      ) + (await composed.logs());
    expect(shown).toContain('/run/secrets/');
    for (const [at, secret] of secrets.entries()) expect(shown.includes(secret), names[at]).toBe(false);
  });

  it('deletes an account with the roles that the services have here, and finds nothing afterwards', async () => {
    const { telegram } = internet;
    const heard = (fits: (text: string) => boolean): Promise<SentMessage> =>
      telegram.waitForMessage(bot, ({ text }) => fits(text), MINUTE);
    const question = heard((text) => text.includes('/delete confirm'));
    telegram.say(bot, { userId: OWNER, text: '/delete account' });
    const [, code] = /confirm (\d{6})/.exec((await question).text) ?? [];
    const begun = heard((text) => text.startsWith('Confirmed'));
    telegram.say(bot, { userId: OWNER, text: `/delete confirm ${code}` });
    const [, token] = /#([A-Za-z0-9_-]{43})/.exec((await begun).text) ?? [];
    const file = (): Promise<Response> => fetch(`${composed.address}/v1/receipts/${token}/file`);
    await Installation.until(async () => (await file()).ok, MINUTE);
    const { receipt } = (await (await file()).json()) as { receipt: ReceiptBody };
    expect(receipt.verification.found).toBe(0);
    // The roles may do all of it: nothing is left to the servers' own time.
    const left = receipt.notReached.map(({ what }) => what);
    expect(left).toEqual([
      'messages in your chats',
      'what model providers were sent',
      'API keys at their providers',
    ]);
  });
});

async function removeUserContainers(): Promise<void> {
  const docker = new Docker({ socketPath: '/var/run/docker.sock' });
  const headers = { authorization: `Bearer ${composed.operatorToken}` };
  const accounts = await fetch(`${composed.address}/v1/accounts`, { headers })
    .then((answer) => answer.json() as Promise<{ id: string }[]>)
    .catch(() => []);
  for (const { id } of accounts) {
    await docker
      .getContainer(`ara-${id}`)
      .remove({ force: true })
      .catch(() => undefined);
    await docker
      .getVolume(`ara-${id}`)
      .remove()
      .catch(() => undefined);
  }
}
