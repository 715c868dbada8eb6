/**
 * A disk of its own for each user: its size holds, a full one is told to its user in words, and nobody else notices; and what
 * is on it cannot be read from the image.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accountId } from '../../contracts/ids.js';
import { ImageStorage } from '../../gateway/src/containers/image-storage.js';
import { deleteIn } from '../kit/chats/deleting.js';
import { TelegramChat } from '../kit/chats/telegram.js';
import { AGENT, BRIDGE, inside } from '../kit/inside.js';
import { Installation, type User } from '../kit/installation.js';
import { roomPid } from '../kit/parts.js';
import { installed } from './installed.js';

const MEGABYTES = 48;
const setup = installed({
  runtime: 'docker',
  settings: { containers: { storage: 'image', storageMegabytes: MEGABYTES, idleStopSeconds: 600 } },
});
let alice: User;
let bob: User;
beforeAll(async () => {
  [alice, bob] = [await setup.ara.addUser('alice'), await setup.ara.addUser('bob')];
});

const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');
const mountOf = ({ id }: { id: string }): string => join(setup.ara.dataDir, 'volumes', id);

/** As much as fits, and then byte by byte; gives how much that was. */
const fill = (user: User): Promise<number> =>
  inside<number>(
    setup.ara.container(user),
    AGENT,
    `const { openSync, writeSync, mkdirSync } = require('node:fs');
     mkdirSync('/data/agent/workspace', { recursive: true });
     const file = openSync('/data/agent/workspace/fill', 'a');
     let written = 0;
     for (let size = 1 << 20; size >= 1;) {
       try { written += writeSync(file, Buffer.alloc(size)); } catch (error) {
         if (error.code !== 'ENOSPC') throw error;
         size >>= 1;
       }
     }
     return written;`,
  );

const integrity = (user: User): Promise<string> =>
  inside<string>(
    setup.ara.container(user),
    BRIDGE,
    `const { DatabaseSync } = require('node:sqlite');
     const database = new DatabaseSync('/data/bridge/journal.sqlite', { readOnly: true });
     return database.prepare('PRAGMA integrity_check').get().integrity_check;`,
  );

describe('a full disk', () => {
  it('is as large as the settings say, keeps a little for the journal, and disturbs nobody else', async () => {
    expect(await setup.ara.ask(alice, 'before')).toBe('echo: before');
    const written = await fill(alice);
    expect(written).toBeGreaterThan(20_000_000);
    expect(written).toBeLessThan(MEGABYTES * 1_048_576);

    const { telegram } = setup.internet;
    const answer = telegram.waitForMessage(
      alice.bot,
      ({ text }) => text.includes('full?') || text.includes('storage is full'),
      60_000,
    );
    setup.ara.say(alice, 'are you full?');
    expect(await setup.ara.ask(bob, 'and you', 5_000)).toBe('echo: and you');
    expect((await answer).text).toMatch(/^(echo: are you full\?|Your storage is full)/);
    expect(await integrity(alice)).toBe('ok');
  });

  it('does not keep an agent room from starting: it has kept room for that', async () => {
    process.kill((await roomPid(setup.ara, alice, 'agent')) ?? 0, 'SIGKILL');
    expect(await setup.ara.ask(alice, 'still full?', 30_000)).toBe('echo: still full?');
  });

  it('is told in words when nothing helps any more', async () => {
    await fill(alice);
    process.kill((await roomPid(setup.ara, alice, 'agent')) ?? 0, 'SIGKILL');
    const { telegram } = setup.internet;
    const answer = telegram.waitForMessage(
      alice.bot,
      ({ text }) => text.startsWith('Your storage is full'),
      60_000,
    );
    setup.ara.say(alice, 'and now?');
    await answer;
    expect(await integrity(alice)).toBe('ok');
  });

  it('works again as soon as something is deleted, with all that was there before', async () => {
    await inside(
      setup.ara.container(alice),
      AGENT,
      `require('node:fs').rmSync('/data/agent/workspace/fill')`,
    );
    expect(await setup.ara.ask(alice, 'after', 30_000)).toBe('echo: after');
    expect(await integrity(alice)).toBe('ok');
  });

  it('is mounted while its container runs, and comes back with its content', async () => {
    expect(mounts()).toContain(mountOf(alice));
    await setup.ara.api('POST', `/v1/operator/containers/${bob.id}/sleep`);
    await Installation.until(() => !mounts().includes(mountOf(bob)));
    expect(existsSync(join(mountOf(bob), 'encrypted'))).toBe(false);
    await setup.ara.api('POST', `/v1/operator/containers/${bob.id}/wake`);
    expect(await setup.ara.ask(bob, 'again', 20_000)).toBe('echo: again');
  });

  it('is said in the status', async () => {
    const { parts } = await setup.ara.api<{ parts: { part: string; detail: string }[] }>('GET', '/v1/status');
    expect(parts.find(({ part }) => part === 'containers')?.detail).toContain(
      `an image of ${MEGABYTES} MB for each new user, encrypted with a key of theirs`,
    );
  });

  it('holds nothing that can be read from the image, awake or asleep', async () => {
    const secret = `CANARY-${randomBytes(8).toString('hex')}`;
    expect(await setup.ara.ask(bob, secret)).toBe(`echo: ${secret}`);
    const folder = join(mountOf(bob), 'encrypted');
    // The control: it is there, in the clear, for whoever has the key.
    expect(grep(secret, '-r', folder)).toBe(true);
    writeFileSync(join(folder, secret), '');
    execFileSync('sync', ['-f', folder]);
    expect(grep(secret, `${mountOf(bob)}.img`)).toBe(false);
    await setup.ara.api('POST', `/v1/operator/containers/${bob.id}/sleep`);
    await Installation.until(() => !mounts().includes(mountOf(bob)));
    expect(grep(secret, `${mountOf(bob)}.img`)).toBe(false);
    await setup.ara.api('POST', `/v1/operator/containers/${bob.id}/wake`);
    expect(await setup.ara.ask(bob, 'and after that', 20_000)).toBe('echo: and after that');
    expect(existsSync(join(folder, secret))).toBe(true);
  });
});

