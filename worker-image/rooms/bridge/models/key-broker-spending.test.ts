/** The key broker and money, over real sockets: each call is metered by what the provider sends, and none passes the budget. */
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Spending } from '../../../../contracts/rooms-door.js';
import { answers, brokerRig, calls, type Answering, type BrokerRig } from './broker-test-rig.js';
import { SpendingBook } from './spending.js';

let rig: BrokerRig;
beforeEach(async () => {
  rig = await brokerRig();
});
const { path: PATH, body: BODY } = calls.openai;
const streaming = { ...BODY, stream: true };
/** What the call above is taken to read, at three bytes a token; a token of the answer costs ten. */
const INPUT = Math.ceil(JSON.stringify(streaming).length / 3);

const view = (): Spending => rig.spending.view();
const reserved = (): number => rig.journal.get<{ n: number }>('SELECT count(*) AS n FROM reservations')!.n;
const events = (...messages: unknown[]): string =>
  messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join('');
const streamOf = (...messages: unknown[]): Answering =>
  answers(200, events(...messages), { 'content-type': 'text/event-stream' });
const words = (content: string) => ({ choices: [{ delta: { content } }] });
const usage = { prompt_tokens: 30, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 20 } };
/** Sends so much, and then nothing until the other side is gone. */
const staysOpen =
  (...messages: unknown[]): Answering =>
  (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(events(...messages));

/** A call that the agent gives up: after the first bytes of the answer, or, with nothing to wait for, when the provider has it. */
async function givenUp(body: unknown, path: string, after: 'answer' | 'request'): Promise<void> {
  const outgoing = rig.start(path).end(JSON.stringify(body));
  if (after === 'answer') {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    await once(response, 'data');
  } else await expect.poll(() => rig.seen.length, { interval: 1 }).toBe(1);
  rig.state.now += 2_000;
  outgoing.destroy();
  await expect.poll(reserved, { interval: 2 }).toBe(0);
}

describe('a call costs what the provider says', () => {
  const anthropic = {
    input_tokens: 10,
    cache_creation_input_tokens: 5,
    cache_read_input_tokens: 20,
    output_tokens: 1,
  };
  const google = {
    promptTokenCount: 30,
    cachedContentTokenCount: 20,
    candidatesTokenCount: 3,
    thoughtsTokenCount: 4,
  };
  it.each([
    ['openai', streaming, streamOf(words('hi'), { choices: [], usage }), 10, 90],
    ['openai', BODY, answers(200, JSON.stringify({ usage })), 10, 90],
    [
      'anthropic',
      { ...calls.anthropic.body, stream: true },
      streamOf(
        { type: 'message_start', message: { usage: anthropic } },
        { type: 'message_delta', usage: { output_tokens: 7 } },
      ),
      15,
      95,
    ],
    ['google', calls.google.body, streamOf({ usageMetadata: google }), 10, 90],
    ['compatible', { ...calls.compatible.body, stream: true }, streamOf({ choices: [], usage }), 10, 0],
  ] as const)('%s (%#)', async (provider, body, answering, inputTokens, costMicros) => {
    rig.answering = answering;
    expect(await rig.ask(calls[provider].path, body)).toMatchObject({ status: 200 });
    // At once: the turn may end with the answer.
    expect(rig.spending.ofTurn(1)).toEqual({ input: inputTokens, cached: 20, output: 7, costMicros });
    expect(view().rows).toMatchObject([
      { provider, calls: 1, inputTokens, cachedTokens: 20, outputTokens: 7, costMicros },
    ]);
    expect(reserved()).toBe(0);
  });

  it('and by what passed when a hostile agent leaves the count out', async () => {
    rig.answering = streamOf(words('x'.repeat(30)));
    await rig.ask(PATH, streaming);
    expect(view().rows).toMatchObject([{ inputTokens: INPUT, outputTokens: 10 }]);
  });

  it('with the time that it took as a measure of what is not seen', async () => {
    rig.answering = (response) => {
      rig.state.now += 250;
      streamOf(words('x'))(response, rig.seen[0]!);
    };
    await rig.ask(PATH, streaming);
    expect(view().rows).toMatchObject([{ outputTokens: 50 }]);
  });

  it.each([400, 401, 402, 429, 500, 529, 302])('and nothing when it is refused with %d', async (status) => {
    rig.answering = answers(status, JSON.stringify({ error: {}, usage }), { 'retry-after': '1' });
    expect(await rig.ask(PATH, BODY)).toMatchObject({ status });
    expect(view()).toMatchObject({ today: 0, rows: [] });
    expect(reserved()).toBe(0);
  });

  it('and nothing when the way out is closed', async () => {
    rig.doorStatus = 403;
    expect(await rig.ask(PATH, BODY)).toMatchObject({ status: 502 });
    expect(view().today).toBe(0);
    expect(reserved()).toBe(0);
  });
});

describe('a call that breaks off', () => {
  it('because the agent gave up is ended at the provider, and costs what came until then', async () => {
    const gone = new Promise((resolve) => {
      rig.answering = (response) => {
        response.once('close', resolve);
        staysOpen(words('x'.repeat(90)))(response, rig.seen[0]!);
      };
    });
    await givenUp({ ...streaming, max_completion_tokens: 1_000 }, PATH, 'answer');
    await gone;
    expect(view().rows).toMatchObject([{ calls: 1, outputTokens: 400 }]);
    expect(view().rows[0]?.inputTokens).toBeGreaterThanOrEqual(INPUT);
  });

  it('costs what the provider had said by then', async () => {
    rig.answering = staysOpen({
      type: 'message_start',
      message: { usage: { input_tokens: 3, cache_read_input_tokens: 40, output_tokens: 1 } },
    });
    await givenUp({ ...calls.anthropic.body, stream: true }, calls.anthropic.path, 'answer');
    expect(view().rows).toMatchObject([{ inputTokens: 3, cachedTokens: 40, outputTokens: 100 }]);
  });

  it('before the provider has answered costs the time that it had', async () => {
    rig.answering = () => undefined;
    await givenUp({ ...streaming, max_completion_tokens: 1_000 }, PATH, 'request');
    expect(view().rows).toMatchObject([{ outputTokens: 400 }]);
  });

  it('costs all that it could if it was to come as a whole: the provider writes it to its end', async () => {
    rig.answering = () => undefined;
    await givenUp({ ...BODY, max_completion_tokens: 1_000 }, PATH, 'request');
    expect(view().rows).toMatchObject([{ outputTokens: 1_000 }]);
  });

  it('at the provider is a broken answer for the agent, and paid as far as it came', async () => {
    rig.answering = (response) => {
      staysOpen(words('x'.repeat(90)))(response, rig.seen[0]!);
      setTimeout(() => response.destroy(), 20);
    };
    await expect(rig.ask(PATH, streaming)).rejects.toThrow();
    expect(view().rows).toMatchObject([{ outputTokens: 30 }]);
  });

  it('before it answers at all is an error, and paid as if it had worked', async () => {
    rig.answering = (response) => response.destroy();
    expect(await rig.ask(PATH, streaming)).toMatchObject({ status: 502 });
    expect(view().rows).toMatchObject([{ inputTokens: INPUT, outputTokens: 0 }]);
  });

  it('before it is sent is not sent, and costs nothing', async () => {
    const gate = new EventEmitter();
    rig.state.gate = once(gate, 'open');
    const outgoing = rig.start(PATH).end(JSON.stringify(BODY));
    await expect.poll(() => rig.state.released, { interval: 1 }).toHaveLength(1);
    outgoing.destroy();
    // The door has seen that it is gone when it has answered another.
    await rig.ask('anthropic/v1/files', {});
    gate.emit('open');
    await rig.ask(calls.anthropic.path, calls.anthropic.body);
    expect(rig.seen.map(({ url }) => url)).toEqual(['/v1/messages']);
    expect(view().rows.map(({ provider }) => provider)).toEqual(['anthropic']);
  });

  it('by a crash costs all that it could, and is not paid again when its answer comes after all', async () => {
    rig.answering = staysOpen(words('x'));
    const outgoing = rig.start(PATH).end(JSON.stringify(streaming));
    await once(outgoing, 'response');
    const next = new SpendingBook(rig.journal, () => rig.state.settings);
    expect(next.view().rows).toMatchObject([{ calls: 1, outputTokens: 100 }]);
    rig.provider.closeAllConnections();
    await once(outgoing, 'close');
    expect(view().rows).toMatchObject([{ calls: 1, outputTokens: 100 }]);
  });
});

describe('the budget', () => {
  it('is not passed by calls that come at once, and what they leave of it can be used', async () => {
    // A call may cost 1,000 for its answer and something for its words: three fit.
    rig.spending.setCaps('/budget day 0.01');
    rig.spending.settle(
      rig.spending.reserve({
        turn: 9,
        choice: { provider: 'openai', model: 'gpt' },
        inputTokens: 6_500,
        maxTokens: 1,
      }),
      { input: 6_500, cached: 0, output: 0 },
    );
    const gate = new EventEmitter();
    const opened = once(gate, 'open');
    rig.answering = async (response, seen) => {
      await opened;
      streamOf(words('hi'), { choices: [], usage })(response, seen);
    };
    const asked = Array.from({ length: 12 }, () => rig.ask(PATH, streaming));
    let refused = 0;
    for (const each of asked) void each.then(({ status }) => (refused += Number(status === 402)));
    await expect.poll(() => [refused, rig.seen.length], { interval: 2 }).toEqual([9, 3]);
    gate.emit('open');
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 402)).toHaveLength(9);
    expect(view().today).toBe(6_500 + 3 * 90);
    expect((await rig.ask(PATH, streaming)).status).toBe(200);
  });

  it('that is used up is a refusal of our own, and nothing leaves', async () => {
    rig.spending.setCaps('/budget month 0.00');
    const { status, headers, text } = await rig.ask(PATH, BODY);
    expect({ status, refusal: headers['x-ara-refusal'] }).toEqual({ status: 402, refusal: '1' });
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'over-budget' } });
    expect(rig.targets).toEqual([]);
    // A server that costs nothing may still be asked.
    expect(await rig.ask(calls.compatible.path, calls.compatible.body)).toMatchObject({ status: 200 });
  });

  it('counts a call without a limit as the longest answer of its model', async () => {
    rig.spending.setCaps('/budget day 0.08');
    const { max_completion_tokens: _, ...open } = BODY;
    expect(await rig.ask(PATH, open)).toMatchObject({ status: 402 });
    rig.spending.setCaps('/budget day 0.09');
    expect(await rig.ask(PATH, open)).toMatchObject({ status: 200 });
  });
});

