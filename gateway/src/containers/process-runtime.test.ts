/** Containers as child processes: kept up, ended when asked, however they died. */
import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { accountId } from '../../../contracts/ids.js';
import { ProcessRuntime } from './process-runtime.js';

const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
let folder: string;
let runtime: ProcessRuntime;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ara-process-'));
  mkdirSync(join(folder, 'rooms'));
  // A room that says who it is and waits.
  const room = `import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    writeFileSync(${JSON.stringify(join(folder, 'pid'))}, process.pid + ' ' + JSON.stringify([process.argv.slice(2), process.env]));
    setInterval(() => {}, 1000);`;
  writeFileSync(join(folder, 'rooms/bridge.mjs'), room);
  runtime = new ProcessRuntime(join(folder, 'rooms'), folder);
  await runtime.create(account, join(folder, 'doors'));
});
afterEach(async () => {
  await runtime.remove(account);
  rmSync(folder, { recursive: true });
});

const said = (): string => (existsSync(join(folder, 'pid')) ? readFileSync(join(folder, 'pid'), 'utf8') : '');
const pid = (): number => Number(said().split(' ')[0]);
const appears = (): Promise<void> => expect.poll(pid, { interval: 10, timeout: 5_000 }).toBeGreaterThan(0);

it('starts one process a user, with nothing of our environment, and ends it', async () => {
  await Promise.all([runtime.start(account), runtime.start(account)]);
  await appears();
  expect(said()).toContain('--doors');
  expect(said()).toMatch(/,\{\}\]$/);
  expect(await runtime.list()).toEqual([{ account, running: true, current: true }]);
  const running = pid();
  await runtime.stop(account, 5);
  expect(() => process.kill(running, 0)).toThrow('ESRCH');
  expect(await runtime.inspect(account)).toMatchObject({ running: false });
});

it('tells how much memory the rooms take, those that a room has started too', async () => {
  expect(await runtime.memory(account)).toBeNull();
  await runtime.start(account);
  await appears();
  // Two processes of Node: one alone takes some forty megabytes.
  await expect.poll(() => runtime.memory(account)).toBeGreaterThan(60_000_000);
  expect(await runtime.memory(account)).toBeLessThan(500_000_000);
  await runtime.stop(account, 5);
  expect(await runtime.memory(account)).toBeNull();
});

it('brings one that was killed back', async () => {
  await runtime.start(account);
  await appears();
  const first = pid();
  process.kill(first, 'SIGKILL');
  await expect.poll(pid, { interval: 10, timeout: 5_000 }).not.toBe(first);
});

it('does not wait for ever for one that was killed just before', async () => {
  await runtime.start(account);
  await appears();
  const first = pid();
  process.kill(first, 'SIGKILL');
  const dead = (): boolean => {
    try {
      return !process.kill(first, 0);
    } catch {
      return true;
    }
  };
  await expect.poll(dead, { interval: 1 }).toBe(true);
  await runtime.stop(account, 5);
  expect(await runtime.list()).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(pid()).toBe(first);
});