describe('an account that is deleted', () => {
  it('takes its image along, which the receipt has counted', async () => {
    const carol = await setup.ara.addUser('carol');
    await setup.ara.ask(carol, 'hello');
    const image = `${mountOf(carol)}.img`;
    expect(existsSync(image)).toBe(true);
    const chat = new TelegramChat(setup.internet.telegram, carol);
    const receipt = await deleteIn(setup.ara, chat, 'delete account');
    expect(receipt.verification.places).toContainEqual({ place: 'engine: images', found: 0 });
    expect([existsSync(image), existsSync(mountOf(carol)), mounts().includes(carol.id)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

/** Whether the words are in it. */
function grep(words: string, ...where: string[]): boolean {
  return spawnSync('grep', ['-qaF', '-e', words, ...where]).status === 0;
}

describe('an image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ara-images-'));
  const images = new ImageStorage(folder, 32);
  const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
  const image = join(folder, `${account}.img`);
  const [key, another] = [randomBytes(32), randomBytes(32)];
  const canary = (): string => join(images.data(account), 'CANARY-name');
  const keep = (words: string): void => {
    writeFileSync(canary(), words);
    execFileSync('sync', ['-f', canary()]);
  };
  afterEach(() => images.remove(account));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('works here, and leaves nothing of the trial', async () => {
    expect(await images.whyNot()).toBeNull();
    expect(images.whyPlain).toBeNull();
    expect(execFileSync('ls', ['-A', folder]).toString()).toBe('');
  });

  it('takes no more than its size, and is gone with its content when it is removed', async () => {
    expect(await images.amount(account)).toEqual({ limit: null, used: null });
    await images.make(account);
    await images.mount(account, key);
    await images.mount(account, key);
    keep('CANARY-9d1f');
    const { limit, used } = await images.amount(account);
    expect(used).toBeLessThan(limit!);
    expect(limit).toBeLessThan(32 * 1_048_576);
    await images.unmount(account);
    expect(existsSync(images.data(account))).toBe(false);
    await images.mount(account, key);
    expect(readFileSync(canary(), 'utf8')).toBe('CANARY-9d1f');
    await images.remove(account);
    expect([images.has(account), mounts().includes(folder)]).toEqual([false, false]);
    await images.remove(account);
  });

  it('has neither names nor contents in the clear, and opens with its own key only', async () => {
    await images.make(account);
    await images.mount(account, key);
    keep('CANARY-51ab');
    await images.unmount(account);
    expect(grep('CANARY', image)).toBe(false);
    await expect(images.mount(account, another)).rejects.toThrow('does not open with this key');
    expect(() => readFileSync(canary())).toThrow();
    await images.mount(account, key);
    expect(readFileSync(canary(), 'utf8')).toBe('CANARY-51ab');
    expect(images.isEncrypted(account)).toBe(true);
  });

  it('is locked even while something holds the mount', async () => {
    await images.make(account);
    await images.mount(account, key);
    keep('CANARY-77c0');
    const holder = spawn('sleep', ['60'], { cwd: join(folder, account) });
    try {
      await once(holder, 'spawn');
      await expect(images.unmount(account)).rejects.toThrow();
      expect(existsSync(canary())).toBe(false);
      expect(readdirSync(images.data(account)).join()).not.toContain('CANARY');
    } finally {
      holder.kill();
      await once(holder, 'exit');
    }
  });

  it('is plain where the host cannot encrypt, says why, and stays so', async () => {
    images.whyPlain = 'there is no xfs_io';
    await images.make(account);
    await images.mount(account, key);
    images.whyPlain = null;
    keep('CANARY-3e02');
    await images.unmount(account);
    // The control of what is not found in an encrypted one.
    expect(grep('CANARY-3e02', image)).toBe(true);
    await images.mount(account, key);
    expect(readFileSync(canary(), 'utf8')).toBe('CANARY-3e02');
    expect(images.isEncrypted(account)).toBe(false);
  });
});
