/** `rooms.sock` over a real socket: the agent's long poll, its lines and wishes, and how its death is noticed. */
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBody, type DoorServer } from '../../../contracts/door-http.js';
import { chatId } from '../../../contracts/ids.js';
import { MAX_TEXT } from '../../../contracts/message.js';
import {
  agentSettings as settingsSchema,
  budgetResponse,
  errand,
  hostDecision,
  moreResponse,
  ownTurnResponse,
  spending as spendingSchema,
  type Spending,
  type Turn,
} from '../../../contracts/rooms-door.js';
import { roomsDoor } from './rooms-door.js';
import { agentSettings, answered, DeskRig, stateOf } from './test-rig.js';

const noSpending: Spending = { caps: { day: null, month: null }, today: 0, thisMonth: 0, rows: [] };

let path: string;
let rig: DeskRig;
let door: DoorServer;
let presence: boolean[];
let capsFrom: string[];
let hostsFrom: string[];
let wishes: (number | null)[];
let due: boolean;
let contentInUse: boolean;

beforeEach(async () => {
  rig = new DeskRig();
  path = join(rig.folder, 'rooms.sock');
  presence = [];
  capsFrom = [];
  hostsFrom = [];
  wishes = [];
  due = false;
  contentInUse = false;
  door = roomsDoor({
    desk: rig.desk,
    broker: { pass: async () => undefined },
    spending: { setCaps: (text) => capsFrom.push(text) > 0, view: () => noSpending },
    hosts: {
      table: async () => ({ hosts: [] }),
      decide: async ({ text }) => {
        hostsFrom.push(text);
        return { outcome: 'stopped', host: 'h' };
      },
    },
    wake: {
      set: (at) => void wishes.push(at),
      get due() {
        return due;
      },
    },
    settings: () => agentSettings,
    contentInUse: () => contentInUse,
    onAgent: (present) => presence.push(present),
  });
  await door.listen(path);
});
afterEach(() => door.close());

function start(method: string, address: string, agent = 'first'): ClientRequest {
  const headers = { 'x-ara-agent': agent, 'content-type': 'application/json' };
  return request({ socketPath: path, method, path: address, headers }).on('error', () => undefined);
}
interface Answer {
  status: number | undefined;
  body: unknown;
}
async function answerOf(outgoing: ClientRequest): Promise<Answer> {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const text = String(await readBody(response, 1e6));
  return { status: response.statusCode, body: text ? JSON.parse(text) : undefined };
}
const poll = (wait: number, agent?: string): Promise<Answer> =>
  answerOf(start('GET', `/v1/turns/next?wait=${wait}`, agent).end());
const call = (method: string, address: string, body?: unknown): Promise<Answer> =>
  answerOf(start(method, address).end(body === undefined ? undefined : JSON.stringify(body)));
async function reply(id: number, body: string): Promise<number | undefined> {
  return (await answerOf(start('POST', `/v1/turns/${id}/reply`).end(body))).status;
}
const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const open = async (text = 'hello'): Promise<number> => {
  rig.offer(text);
  return ((await poll(1)).body as Turn).id;
};

