/** An export on its way in, over the gateway's own HTTP server: what goes through, and what is refused before it does. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MAX_ARCHIVE } from '../../../../contracts/archive.js';
import { readBody } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import { LiveSessions } from '../../sign-in/live-sessions.service.js';
import { ACCESS, type AccessRule } from '../access.js';
import { account, ContentGateway, json, type Sent } from './content-test-rig.js';
import { ImportsController } from './imports.controller.js';

const TICKET = 'a'.repeat(32);
const REPORT = { conversations: 1, turns: 2, memoryFiles: 3, files: 4, reminders: 5 };

let gateway: ContentGateway;
beforeEach(async () => {
  gateway = new ContentGateway();
  await gateway.start();
});
afterEach(() => gateway.stop());

const bytes = (body: Buffer, headers: Sent['headers'] = {}): Sent => ({
  headers: { 'content-type': 'application/octet-stream', ...headers },
  body,
});

it('needs proof of who it is before anything is sent', () => {
  const rule = (method: 'ticket' | 'take'): unknown =>
    Reflect.getMetadata(ACCESS, ImportsController.prototype[method]);
  expect(rule('ticket')).toEqual({ audience: 'user', stepUp: true } satisfies AccessRule);
  expect(rule('take')).toMatchObject({ audience: 'user' });
});

it('needs somebody who is signed in', async () => {
  gateway.viewer = undefined;
  expect(await gateway.send('POST', 'import', json({ sealed: 'AAAA' }))).toMatchObject({ status: 401 });
  expect(await gateway.send('PUT', `import?ticket=${TICKET}`, bytes(Buffer.from('x')))).toMatchObject({
    status: 401,
  });
  expect(gateway.calls).toEqual([]);
});

it('goes to the container of who is signed in: the passphrase sealed, the bytes as they are', async () => {
  const archive = randomBytes(3_000_000);
  gateway.handle = async ({ request }) => {
    const { method = '', url = '' } = request;
    gateway.calls.push({ method, url, body: await readBody(request, 1e9) });
    return method === 'POST' ? { ticket: TICKET } : REPORT;
  };
  const asked = await gateway.send('POST', 'import', json({ sealed: 'c2VhbGVk' }));
  expect([asked.status, JSON.parse(asked.text)]).toEqual([200, { ticket: TICKET }]);
  const taken = await gateway.send('PUT', `import?ticket=${TICKET}`, bytes(archive));
  expect([taken.status, JSON.parse(taken.text)]).toEqual([200, REPORT]);
  const [words, file] = gateway.calls;
  expect([words?.url, JSON.parse(String(words?.body))]).toEqual([
    '/v1/archives/passphrase',
    { sealed: 'c2VhbGVk' },
  ]);
  expect(file?.url).toBe(`/v1/content/import?ticket=${TICKET}`);
  expect(file?.body.equals(archive)).toBe(true);
  expect(gateway.trail).toEqual([{ action: 'import-taken', by: account, account }]);
});

it('refuses what is too large by its own word, and a ticket out of form, and wakes nobody for it', async () => {
  const large = gateway.begin('PUT', `import?ticket=${TICKET}`, {
    'content-type': 'application/octet-stream',
    'content-length': MAX_ARCHIVE + 1,
  });
  const status = await new Promise((resolve, reject) =>
    large
      .once('response', (answer) => resolve(answer.statusCode))
      .on('error', reject)
      .flushHeaders(),
  );
  large.on('error', () => undefined).destroy();
  expect(status).toBe(413);
  for (const ticket of ['', 'a', '../../x', TICKET.toUpperCase()])
    expect((await gateway.send('PUT', `import?ticket=${ticket}`, bytes(Buffer.from('x')))).code).toBe(
      'bad-request',
    );
  expect((await gateway.send('POST', 'import', json({ passphrase: 'in the open' }))).code).toBe(
    'bad-request',
  );
  expect([gateway.wakes, gateway.trail]).toEqual([0, []]);
});

it.each(['wrong-passphrase', 'no-archive', 'bad-archive', 'not-empty', 'too-large', 'not-found'] as const)(
  'brings the refusal %s of the container as it is, and no word of it into the trail',
  async (code) => {
    gateway.handle = async ({ request }) => {
      await readBody(request, 1e9);
      throw new AraError(code);
    };
    const answer = await gateway.send('PUT', `import?ticket=${TICKET}`, bytes(randomBytes(100_000)));
    expect([answer.status, answer.code]).toEqual([new AraError(code).status, code]);
    expect(gateway.trail).toEqual([]);
  },
);

it('ends with the session that it came with, and the container is not told that it was whole', async () => {
  let whole: boolean | undefined;
  const begun = Promise.withResolvers<undefined>();
  gateway.handle = async ({ request }) => {
    begun.resolve(undefined);
    whole = await readBody(request, 1e9).then(
      () => true,
      () => false,
    );
    return REPORT;
  };
  const upload = gateway.begin('PUT', `import?ticket=${TICKET}`, {
    'content-type': 'application/octet-stream',
    'content-length': 1_000_000,
  });
  upload.on('error', () => undefined).write(randomBytes(100_000));
  await begun.promise;
  gateway.app.get(LiveSessions).end(['one']);
  await expect.poll(() => whole).toBe(false);
  upload.destroy();
  expect(gateway.trail).toEqual([]);
});