it('a stream without end takes no memory, and is stopped with its reader', async () => {
  const chunk = Buffer.alloc(65_536, 'x');
  rig.answering = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  };
  const outgoing = rig.start(PATH).end(JSON.stringify(streaming));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const before = process.memoryUsage.rss();
  let received = 0;
  let most = 0;
  await expect(
    (async () => {
      for await (const piece of response) {
        received += (piece as Buffer).length;
        most = Math.max(most, process.memoryUsage.rss() - before);
        if (received > 400e6) outgoing.destroy();
      }
    })(),
  ).rejects.toThrow();
  expect(most).toBeLessThan(200e6);
  await expect.poll(reserved, { interval: 2 }).toBe(0);
  expect(view().rows).toMatchObject([{ outputTokens: 100 }]);
  // 400 MB take their time beside other tests.
}, 60_000);

it('a provider that does not answer the first call does not keep others from being answered', async () => {
  let first = true;
  rig.answering = (response, seen) => {
    if (!first) streamOf({ choices: [], usage })(response, seen);
    first = false;
  };
  const waiting = rig.start(PATH).end(JSON.stringify(streaming));
  await expect.poll(() => rig.seen, { interval: 1 }).toHaveLength(1);
  expect(await rig.ask(PATH, streaming)).toMatchObject({ status: 200 });
  expect(reserved()).toBe(1);
  waiting.destroy();
  await expect.poll(reserved, { interval: 2 }).toBe(0);
});