describe('the long poll', () => {
  it('is answered 204 when nothing came, and with the turn as soon as it does', async () => {
    expect(await poll(0)).toEqual({ status: 204, body: undefined });
    const waiting = poll(30);
    await expect.poll(() => presence.length, { interval: 2 }).toBe(2);
    rig.offer('hello');
    const { status, body } = await waiting;
    expect(status).toBe(200);
    expect(errand.parse(body)).toMatchObject({ text: 'hello', attempt: 1, settingsVersion: 7 });
    expect(presence).toEqual([true, true]);
  });

  it('brings the words too: that the time has come, and that a chat has sent more', async () => {
    const id = await open();
    rig.offer('more');
    rig.desk.turns.say({ kind: 'wake' });
    for (let times = 0; times < 2; times += 1) rig.desk.turns.say({ kind: 'content' });
    const words = [await poll(1), await poll(1), await poll(1)].map(({ body }) => errand.parse(body));
    expect(words).toEqual([{ kind: 'nudge', turn: id }, { kind: 'wake' }, { kind: 'content' }]);
    expect((await poll(0)).status).toBe(204);
  });

  it('takes a wait that is no number for none', async () => {
    expect((await poll(NaN)).status).toBe(204);
  });

  it('that breaks gives back every turn, and says that the agent is gone', async () => {
    await open();
    const waiting = start('GET', '/v1/turns/next?wait=30');
    waiting.end();
    await expect.poll(() => presence.length, { interval: 2 }).toBe(2);
    waiting.destroy();
    await expect.poll(() => presence.at(-1), { interval: 2 }).toBe(false);
    expect((await poll(1)).body).toMatchObject({ text: 'hello', attempt: 2 });
  });

  it('by another process than before gives back what the one before it held', async () => {
    await open();
    expect((await poll(0, 'first')).status).toBe(204);
    expect((await poll(1, 'second')).body).toMatchObject({ text: 'hello', attempt: 2 });
  });
});

describe('a reply', () => {
  it('is answered when it is on disk, and sent', async () => {
    const id = await open();
    expect(await reply(id, line({ type: 'text', text: 'hi' }) + line(answered))).toBe(204);
    await expect.poll(() => rig.journal.counts(), { interval: 2 }).toEqual({ answered: 1 });
    expect(rig.bridge.seen).toEqual(['<hi>']);
  });

  it('may come in any pieces, its last line without an end', async () => {
    const id = await open();
    const outgoing = start('POST', `/v1/turns/${id}/reply`);
    const words = line({ type: 'text', text: 'grüße 🌱' }) + line({ type: 'choices', choices: ['Ja'] });
    const all = Buffer.from(`${words}\n${' '.repeat(3_000)}${JSON.stringify(answered)}`);
    for (const byte of all) outgoing.write(Buffer.from([byte]));
    expect((await answerOf(outgoing.end())).status).toBe(204);
    // On a slow machine the words are shown before the choices have come.
    await expect.poll(() => rig.bridge.buttons, { interval: 2 }).toEqual([['Ja']]);
    expect(rig.bridge.seen).toEqual(['<grüße 🌱>']);
  });

  it('may come word by word, however long', async () => {
    const id = await open();
    const words = line({ type: 'text', text: 'a' }).repeat(30_000);
    expect(await reply(id, words + line(answered))).toBe(204);
  });

  it.each([
    ['is too long', line({ type: 'text', text: 'x'.repeat(4 * MAX_TEXT) + 'x' }) + line(answered)],
    ['is a line without an end', 'x'.repeat(2_000_001)],
    ['is no JSON', 'not json\n'],
    [
      'offers too much to choose from',
      line({ type: 'choices', choices: Array(7).fill('x') }) + line(answered),
    ],
  ])('that %s loses the turn, which comes again', async (_what, body) => {
    const id = await open();
    expect(await reply(id, body)).toBe(409);
    expect((await poll(1)).body).toMatchObject({ id, attempt: 2 });
    expect(rig.bridge.calls).toEqual([]);
  });

  it('that breaks off loses the turn, which comes again', async () => {
    const id = await open();
    const outgoing = start('POST', `/v1/turns/${id}/reply`);
    outgoing.write(line({ type: 'text', text: 'half' }));
    await new Promise((resolve) => setImmediate(resolve));
    outgoing.destroy();
    expect((await poll(5)).body).toMatchObject({ id, attempt: 2 });
  });

  it('to a turn that is not open is refused', async () => {
    expect(await reply(99, line(answered))).toBe(409);
    for (const id of ['x', '-1', '0', '1.5']) {
      for (const what of ['reply', 'more', 'files?name=a', 'budget'])
        expect((await call('POST', `/v1/turns/${id}/${what}`)).status).toBe(400);
    }
  });
});

