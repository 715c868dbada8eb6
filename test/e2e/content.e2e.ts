/** The user's content, through the door that the gateway passes it through, with real rooms behind it: and the web as a channel. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as content from '../../contracts/content.js';
import { DoorClient, readBody } from '../../contracts/door-http.js';
import * as door from '../../contracts/worker-door.js';
import { Installation, type User } from '../kit/installation.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'process', settings: { containers: { idleStopSeconds: 4 } } });
const clients: DoorClient[] = [];
afterAll(() => clients.forEach((client) => client.close()));

const workerDoor = (user: { id: string }): DoorClient => {
  const client = new DoorClient(join(setup.ara.doors(user), 'worker.sock'), 'container-unavailable');
  clients.push(client);
  return client;
};

/** A browser's chat page. */
class Page {
  text = '';
  ended = false;

  constructor(readonly stream: IncomingMessage) {
    stream.on('data', (piece: Buffer) => (this.text += piece.toString()));
    stream.on('error', () => undefined).once('close', () => (this.ended = true));
  }

  static async open(client: DoorClient, since?: number): Promise<Page> {
    const headers = since === undefined ? {} : { 'last-event-id': String(since) };
    return new Page(await client.stream('GET', '/v1/web/events', { headers, timeout: 0 }));
  }

  get events(): content.WebEvent[] {
    const lines = this.text.split('\n').filter((line) => line.startsWith('data: '));
    return lines.map((line) => content.webEvent.parse(JSON.parse(line.slice('data: '.length))));
  }

  /** What it shows now. */
  get shown(): string[] {
    const messages = new Map<string, string>();
    for (const event of this.events) {
      if (event.type === 'message') messages.set(event.id, event.markdown);
      else if (event.type === 'deleted') messages.delete(event.id);
    }
    return [...messages.values()];
  }

  shows(text: string): Promise<void> {
    return expect.poll(() => this.shown, { timeout: 15_000 }).toContain(text);
  }
}

const write = (client: DoorClient, text: string, id: string = randomUUID()): Promise<void> =>
  client.call('POST', '/v1/web/messages', { id, text });
const list = async (client: DoorClient, words = '') =>
  (await client.call('GET', `/v1/content/conversations?words=${words}`, undefined, content.conversationList))
    .conversations;

/** The one conversation with these words. */
const read = async (client: DoorClient, words: string) => {
  const [found] = await list(client, words);
  return client.call('GET', `/v1/content/conversations/${found?.id}`, undefined, content.conversation);
};

