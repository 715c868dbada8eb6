/** What the tests of the key broker and of the way out share: a provider over real TLS behind a door, and the agent's side. */
import { once } from 'node:events';
import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { DoorServer, readBody } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import type { CatalogueModel, Settings } from '../../../../contracts/gateway-door.js';
import type { Provider } from '../../../../contracts/ids.js';
import { testCertificates } from '../../../../test/kit/certificates.js';
import { EgressAgent } from '../egress-agent.js';
import { KeyBroker } from './key-broker.js';
import { SpendingBook } from './spending.js';
import { temporaryFolder, temporaryJournal } from '../test-rig.js';

export interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
  /** The same as it came. */
  raw: Buffer;
}

/** What the provider does with a call. */
export type Answering = (response: ServerResponse, seen: Seen) => unknown;

export const answers =
  (status: number, body: string, headers: Record<string, string> = {}): Answering =>
  (response) =>
    response.writeHead(status, headers).end(body);

const BODY_LIMIT = 64e6;
const KEYS: Record<string, string> = {
  anthropic: 'sk-ant-the-key',
  openai: 'sk-openai-the-key',
  google: 'AIza-the-key',
  compatible: 'the-key/with+signs=',
};

export async function providerRig() {
  const folder = temporaryFolder();
  const { ca, cert, key } = await testCertificates();
  const rig = {
    seen: [] as Seen[],
    answering: answers(200, '{"ok":true}', { 'content-type': 'application/json' }),
    targets: [] as string[],
    doorStatus: 200,
    doorHeaders: '',
  };
  const provider = createServer({ cert, key }, (incoming, response) => {
    void readBody(incoming, BODY_LIMIT).then((body) => {
      const { method, url, headers } = incoming;
      const seen = { method, url, headers, body: body.toString(), raw: body };
      rig.seen.push(seen);
      rig.answering(
        response.on('error', () => undefined),
        seen,
      );
    });
  });
  await once(provider.listen(0, '127.0.0.1'), 'listening');
  const { port } = provider.address() as AddressInfo;
  const egress = new DoorServer([], {
    onConnect: (incoming, socket) => {
      rig.targets.push(incoming.url ?? '');
      socket.on('error', () => undefined);
      if (rig.doorStatus !== 200)
        return void socket.end(`HTTP/1.1 ${rig.doorStatus} Refused\r\n${rig.doorHeaders}\r\n`);
      const upstream = connect(port, '127.0.0.1').on('error', () => socket.destroy());
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
      socket.once('close', () => upstream.destroy());
    },
  });
  const door = join(folder, 'egress.sock');
  await egress.listen(door);
  const agent = new EgressAgent(door, ca);
  onTestFinished(async () => {
    agent.destroy();
    provider.closeAllConnections();
    provider.close();
    await egress.close();
  });
  return Object.assign(rig, { folder, door, ca, agent, provider });
}

const model = (provider: Provider, name: string, price: CatalogueModel['price']): CatalogueModel => ({
  provider,
  model: name,
  contextTokens: 200_000,
  outputTokens: 8_000,
  images: true,
  thinking: true,
  price,
});
/** A token of the request is a micro and one of the answer ten, so that costs can be read. */
const price = { input: 1, output: 10, cacheRead: 0.5, cacheWrite: 1 };

interface BrokerState {
  settings: Settings;
  keys: Record<string, string>;
  released: string[];
  refused: string[];
  /** What a key on its way waits for. */
  gate: Promise<unknown>;
  open: Set<number>;
  /** Milliseconds by the broker's clock. */
  now: number;
}

/** The agent's side: `ask` makes a call as the agent room does, for the open turn 1 unless the headers say otherwise. */
export async function brokerRig() {
  const rig = await providerRig();
  const state: BrokerState = {
    settings: {
      models: [],
      catalogue: {
        date: '2026-11-20',
        models: [
          model('anthropic', 'claude', price),
          model('openai', 'gpt', price),
          model('google', 'gemini', price),
          model('compatible', 'llama', null),
        ],
        transcription: [{ provider: 'openai', model: 'gpt-4o-mini-transcribe', outputTokens: 100, price }],
      },
      compatibleUrl: 'https://models.example.net:8443/api/v1',
      publicUrl: null,
      hosts: [],
    },
    keys: { ...KEYS },
    released: [],
    refused: [],
    gate: Promise.resolve(),
    open: new Set([1]),
    now: 0,
  };
  const journal = temporaryJournal();
  const spending = new SpendingBook(journal, () => state.settings);
  const broker = new KeyBroker(
    {
      release: async (name) => {
        state.released.push(name);
        const found = state.keys[name];
        await state.gate;
        if (!found) throw new AraError('no-key');
        return found;
      },
      onRefused: (name) => void state.refused.push(name),
      agent: rig.agent,
      settings: () => state.settings,
      spending,
      isOpen: (turn) => state.open.has(turn),
    },
    () => state.now,
  );
  const rooms = new DoorServer([
    { method: 'POST', path: '/v1/models/:provider/*', handle: (call) => broker.pass(call) },
    { method: 'GET', path: '/v1/models/:provider/*', handle: (call) => broker.pass(call) },
  ]);
  const socketPath = join(rig.folder, 'rooms.sock');
  await rooms.listen(socketPath);
  onTestFinished(async () => {
    await rooms.close();
    // What was under way is settled before the journal is closed.
    await setImmediate();
  });

  const start = (path: string, headers: Record<string, string> = {}, method = 'POST'): ClientRequest =>
    httpRequest({
      socketPath,
      method,
      path: `/v1/models/${path}`,
      headers: { 'content-type': 'application/json', 'x-ara-turn': '1', ...headers },
    }).on('error', () => undefined);
  const ask = async (path: string, body: unknown, headers?: Record<string, string>, method?: string) => {
    const outgoing = start(path, headers, method);
    const asItIs = typeof body === 'string' || body instanceof Buffer;
    outgoing.end(method === 'GET' ? undefined : asItIs ? body : JSON.stringify(body));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const text = String(await readBody(response, BODY_LIMIT));
    return { status: response.statusCode, headers: response.headers, text };
  };
  return Object.assign(rig, { state, journal, spending, broker, start, ask });
}
export type BrokerRig = Awaited<ReturnType<typeof brokerRig>>;

/** The smallest call of each provider, and where it goes. */
export const calls = {
  anthropic: {
    path: 'anthropic/v1/messages',
    body: { model: 'claude', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] },
  },
  openai: {
    path: 'openai/v1/chat/completions',
    body: { model: 'gpt', max_completion_tokens: 100, messages: [{ role: 'user', content: 'hello' }] },
  },
  google: {
    path: 'google/v1/models/gemini:streamGenerateContent?alt=sse',
    body: {
      contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      generationConfig: { maxOutputTokens: 100 },
    },
  },
  compatible: {
    path: 'compatible/chat/completions',
    body: { model: 'llama', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] },
  },
} as const;