describe('more of a turn', () => {
  it('is what the chat sent meanwhile', async () => {
    const id = await open();
    const [one, two] = [...rig.offer('one'), ...rig.offer('two')];
    const { status, body } = await call('POST', `/v1/turns/${id}/more`);
    expect(status).toBe(200);
    expect(moreResponse.parse(body).messages).toEqual([
      { text: 'one', sentAt: one!.sentAt, attachments: [], quoted: null },
      { text: 'two', sentAt: two!.sentAt, attachments: [], quoted: null },
    ]);
    expect((await call('POST', `/v1/turns/${id}/more`)).body).toEqual({ messages: [] });
    expect((await call('POST', `/v1/turns/${id + 9}/more`)).status).toBe(409);
  });
});

describe('a file', () => {
  const bring = (id: number, query: string, content: string): Promise<Answer> =>
    answerOf(start('POST', `/v1/turns/${id}/files${query}`).end(content));

  it('goes out behind the text', async () => {
    const id = await open();
    expect((await bring(id, `?name=${encodeURIComponent('Bericht für dich.pdf')}`, 'PDF')).status).toBe(204);
    await reply(id, line({ type: 'text', text: 'Here.' }) + line(answered));
    await expect
      .poll(() => rig.bridge.seen, { interval: 2 })
      .toEqual(['<Here.>', 'Bericht für dich.pdf: PDF']);
  });

  it('says where it lies in the workspace', async () => {
    const id = await open();
    const place = 'Reisen 2026/Ü ber.md';
    expect((await bring(id, `?name=a.md&path=${encodeURIComponent(place)}`, 'x')).status).toBe(204);
    expect(rig.journal.all('SELECT workspace_path AS place FROM outgoing_files')).toMatchObject([{ place }]);
  });

  it('is refused without a name, past the limit, or for a turn that is not open', async () => {
    const id = await open();
    const statuses = [
      await bring(id, '', 'x'),
      await bring(id, `?name=${'n'.repeat(1_001)}`, 'x'),
      await bring(id, '?name=a', 'x'.repeat(1_001)),
      await bring(id + 1, '?name=a', 'x'),
      ...(await Promise.all(
        ['', '/etc/passwd', '../a', 'notes/../../a', 'notes//a', '.hidden', 'a/.hidden', 'a\\b', 'a\nb'].map(
          (path) => bring(id, `?name=a&path=${encodeURIComponent(path)}`, 'x'),
        ),
      )),
    ].map(({ status }) => status);
    expect(statuses.splice(0, 4)).toEqual([400, 400, 413, 409]);
    expect(new Set(statuses)).toEqual(new Set([400]));
  });
});

describe('a turn of the agent’s own', () => {
  const own = { key: 'reminder.1', channel: 'telegram', chat: 'chat', text: 'the medicine' };

  it('takes its place among the messages of its chat, once for its key', async () => {
    const id = await open();
    const { status, body } = await call('POST', '/v1/turns', own);
    expect([status, ownTurnResponse.parse(body)]).toEqual([200, { fresh: true }]);
    expect((await poll(0)).status).toBe(204);
    await reply(id, line(answered));
    expect((await poll(1)).body).toMatchObject({ kind: 'own', key: 'reminder.1', text: 'the medicine' });
    expect((await call('POST', '/v1/turns', own)).body).toEqual({ fresh: false });
  });

  it('comes where it rings', async () => {
    const id = await open();
    rig.rings = chatId.parse('phone');
    await call('POST', '/v1/turns', own);
    await reply(id, line(answered));
    expect((await poll(1)).body).toMatchObject({ kind: 'own', chat: 'phone', text: 'the medicine' });
  });

  it('shows no typing, and may say nothing', async () => {
    rig.offer('/help');
    await poll(1);
    await call('POST', '/v1/turns', own);
    const turn = (await poll(1)).body as Turn;
    await reply(turn.id, line(answered));
    await expect.poll(() => stateOf(rig.journal, turn.id)?.state, { interval: 2 }).toBe('answered');
    expect(rig.bridge.calls).toEqual([]);
  });

  it('goes to no chat that the owner has not written from, and to no channel that is not linked', async () => {
    expect(await call('POST', '/v1/turns', own)).toMatchObject({ status: 403 });
    await open();
    rig.linked = false;
    const { status, body } = await call('POST', '/v1/turns', own);
    expect([status, body]).toMatchObject([409, { error: { code: 'channel-not-linked' } }]);
  });

  it('is one of a hundred at most', async () => {
    await open();
    const statuses: (number | undefined)[] = [];
    for (let at = 0; at < 101; at++)
      statuses.push((await call('POST', '/v1/turns', { ...own, key: `reminder.${at}` })).status);
    expect(statuses).toEqual([...Array<number>(100).fill(200), 429]);
  });

  it.each([{ key: 'no' }, { key: 'a.b/c' }, { text: '' }, { text: 'x'.repeat(10_001) }, { extra: 1 }])(
    'is checked: %j',
    async (wrong) => {
      await open();
      expect((await call('POST', '/v1/turns', { ...own, ...wrong })).status).toBe(400);
    },
  );
});

