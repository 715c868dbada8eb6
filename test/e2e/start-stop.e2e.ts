/** Starting, stopping, crashing and starting again, and the operator's commands: the whole life of an installation. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from '../kit/command-line.js';
import { Installation, type User } from '../kit/installation.js';
import { watched } from '../kit/watched.js';
import { installed } from './installed.js';

const root = resolve(import.meta.dirname, '../..');
const setup = installed({ runtime: 'docker' });
const KEY = 'sk-ant-start-stop-0123456789';
const commands = (words: string[], typed = ''): ReturnType<typeof command> =>
  command(setup.ara.configFile, words, typed);

let alice: User;

describe('the commands', () => {
  it('make a user, take a key, link a bot, and show all of it', async () => {
    const { telegram, anthropic } = setup.internet;
    anthropic.keys.add(KEY);
    expect((await commands(['user', 'list'])).output).toBe('There is no user yet.\n');
    expect(await commands(['user', 'add', 'alice'])).toMatchObject({ code: 0, errors: '' });
    const key = await commands(['key', 'set', 'anthropic'], `${KEY}\n`);
    expect(key).toMatchObject({
      code: 0,
      output: 'Stored, encrypted for alice. Next: `npm run ara -- link telegram`.\n',
    });
    const bot = telegram.addBot({ username: 'alice_bot' });
    const linked = await commands(['link', 'telegram'], `${bot.token}\n`);
    expect(linked.errors).toBe('');
    expect(linked.output).toContain('Open @alice_bot in Telegram and send, within 10 minutes:');
    const code = /\/link (\w+)/.exec(linked.output)?.[1];
    const [account] = await setup.ara.api<{ id: string }[]>('GET', '/v1/accounts');
    alice = { id: account?.id ?? '', name: 'alice', bot, owner: 77 };
    setup.ara.say(alice, `/link ${code}`);
    await telegram.waitForMessage(bot, ({ text }) => text.startsWith('Linked'));
    expect(await setup.ara.ask(alice, 'set up?')).toBe('echo: set up?');
    const { output } = await commands(['status']);
    for (const words of [
      '✓ database',
      '✓ queue',
      '✓ containers  docker: 1 running',
      'alice',
      'key         anthropic …6789',
    ]) {
      expect(output).toContain(words);
    }
    expect(output).toMatch(/telegram +connected/);
    expect((await commands(['logs', '--lines', '5'])).output.trim().split('\n')).toHaveLength(5);
  });

  it.each([
    [
      'a key among the arguments',
      ['key', 'set', 'anthropic', 'sk-ant-in-the-history'],
      2,
      /Leave the key out of the command/,
    ],
    ['a token among the arguments', ['link', 'telegram', '123:AAA'], 2, /Leave the token out of the command/],
    ['a provider that there is not', ['key', 'set', 'skynet'], 2, /anthropic, openai/],
    ['a channel that there is not', ['link', 'irc'], 2, /Which channel\? \(telegram/],
    [
      'a user that there is not',
      ['key', 'set', 'anthropic', '--user', 'nobody'],
      2,
      /There is no user named nobody\./,
    ],
    ['an option that there is not', ['status', '--verbose'], 1, /verbose/],
    ['a name twice', ['user', 'add', 'alice'], 1, /It exists already\./],
    ['no key', ['key', 'set', 'anthropic'], 2, /Nothing was given; nothing was changed\./],
  ])('refuse %s and say why', async (_name, words, code, why) => {
    const ended = await commands(words);
    expect(ended.errors).toMatch(why);
    expect(ended.code).toBe(code);
    expect(ended.errors).not.toContain('sk-ant-in-the-history');
  });

  it('refuse what is no token before it leaves the machine', async () => {
    const ended = await commands(['link', 'telegram'], 'not a token\n');
    expect(ended).toMatchObject({ code: 2, output: '' });
    expect(ended.errors).toContain('This is not a bot token.');
  });
});

describe('a running installation', () => {
  it('is not started twice: the second says so and disturbs nothing', async () => {
    const { pid: before } = redis();
    const second = new Installation(setup.internet, { runtime: 'docker' });
    writeFileSync(second.configFile, readFileSync(setup.ara.configFile));
    const failed = await second.start('as it lies').catch((error: unknown) => String(error));
    expect(failed).toContain('ended with 1');
    expect(failed).toContain(
      `listen: 127.0.0.1:${setup.ara.port} is in use by another program, or Ara runs already`,
    );
    expect(redis().pid).toBe(before);
    expect(await setup.ara.ask(alice, 'undisturbed?')).toBe('echo: undisturbed?');
    await second.remove();
  });

  it('killed without warning leaves its parts, and the next start takes them over and answers', async () => {
    const { pid: before } = redis();
    await setup.ara.stop('SIGKILL');
    setup.ara.say(alice, 'said while nobody was there');
    const answered = setup.internet.telegram.waitForMessage(
      alice.bot,
      ({ text }) => text === 'echo: said while nobody was there',
      15_000,
    );
    await setup.ara.start();
    await answered;
    expect(redis().pid).toBe(before);
    expect(await setup.ara.ask(alice, 'after the crash')).toBe('echo: after the crash');
  });

  it('stops with Ctrl-C: no process of it and no container is left, and all is there at the next start', async () => {
    await setup.ara.stop('SIGINT');
    expect(setup.ara.output).toContain('✓ stopped');
    expect(setup.ara.processes()).toEqual([]);
    expect((await setup.ara.container(alice).inspect()).State.Running).toBe(false);
    expect((await commands(['status'])).errors).toContain('Ara is not running. Start it in another terminal');
    const took = await setup.ara.start();
    console.log(`  second start: ${Math.round(took)} ms`);
    expect(await setup.ara.ask(alice, 'still me?')).toBe('echo: still me?');
    const { body } = setup.internet.anthropic.requests.at(-1)!;
    expect(JSON.stringify(body.messages)).toContain('after the crash');
    await expect
      .poll(async () => (await setup.ara.status(alice.id)).container.messages)
      .toEqual({ answered: 5 });
  });

  it('keeps its secrets to itself, and its log is free of tokens, keys and words', () => {
    for (const name of ['key-encryption-key', 'operator-token', 'gateway-key', 'receipt-key']) {
      expect(statSync(join(setup.ara.dataDir, 'secrets', name)).mode & 0o777).toBe(0o600);
    }
    const log = readFileSync(join(setup.ara.dataDir, 'logs/gateway.log'), 'utf8');
    expect(statSync(join(setup.ara.dataDir, 'logs/gateway.log')).mode & 0o077).toBe(0);
    expect(log).toContain(`"account":"${alice.id}"`);
    const names = ['operator-token', 'key-encryption-key', 'gateway-key', 'receipt-key'];
    const secrets = names
      .map((name) => `secrets/${name}`)
      .map((name) => readFileSync(join(setup.ara.dataDir, name), 'utf8').trim());
    for (const secret of [...secrets, KEY, alice.bot.token, 'set up?', 'after the crash', 'echo', 'alice'])
      expect(log).not.toContain(secret);
  });
});

describe('a start that cannot be', () => {
  const startWith = async (
    settings: Record<string, Record<string, unknown>>,
  ): Promise<{ said: string; ara: Installation }> => {
    const ara = new Installation(setup.internet, { runtime: 'docker', settings });
    const said = await ara.start().then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    return { said, ara };
  };

  it('names every bad setting at once', async () => {
    const { said, ara } = await startWith({
      containers: { pids: 1, cpus: -1, colour: 'red' },
      log: { level: 'loud' },
      redis: { url: 'redis://elsewhere.example.org' },
    });
    expect(said).toContain('ended with 1');
    for (const name of ['containers.pids', 'containers.cpus', 'colour', 'log.level', 'redis.url'])
      expect(said).toContain(name);
    expect(ara.processes()).toEqual([]);
    await ara.remove();
  });

  it('because its port is taken says so, and leaves nothing running', async () => {
    const taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    const { port } = taken.address() as { port: number };
    const { said, ara } = await startWith({ listen: { port } });
    taken.close();
    expect(said).toContain(`listen: 127.0.0.1:${port} is in use by another program`);
    expect(ara.processes()).toEqual([]);
    await ara.remove();
  });

  it('because another gateway has its data folder says so, and leaves that one as it is', async () => {
    const gateway = watched(join(root, 'node_modules/.bin/node'), [join(root, 'dist/gateway/src/main.js')]);
    const second = spawn(...gateway, {
      env: {
        PATH: process.env['PATH'],
        ARA_CONFIG: setup.ara.configFile,
        ARA_PORT: '1' + String(setup.ara.port).slice(1),
      },
    });
    let said = '';
    second.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(second, 'exit')) as [number];
    expect(said).toContain('dataDir: Ara runs already with this folder');
    expect(code).toBe(1);
    expect((await setup.ara.send('GET', '/health/ready')).status).toBe(200);
  });

  it('because what it shall run containers with is not there says so, and leaves nothing running', async () => {
    const { said, ara } = await startWith({ containers: { image: 'ara-worker:that-there-is-not' } });
    expect(said).toContain('the image ara-worker:that-there-is-not is missing: run `npm run image`');
    expect(ara.processes()).toEqual([]);
    await ara.remove();
  });
});

function redis(): { pid: number } {
  const found = setup.ara.processes().find(({ command: each }) => each.includes('redis.sock'));
  if (!found) throw new Error('there is no Redis');
  return found;
}
