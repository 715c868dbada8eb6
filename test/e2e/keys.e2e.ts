/** Keys, models and money in the middle: what the operator says, what a container is told of it, and what it may claim. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DOOR_VERSION, helloResponse, type Settings } from '../../contracts/gateway-door.js';
import { command, type Ended } from '../kit/command-line.js';
import { Hostile } from '../kit/hostile.js';
import { installed } from './installed.js';

const SERVER = 'llm.example.org';
const setup = installed({ runtime: 'docker' });
/** Behind the doors of the only user, in the place of the container. */
let room: Hostile;
beforeAll(async () => {
  room = await Hostile.takesOver(setup.ara, 'alice');
});

const commands = (line: string, typed = ''): Promise<Ended> =>
  command(setup.ara.configFile, line.split(' '), typed);

/** What the container is told of its account's settings. */
async function told(): Promise<Settings> {
  const { text } = await room.call('POST', '/v1/hello', { version: DOOR_VERSION });
  return helloResponse.parse(JSON.parse(text)).settings;
}

/** The status with which the egress door answers. */
async function dialled(target: string): Promise<number> {
  const socket = connect(join(room.doors, 'egress.sock'));
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(answer.toString().split(' ')[1]);
}

describe('keys', () => {
  it('are taken for any provider, with a model or without, and for a server of one’s own', async () => {
    const google = await commands('key set google --model gemini-3.8-flash', 'AIza-0123456789\n');
    expect(google).toMatchObject({ code: 0, errors: '' });
    expect(await commands('key set anthropic', 'sk-ant-0123456789\n')).toMatchObject({ code: 0 });
    const line = `key set compatible --url https://${SERVER}:8443/v1/ --model qwen-3 --price 0.5/1.5 --context 64000`;
    expect(await commands(line, '\n')).toMatchObject({ code: 0, errors: '' });
    const { output } = await commands('status');
    expect(output).toContain('key         google …6789: gemini-3.8-flash\n');
    expect(output).toContain('key         anthropic …6789: claude-sonnet-5-5\n');
    expect(output).toContain(`key         compatible …none: qwen-3 at https://${SERVER}:8443/v1\n`);
  });

  it.each([
    ['key set openai --model gpt-2', /there is gpt-6-sol, /],
    [`key set compatible --url http://${SERVER}/v1 --model m`, /must begin with https/],
    [`key set compatible --url https://u:p@${SERVER}/v1 --model m`, /no user and no password/],
    ['key set compatible --url https://127.0.0.1/v1 --model m', /must name a host/],
    ['key set compatible --url https://localhost:5432/v1 --model m', /must name a host/],
    ['key set compatible --url https://169.254.169.254/v1 --model m', /must name a host/],
    ['key set compatible --url https://[::ffff:127.0.0.1]/v1 --model m', /must name a host/],
    ['models order openai', /No API key is set for this provider/],
  ])('`%s` is refused, and told why', async (line, why) => {
    const { code, errors } = await commands(line, 'sk-0123456789\n');
    expect(code).toBe(1);
    expect(errors).toMatch(why);
  });

  it('are asked in the order in which they were set, until another is', async () => {
    const order = async (): Promise<string[]> => (await told()).models.map(({ provider }) => provider);
    expect(await order()).toEqual(['google', 'anthropic', 'compatible']);
    expect(await commands('models order compatible,anthropic')).toMatchObject({ code: 0, errors: '' });
    expect(await order()).toEqual(['compatible', 'anthropic', 'google']);
    await commands('key set anthropic', 'sk-ant-9876543210\n');
    expect(await order()).toEqual(['compatible', 'anthropic', 'google']);
  });
});

describe('a container', () => {
  it('is told which models its account may use, what they cost, and where its own server is', async () => {
    const { catalogue, compatibleUrl, models } = await told();
    expect(compatibleUrl).toBe(`https://${SERVER}:8443/v1`);
    expect(new Set(catalogue.models.map(({ provider }) => provider))).toEqual(
      new Set(['anthropic', 'google', 'compatible']),
    );
    for (const choice of models) expect(catalogue.models).toContainEqual(expect.objectContaining(choice));
    expect(catalogue.models).toContainEqual(
      expect.objectContaining({
        model: 'qwen-3',
        contextTokens: 64_000,
        price: { input: 0.5, output: 1.5, cacheRead: 0.5, cacheWrite: 0.5 },
      }),
    );
  });

  it('may reach its account’s own server at its own port, and only while that is set', async () => {
    // There is no such host: that it is asked for at all is what tells it from one that may not be.
    const [open, otherPort, otherHost] = await Promise.all(
      [`${SERVER}:8443`, `${SERVER}:443`, 'example.org:8443'].map(dialled),
    );
    expect([200, 502]).toContain(open);
    expect([otherPort, otherHost]).toEqual([403, 403]);
    await commands('key remove compatible');
    expect(await dialled(`${SERVER}:8443`)).toBe(403);
    expect((await told()).compatibleUrl).toBeNull();
  });
});

describe('usage', () => {
  const day = new Date().toISOString().slice(0, 10);
  const figure = {
    day,
    channel: 'telegram',
    outcome: 'answered',
    provider: 'anthropic',
    model: 'claude-sonnet-5-5',
    inputTokens: 1_000,
    cachedTokens: 200,
    outputTokens: 50,
    costMicros: 2_540,
  };
  let batch = 0;
  const report = (figures: unknown[], number = ++batch): Promise<unknown> =>
    room.call('POST', '/v1/figures', { batch: number, figures }).then(({ status, code }) => code || status);

  it('is added up by day and model with what it cost, each batch once', async () => {
    expect(
      await report([figure, figure, { ...figure, model: 'claude-opus-5-5', costMicros: 1_500_000 }]),
    ).toBe(204);
    expect(await report([figure], batch)).toBe(204);
    const { output } = await commands('status');
    expect(output).toContain(
      `${day}  anthropic claude-sonnet-5-5: 2 messages, 2400 tokens in (400 cached), 100 out, $0.0051\n`,
    );
    expect(output).toContain(
      `${day}  anthropic claude-opus-5-5: 1 messages, 1200 tokens in (200 cached), 50 out, $1.50\n`,
    );
  });

  it('cannot be claimed beyond reason, and a refused batch counts nothing', async () => {
    const before = await setup.ara.status(room.id);
    for (const more of [
      { costMicros: Number.MAX_SAFE_INTEGER },
      { inputTokens: 1e12 },
      { cachedTokens: -1 },
      { outputTokens: 0.5 },
      { costMicros: 1e300 },
      { day: '9999-12-31' },
    ])
      expect(await report([figure, { ...figure, ...more }])).toBe('bad-request');
    expect((await setup.ara.status(room.id)).usage).toEqual(before.usage);
  });

  it('keeps no words that a container chose', async () => {
    expect(await report([{ ...figure, model: 'the words of a message' }])).toBe(204);
    const { usage } = await setup.ara.status(room.id);
    expect(JSON.stringify(usage)).not.toContain('words');
    expect(usage).toContainEqual(expect.objectContaining({ model: '(other)', costMicros: '2540' }));
  });
});