describe('the other calls', () => {
  it('set caps from the words of the user alone', async () => {
    const id = await open('/budget day 2');
    const { status, body } = await call('POST', `/v1/turns/${id}/budget`);
    expect([status, budgetResponse.parse(body)]).toEqual([200, { understood: true, spending: noSpending }]);
    expect(capsFrom).toEqual(['/budget day 2']);
    for (const words of ['set my /budget to 1000', '/status', '/budgets 1000'])
      expect((await call('POST', `/v1/turns/${await open(words)}/budget`)).status).toBe(403);
    expect((await call('POST', '/v1/turns/999/budget')).status).toBe(409);
    expect(capsFrom).toHaveLength(1);
  });

  it('stop and allow hosts by the words of the user alone', async () => {
    const id = await open('/privacy stop api.example.com');
    const { status, body } = await call('POST', `/v1/turns/${id}/host`);
    expect([status, hostDecision.parse(body)]).toEqual([200, { outcome: 'stopped', host: 'h' }]);
    expect(hostsFrom).toEqual(['/privacy stop api.example.com']);
    for (const words of ['please /privacy stop a.b', '/private stop a.b', '/status'])
      expect((await call('POST', `/v1/turns/${await open(words)}/host`)).status).toBe(403);
    expect((await call('POST', '/v1/turns/999/host')).status).toBe(409);
    expect(hostsFrom).toHaveLength(1);
    expect((await call('GET', '/v1/hosts')).body).toEqual({ hosts: [] });
  });

  it('tell the settings and the spending', async () => {
    expect(settingsSchema.parse((await call('GET', '/v1/settings')).body)).toEqual(agentSettings);
    expect(spendingSchema.parse((await call('GET', '/v1/spending')).body)).toEqual(noSpending);
  });

  it('take a wish to be woken, or take it back', async () => {
    expect((await call('PUT', '/v1/wake', { at: 5 })).status).toBe(204);
    expect((await call('PUT', '/v1/wake', { at: null })).status).toBe(204);
    expect((await call('PUT', '/v1/wake', { at: -5 })).status).toBe(400);
    expect(wishes).toEqual([5, null]);
  });
});

describe('saying that it stops', () => {
  const stopping = async () => (await call('POST', '/v1/stopping')).status;

  it('is accepted when there is nothing to do, and refused when something has just come', async () => {
    expect(await stopping()).toBe(204);
    expect(presence).toEqual([false]);
    due = true;
    expect(await stopping()).toBe(409);
    due = false;
    contentInUse = true;
    expect(await stopping()).toBe(409);
    contentInUse = false;
    rig.offer('hello');
    expect(await stopping()).toBe(409);
    expect(presence).toEqual([false]);
  });
});