describe('a user with a channel', () => {
  let user: User;
  let client: DoorClient;
  beforeAll(async () => {
    user = await setup.ara.addUser('conny');
    client = workerDoor(user);
  });

  /** Sends a command on the channel and waits for an answer with these words. */
  const commands = async (text: string, words: string): Promise<void> => {
    const answer = setup.internet.telegram.waitForMessage(user.bot, (message) =>
      message.text.includes(words),
    );
    setup.ara.say(user, text);
    await answer;
  };

  it('reads, finds and deletes what was said on it', async () => {
    await setup.ara.ask(user, 'tell me of canary-77');
    const [only] = await list(client, 'canary');
    expect(only).toMatchObject({ channel: 'telegram', title: 'tell me of canary-77', turns: 1 });
    const path = `/v1/content/conversations/${only!.id}`;
    const { turns } = await client.call('GET', path, undefined, content.conversation);
    expect(turns).toMatchObject([{ question: 'tell me of canary-77', answer: 'echo: tell me of canary-77' }]);
    await client.call('DELETE', path);
    expect(await list(client)).toEqual([]);
  });

  it('has files that go up and down whole, and that the assistant sees', async () => {
    const bytes = randomBytes(20_000_000);
    const path = '/v1/content/file?path=trip%2Fplan.bin';
    (await client.stream('PUT', path, { body: Readable.from([bytes]) })).resume();
    expect((await readBody(await client.stream('GET', path), 1e9)).equals(bytes)).toBe(true);
    await commands('/files', 'plan.bin');
    await client.call('DELETE', '/v1/content/file?path=trip');
    await expect(client.stream('GET', path)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('has one memory and one set of settings, whoever writes it', async () => {
    await client.call('PUT', '/v1/content/memory/MEMORY.md', { text: '- likes chamomile tea\n' });
    await client.call('PUT', '/v1/content/assistant', { name: 'Zoë' }, content.assistantSettings);
    await commands('/memory', 'chamomile');
    await commands('/settings', 'name: Zoë');
    const before = setup.internet.anthropic.requests.length;
    await setup.ara.ask(user, 'who are you?');
    const asked = JSON.stringify(setup.internet.anthropic.requests[before]);
    for (const known of ['You are Zoë', 'chamomile']) expect(asked).toContain(known);
  });

  it('has caps on its spending, and its owner by name', async () => {
    const caps = { day: 2_000_000, month: null };
    const after = await client.call('PUT', '/v1/budget', caps, door.budgetResponse);
    expect(after.caps).toEqual(caps);
    await commands('/budget', '$2.00');
    const path = '/v1/channels/telegram/owners';
    const { owners } = await client.call('GET', path, undefined, door.ownersResponse);
    expect(owners).toMatchObject([{ id: String(user.owner) }]);
    const { telegram } = setup.internet;
    const tested = telegram.waitForMessage(user.bot, ({ text }) => text.startsWith('This is a test message'));
    const sent = await client.call('POST', '/v1/channels/telegram/test', undefined, door.testResponse);
    expect(sent).toEqual({ sent: true });
    await tested;
  });

  it('writes in the browser and is answered there, once, and not on the channel', async () => {
    const page = await Page.open(client);
    const id = randomUUID();
    await Promise.all([write(client, 'hello from the page', id), write(client, 'hello from the page', id)]);
    await page.shows('echo: hello from the page');
    await write(client, 'hello from the page', id);
    await write(client, '/link');
    await expect.poll(() => page.shown.join('\n')).toContain('Linked channels:\n- telegram: connected');
    expect(page.shown.filter((text) => text.startsWith('echo'))).toEqual(['echo: hello from the page']);
    expect(page.shown.join('\n')).not.toContain('web');
    const onTelegram = setup.internet.telegram.messages(user.bot, user.owner).map(({ text }) => text);
    expect(onTelegram.join('\n')).not.toContain('from the page');
    page.stream.destroy();
  });

  it('finds in the conversation what was answered while no page was open', async () => {
    await write(client, 'while I am away');
    await expect
      .poll(async () => (await list(client, 'away')).map(({ channel }) => channel), { timeout: 15_000 })
      .toEqual(['web']);
    const { turns } = await read(client, 'away');
    expect(turns.at(-1)).toMatchObject({ answer: 'echo: while I am away', state: 'answered' });
  });

  it('loses no message of the browser when both rooms are killed', async () => {
    const page = await Page.open(client);
    setup.internet.anthropic.script(() => ({ text: 'slow', chunks: ['sl', 'ow'], perChunkMs: 3_000 }));
    await write(client, 'remember this one');
    await page.shows('sl');
    setup.internet.anthropic.script(undefined);
    const rooms = setup.ara
      .processes()
      .filter(({ command }) => command.includes(user.id) && command.includes('.mjs'));
    expect(rooms).toHaveLength(2);
    for (const { pid } of rooms) process.kill(pid, 'SIGKILL');
    await expect.poll(() => page.ended).toBe(true);
    await Installation.until(async () => (await list(client, 'remember').catch(() => [])).length === 1);
    const last = async () => (await read(client, 'remember')).turns.at(-1);
    await expect.poll(last, { timeout: 20_000 }).toMatchObject({ answer: 'echo: remember this one' });
  });

  it('tells the gateway of no channel but the one that was linked', async () => {
    const health = await client.call('GET', '/v1/health', undefined, door.healthResponse);
    expect(health.channels).toEqual([{ channel: 'telegram', state: 'connected' }]);
    expect((await setup.ara.status(user.id)).channels.map(({ kind }) => kind)).toEqual(['telegram']);
  });
});

describe('a user with the browser alone', () => {
  it('is answered there, and their container sleeps although the page is open', async () => {
    const { id } = await setup.ara.api<{ id: string }>('POST', '/v1/accounts', { name: 'webby' });
    setup.internet.anthropic.keys.add('sk-ant-web-key');
    await setup.ara.api('PUT', `/v1/accounts/${id}/keys/anthropic`, { key: 'sk-ant-web-key' });
    const wake = () => setup.ara.api('GET', `/v1/accounts/${id}/public-key`);
    await wake();
    const client = workerDoor({ id });
    const page = await Page.open(client);
    await write(client, 'am I alone?');
    await page.shows('echo: am I alone?');
    await expect.poll(() => page.ended, { timeout: 30_000 }).toBe(true);
    expect((await setup.ara.status(id)).container.state).toBe('asleep');
    await expect(list(client)).rejects.toMatchObject({ code: 'container-unavailable' });
    await wake();
    // The agent room is not there yet: what is asked of it starts it.
    const health = await client.call('GET', '/v1/health', undefined, door.healthResponse);
    expect(health.agent).toBe('stopped');
    expect((await list(client)).map(({ title }) => title)).toEqual(['am I alone?']);
    // To a page that was there before, the new process tells only what is new.
    const again = await Page.open(client, 0);
    await write(client, 'still here?');
    await again.shows('echo: still here?');
    expect(again.shown).toEqual(['echo: still here?']);
    again.stream.destroy();
  });
});
