/** Clearing: noted, done at the next start before anything else, by both rooms, and gone from the disk. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { Clearing } from './clearing.js';
import { Journal } from '../journal/journal.js';
import { Outbox } from '../journal/outbox.js';
import { answered, delivered, message, temporaryFolder } from '../test-rig.js';

const ID = '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001';
let folder: string;
let journal: Journal;
let starts: number;
let kills: number;
let clearing: Clearing;

const marker = (): string => join(folder, 'clear');
const open = (): void => {
  journal = new Journal(join(folder, 'journal.sqlite'));
  const agent = {
    start: () => {
      starts += 1;
    },
    kill: () => {
      kills += 1;
    },
  };
  clearing = new Clearing(journal, join(folder, 'outgoing'), marker(), agent);
};
const restart = (): void => {
  journal.close();
  open();
  clearing.begin();
};

beforeEach(() => {
  folder = temporaryFolder();
  starts = kills = 0;
  open();
  onTestFinished(() => journal.close());
});

function live(): void {
  const picture = {
    kind: 'image' as const,
    name: 'canary-name',
    type: null,
    size: null,
    reference: 'canary-reference',
  };
  const [row] = delivered(
    journal,
    { ...message('canary-one'), attachments: [picture], quoted: 'canary-quoted' },
    message('canary-two'),
  );
  journal.accept('telegram', [message('canary-three', 'chat', 'chat.99')], 'checkpoint', 'received');
  new Outbox(journal).keepFinal(row!.seq, { text: 'canary-four', choices: [], ending: answered });
  new Outbox(journal).plan(row!.seq, [{ part: 0, body: 'canary-five', key: 'key-1' }]);
  journal.acceptOwn({ key: 'reminder.1', channel: 'telegram', chat: row!.chat, text: 'canary-six' });
  mkdirSync(join(folder, 'outgoing/1'), { recursive: true });
  writeFileSync(join(folder, 'outgoing/1/1'), 'canary-seven');
}

const onDisk = (): string => {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n');
};

it('leaves no word of the journal on the disk, and no message without an outcome', () => {
  live();
  expect(onDisk()).toContain('canary-one');
  clearing.note(ID, false);
  restart();
  expect(onDisk()).not.toContain('canary');
  expect(Object.values(clearing.count()).every((count) => count === 0)).toBe(true);
  expect(journal.counts()).toEqual({ cancelled: 4 });
  // The platform's name of a message stays: it does not come twice.
  expect(journal.accept('telegram', [message('again', 'chat', 'chat.99')], null, 'received')).toEqual([]);
  expect(journal.fact('telegram.checkpoint')).toBe('checkpoint');
});

it('without an order clears nothing, and lets every agent room in', () => {
  live();
  restart();
  clearing.agentAsks(undefined);
  expect(kills).toBe(0);
  expect(onDisk()).toContain('canary-one');
  expect(existsSync(marker())).toBe(false);
});

it('is over when a new agent room has said so, and not before', async () => {
  live();
  clearing.note(ID, true);
  restart();
  expect(JSON.parse(readFileSync(marker(), 'utf8'))).toEqual({ id: ID, files: true });
  const cleared = clearing.cleared(ID);
  let over = false;
  void cleared.then(() => (over = true));
  // One that was up before its order lay there, and one that says what it likes.
  for (const said of [undefined, 'another 1 1'])
    expect(() => clearing.agentAsks(said)).toThrow('clear first');
  expect(kills).toBe(2);
  await expect.poll(() => starts).toBeGreaterThan(0);
  expect(over).toBe(false);
  clearing.agentAsks(`${ID} 7 nonsense`);
  expect(await cleared).toMatchObject({ 'files of the agent room': 7, bytes: 0, 'journal texts': 4 });
  expect(existsSync(marker())).toBe(false);
  // Asked again after a crash of the gateway: the same answer.
  expect(await clearing.cleared(ID)).toMatchObject({ 'journal texts': 4 });
  await expect(clearing.cleared('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002')).rejects.toMatchObject({
    code: 'conflict',
  });
});

it('goes on after a restart in the middle, and counts what went at first', async () => {
  live();
  clearing.note(ID, false);
  restart();
  restart();
  expect(existsSync(marker())).toBe(true);
  clearing.agentAsks(`${ID} 1 10`);
  expect(await clearing.cleared(ID)).toMatchObject({ 'journal texts': 4, bytes: 10 });
  restart();
  expect(existsSync(marker())).toBe(false);
});
