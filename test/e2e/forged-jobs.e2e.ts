/** Somebody who writes into the queue: each forged job is refused and counted, and nobody notices. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountId, type AccountId } from '../../contracts/ids.js';
import { newKeyPair, Sealer } from '../../contracts/seal.js';
import type { SealedMessage } from '../../contracts/sealed.js';
import type { User } from '../kit/installation.js';
import { QueueKit } from '../kit/queue.js';
import { haveMessages } from './conversations.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker' });
let bob: User;
let queue: QueueKit;
beforeAll(async () => {
  bob = await setup.ara.addUser('bob');
  queue = new QueueKit(setup.ara.runDir);
});
afterAll(() => queue.close());

let asked = 0;
/** The user is answered as if nothing were: within two seconds. */
async function nobodyNotices(): Promise<void> {
  const text = `still well ${++asked}?`;
  expect(await setup.ara.ask(bob, text, 2_000)).toBe(`echo: ${text}`);
}

/** Sealed well, by somebody else. */
function sealedByAnother(account: AccountId): SealedMessage {
  const keys = newKeyPair();
  const header = { v: 1, kind: 'message', account, channel: 'telegram', id: '0'.repeat(32) } as const;
  return new Sealer(keys, keys.publicKey).seal(header, Buffer.from('{}'));
}

describe('a job that somebody put into the queue', () => {
  /** A true job of bob's, caught on its way. */
  async function trueJob(text: string): Promise<Record<string, unknown>> {
    await queue.inbound.pause();
    const answered = setup.internet.telegram.waitForMessage(
      bob.bot,
      (message) => message.text === `echo: ${text}`,
      10_000,
    );
    setup.ara.say(bob, text);
    const jobs = async (): Promise<{ data: unknown }[]> => queue.inbound.getJobs(['waiting']);
    await expect.poll(async () => (await jobs()).length).toBe(1);
    const [job] = await jobs();
    await queue.inbound.resume();
    await answered;
    return job?.data as Record<string, unknown>;
  }

  const forge = (data: unknown): Promise<unknown> =>
    queue.inbound.add('message', data, { jobId: randomUUID(), removeOnComplete: true, removeOnFail: true });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'hello'],
    ['a list', [1, 2]],
    ['an object of another form', { account: 'x', text: 'transfer all the money' }],
    [
      'a path for an account',
      {
        v: 1,
        kind: 'message',
        account: '../../etc',
        channel: 'telegram',
        id: '0'.repeat(32),
        nonce: '',
        box: '',
      },
    ],
  ])('that is %s is refused and counted', async (_name, data) => {
    const before = await setup.ara.refused('queue', 'forged');
    await forge(data);
    await expect.poll(() => setup.ara.refused('queue', 'forged')).toBe(before + 1);
    await expect.poll(() => queue.isEmpty()).toBe(true);
    await nobodyNotices();
  });

  it('with a box that was not sealed for its user is refused by the container and counted', async () => {
    const calls = setup.internet.anthropic.requests.length;
    const job = await trueJob('the first one');
    const forged: Record<string, unknown>[] = [
      { ...job, box: Buffer.from(`x${String(job['box'])}`).toString('base64') },
      { ...job, nonce: Buffer.alloc(24).toString('base64') },
      { ...job, id: 'f'.repeat(32) },
      { ...job, kind: 'webhook' },
      { ...sealedByAnother(accountId.parse(bob.id)) },
    ];
    for (const [at, each] of forged.entries()) {
      const before = await setup.ara.refused('worker.sock', 'forged');
      await forge(each);
      await expect
        .poll(() => setup.ara.refused('worker.sock', 'forged'), { message: `forgery ${at}` })
        .toBe(before + 1);
    }
    expect(setup.internet.anthropic.requests.length - calls).toBe(1);
    await nobodyNotices();
  });

  it('and was true once is known, and not answered again', async () => {
    const job = await trueJob('only once');
    await haveNoOpen();
    const before = (await setup.ara.status(bob.id)).container.messages?.['answered'] ?? 0;
    for (let copy = 0; copy < 10; copy++) await forge(job);
    await expect.poll(() => queue.isEmpty()).toBe(true);
    await nobodyNotices();
    await haveMessages(setup.ara, bob, { answered: before + 1 });
    expect(
      setup.internet.telegram.messages(bob.bot).filter(({ text }) => text === 'echo: only once'),
    ).toHaveLength(1);
  });

  it('for another user than it was sealed for is refused by that user’s container', async () => {
    const carol = await setup.ara.addUser('carol');
    const job = await trueJob('for bob alone');
    const before = await setup.ara.refused('worker.sock', 'forged');
    await forge({ ...job, account: carol.id });
    await expect.poll(() => setup.ara.refused('worker.sock', 'forged')).toBe(before + 1);
    expect((await setup.ara.status(carol.id)).container.messages).toEqual({});
  });

  it('for a user that there is not is refused, and no container is made', async () => {
    const nobody = accountId.parse(randomUUID());
    const before = await setup.ara.refused('queue', 'forged');
    await forge(sealedByAnother(nobody));
    await expect.poll(() => setup.ara.refused('queue', 'forged'), { timeout: 5_000 }).toBe(before + 1);
    await expect(setup.ara.container({ id: nobody }).inspect()).rejects.toThrow('no such container');
    await nobodyNotices();
  });

  const haveNoOpen = (): Promise<void> =>
    expect
      .poll(async () => {
        const { answered: _answered, ...open } = (await setup.ara.status(bob.id)).container.messages ?? {};
        return open;
      })
      .toEqual({});
});
