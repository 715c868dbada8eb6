/** The end of a turn: what is counted, said below, unlinked, and wiped, also when the room dies on the way. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../journal/journal.js';
import { Outbox, type Ending } from '../journal/outbox.js';
import { answered, broken, delivered, DeskRig, lines, message, named, stateOf, text } from '../test-rig.js';

const CANARY = 'CANARY-7f3a';
let rig: DeskRig;

beforeEach(() => {
  rig = new DeskRig();
});

const answer = (id: number, words: string, ending: Partial<Ending> = {}): Promise<boolean> =>
  rig.desk.take(id, lines(text(words), { ...answered, ...ending }));
async function* bytes(content: string): AsyncGenerator<Buffer> {
  yield Buffer.from(content);
}
/** Whether the words are anywhere in the room's folder. */
const canaryOnDisk = (): boolean =>
  readdirSync(rig.folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(rig.folder, name))
    .some((path) => statSync(path).isFile() && readFileSync(path).includes(CANARY));

describe('the outcome', () => {
  it.each(['failed', 'cancelled'] as const)(
    '%s is kept with its reason, and the words go',
    async (outcome) => {
      const [row] = rig.offer('one');
      await answer((await rig.next())!.id, 'Sorry.', { outcome, reason: 'provider-down' });
      await rig.ended(1);
      expect(rig.bridge.seen).toEqual(['<Sorry.>']);
      expect(stateOf(rig.journal, row!.seq)).toMatchObject({
        state: outcome,
        reason: 'provider-down',
        text: '',
      });
      for (const table of ['outbox', 'replies', 'outgoing_files'])
        expect(rig.journal.all(`SELECT * FROM ${table}`)).toEqual([]);
    },
  );

  it('is that of every message of a merged turn, each counted, the tokens once', async () => {
    rig.offer('one', 'two', 'three');
    await answer((await rig.next())!.id, 'all of it');
    await rig.ended(3);
    expect(rig.states()).toEqual(['answered', 'answered', 'answered']);
    expect(
      rig.figures.map(({ outcome, inputTokens, costMicros }) => [outcome, inputTokens, costMicros]),
    ).toEqual([
      ['answered', 3, 70],
      ['answered', 0, 0],
      ['answered', 0, 0],
    ]);
    expect(rig.desk.idle).toBe(true);
  });

  it('comes with its figures or not at all', async () => {
    const [row] = rig.offer('one');
    rig.figures.push = () => {
      throw new Error('disk full');
    };
    await answer((await rig.next())!.id, 'x');
    await expect.poll(() => rig.bridge.seen, { interval: 2 }).toEqual(['<x>']);
    expect(stateOf(rig.journal, row!.seq)?.state).toBe('delivered');
    expect(new Outbox(rig.journal).final(row!.seq)?.text).toBe('x');
  });

  it('of a turn that could not be kept is none: it comes again', async () => {
    rig.offer('one');
    const { id } = (await rig.next())!;
    rig.journal.database.exec(
      'CREATE TRIGGER full BEFORE INSERT ON replies BEGIN SELECT RAISE(FAIL, 0); END',
    );
    expect(await answer(id, 'x')).toBe(false);
    rig.journal.database.exec('DROP TRIGGER full');
    expect(await rig.next(500)).toMatchObject({ id, attempt: 2 });
  });
});

describe('a warning about the budget', () => {
  beforeEach(() => void (rig.warning = 'Half of it is used.'));

  it('stands below the answer to a message, and is kept with it', async () => {
    const [row] = rig.offer('one');
    rig.bridge.plan.push({ refusal: 'unreachable', retryAfter: 60_000 });
    await answer((await rig.next())!.id, 'Yes.');
    expect(new Outbox(rig.journal).final(row!.seq)?.text).toBe('Yes.\n\nHalf of it is used.');
  });

  it('does not stand below a command, nor where nothing is said', async () => {
    rig.offer('/status');
    await answer((await rig.next())!.id, 'Fine.');
    rig.desk.addOwn({ key: 'heartbeat.1', channel: 'telegram', chat: rig.offer('x')[0]!.chat, text: 'look' });
    await answer((await rig.next())!.id, 'Hello.');
    await rig.ended(2);
    await answer((await rig.next())!.id, '');
    await rig.ended(3);
    expect(rig.bridge.seen).toEqual(['<Fine.>', '<Hello.\n\nHalf of it is used.>']);
  });
});

describe('files', () => {
  it('go out behind the text and leave the disk with the outcome', async () => {
    rig.offer('one');
    const { id } = (await rig.next())!;
    await rig.desk.addFile(id, named('a.txt'), bytes('A'));
    await answer(id, 'Here it is.');
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<Here it is.>', 'a.txt: A']);
    expect(readdirSync(join(rig.folder, 'outgoing'))).toEqual([]);
  });

  it('of a lost try do not go out with the next', async () => {
    rig.offer('one');
    const { id } = (await rig.next())!;
    await rig.desk.addFile(id, named('lost.txt'), bytes('A'));
    await rig.desk.take(id, broken());
    expect((await rig.next(500))?.attempt).toBe(2);
    await rig.desk.addFile(id, named('right.txt'), bytes('B'));
    await answer(id, '');
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['right.txt: B']);
  });

  it('of a turn that is given up do not go out at all', async () => {
    rig.offer('one');
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { id } = (await rig.next(500))!;
      await rig.desk.addFile(id, named('a.txt'), bytes('A'));
      await rig.desk.take(id, broken());
    }
    const next = rig.next(300);
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual([expect.stringMatching(/crashed 3 times/)]);
    await next;
  });

  it('go out after a start of the room, when the answer was there', async () => {
    const [row] = rig.offer('one');
    const { id } = (await rig.next())!;
    await rig.desk.addFile(id, named('a.txt'), bytes('A'));
    new Outbox(rig.journal).keepFinal(row!.seq, { text: 'Here.', choices: [], ending: answered });
    rig.restart();
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<Here.>', 'a.txt: A']);
  });

  it('are refused for a turn that is not open, and past what the channel takes', async () => {
    rig.offer('one');
    const { id } = (await rig.next())!;
    await expect(rig.desk.addFile(id + 1, named('a'), bytes('A'))).rejects.toMatchObject({
      code: 'conflict',
    });
    const large = rig.desk.addFile(id, named('a'), bytes('x'.repeat(1_001)));
    await expect(large).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('unlinking', () => {
  it('comes when the answer is out, before the outcome', async () => {
    const [row] = rig.offer('/unlink telegram');
    rig.bridge.plan.push(async () => expect(rig.unlinked).toEqual([]));
    await answer((await rig.next())!.id, 'Goodbye.', { unlink: 'telegram' });
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<Goodbye.>']);
    expect(rig.unlinked).toEqual(['telegram']);
    expect(stateOf(rig.journal, row!.seq)?.state).toBe('answered');
  });

  it.each(['unlink telegram', '/unlinked', '/help /unlink'])(
    'is not for a turn that says %j',
    async (words) => {
      rig.offer(words);
      await answer((await rig.next())!.id, 'Goodbye.', { unlink: 'telegram' });
      await rig.ended(1);
      expect(rig.unlinked).toEqual([]);
    },
  );

  it('that a crash cut short is done after it', async () => {
    const [row] = rig.offer('/unlink telegram');
    const outbox = new Outbox(rig.journal);
    const ending: Ending = { ...answered, unlink: 'telegram' };
    outbox.keepFinal(row!.seq, { text: 'Goodbye.', choices: [], ending });
    rig.restart();
    await rig.ended(1);
    expect(rig.unlinked).toEqual(['telegram']);
  });

  it('that a crash kept from its outcome is answered', async () => {
    const [row] = rig.offer('/unlink telegram');
    const ending: Ending = { ...answered, unlink: 'telegram' };
    new Outbox(rig.journal).keepFinal(row!.seq, { text: 'Goodbye.', choices: [], ending });
    rig.linked = false;
    rig.restart();
    expect(stateOf(rig.journal, row!.seq)?.state).toBe('answered');
    expect(rig.desk.idle).toBe(true);
  });
});

describe('a volume that is full', () => {
  it('is told to everybody who waits, once, and nothing waits after it', async () => {
    rig.offer('one', '/status');
    await rig.desk.refuseWaiting();
    await rig.ended(2);
    expect(rig.bridge.seen).toHaveLength(2);
    for (const words of rig.bridge.seen) expect(words).toContain('Your storage is full');
    expect(rig.desk.idle).toBe(true);
    expect(await rig.next()).toBeNull();
  });
});

describe('what a command asks for beyond its answer', () => {
  it('comes when the answer is out, also when a crash came between', async () => {
    rig.offer('/privacy stop a.example yes');
    rig.bridge.plan.push(async () => expect(rig.afterAnswers).toEqual([]));
    await answer((await rig.next())!.id, 'Goodbye.');
    await rig.ended(1);
    expect(rig.afterAnswers).toEqual(['/privacy stop a.example yes']);

    const [row] = rig.offer('/privacy stop b.example yes');
    new Outbox(rig.journal).keepFinal(row!.seq, { text: 'Goodbye.', choices: [], ending: answered });
    rig.restart();
    await rig.ended(2);
    expect(rig.afterAnswers.at(-1)).toBe('/privacy stop b.example yes');
  });
});

describe('a turn that leaves no trace', () => {
  it.each([
    ['because the agent says so', `tell me ${CANARY}`, true],
    ['because the user did', `/private tell me ${CANARY}`, false],
  ])('%s: nothing of it is on the disk, while other turns are', async (_why, words, leaveNoTrace) => {
    rig.desk.turns.offer(delivered(rig.journal, message('an ordinary message', 'elsewhere')));
    await rig.next();
    const [row] = rig.offer(`${words}${'.'.repeat(9_000)}`);
    const { id } = (await rig.next())!;
    await rig.desk.addFile(id, named(`${CANARY}.txt`), bytes(CANARY));
    expect(canaryOnDisk()).toBe(true);
    await answer(id, `${CANARY}|${CANARY}`, { leaveNoTrace });
    await rig.ended(1);
    expect(rig.bridge.seen).toHaveLength(3);
    expect(canaryOnDisk()).toBe(false);
    expect(stateOf(rig.journal, row!.seq)?.state).toBe('answered');
    expect(rig.states().filter((state) => state === 'delivered')).toHaveLength(1);
  });

  it('also after a crash, whether before the outcome or right behind it', async () => {
    const [row] = rig.offer(`/private ${CANARY}`);
    new Outbox(rig.journal).keepFinal(row!.seq, { text: CANARY, choices: [], ending: answered });
    rig.restart();
    await rig.ended(1);
    expect(canaryOnDisk()).toBe(false);
    const [next] = rig.offer(`/private ${CANARY}`);
    rig.journal.end([next!.seq], 'answered', null, true);
    expect(canaryOnDisk()).toBe(true);
    new Journal(join(rig.folder, 'journal.sqlite')).close();
    expect(canaryOnDisk()).toBe(false);
  });

  it('also when it is given up', async () => {
    rig.offer(`/private ${CANARY}`);
    for (let attempt = 1; attempt <= 3; attempt++) await rig.desk.take((await rig.next(500))!.id, broken());
    const next = rig.next(300);
    await rig.ended(1);
    expect(canaryOnDisk()).toBe(false);
    await next;
  });
});
