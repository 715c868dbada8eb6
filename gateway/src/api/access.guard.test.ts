/** Who gets in where, for each audience; and from which page a browser may ask. Over HTTP, with real sessions. */
import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, type Browser } from '../../../test/kit/dashboard/browser.js';
import { startDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { SignInApp } from '../../../test/kit/dashboard/sign-in-app.js';
import { Access, Me, type Viewer } from './access.js';
import { Answers } from './answers.js';

const answer = z.object({ account: z.string() });

@Controller('v1/probe')
class ProbeController {
  @Get('forgotten')
  forgotten(): string {
    return 'nobody said who may see this';
  }
  @Get('anyone')
  @Access('anyone')
  anyone(): string {
    return 'yes';
  }
  @Post('anyone')
  @Access('anyone')
  change(): string {
    return 'yes';
  }
  @Get('user')
  @Access('user')
  @Answers(answer)
  user(@Me() me: Viewer) {
    return { account: me.account, secret: 'not in the shape' };
  }
  @Post('user')
  @Access('user')
  @Answers(answer)
  write(@Me() me: Viewer) {
    return me;
  }
  @Put('user')
  @Access('user', { stepUp: true })
  proved(): string {
    return 'yes';
  }
  @Get('operator')
  @Access('operator')
  operator(): string {
    return 'yes';
  }
  @Delete('installation')
  @Access('installation')
  installation(): string {
    return 'yes';
  }
}

let database: TestDatabase;
let app: SignInApp;
let behindProxy: SignInApp;
let user: Browser;
let operator: Browser;

beforeAll(async () => {
  database = await startDatabase();
  app = await SignInApp.start(database.url, { controllers: [ProbeController] });
  behindProxy = await SignInApp.start(database.url, {
    controllers: [ProbeController],
    publicUrl: 'https://ara.example.org',
    listen: { behindProxy: true },
  });
  user = await app.join('ursula');
  operator = await app.join('olga', 'operator');
}, 60_000);
afterAll(async () => {
  await Promise.all([app.stop(), behindProxy.stop()]);
  await database.stop();
});

describe('a route', () => {
  it('that says no audience is refused to everybody', async () => {
    const answers = [
      await app.browser().get('/v1/probe/forgotten'),
      await user.get('/v1/probe/forgotten'),
      await operator.get('/v1/probe/forgotten'),
      await app.installation('GET', '/v1/probe/forgotten'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(answers.map(refusal)).toEqual(Array(4).fill('not-allowed'));
  });

  // nobody, user, operator, the installation's token
  it.each([
    ['GET', '/v1/probe/anyone', [200, 200, 200, 200]],
    ['GET', '/v1/probe/user', [401, 200, 200, 401]],
    ['GET', '/v1/probe/operator', [401, 403, 200, 200]],
    ['DELETE', '/v1/probe/installation', [401, 401, 401, 200]],
  ])('%s %s lets in whom it says', async (method, path, expected) => {
    const answers = [
      await app.browser().send(method, path),
      await user.send(method, path),
      await operator.send(method, path),
      await app.installation(method, path),
    ];
    expect(answers.map(({ status }) => status)).toEqual(expected);
  });

  it.each(['', 'Bearer ', 'Bearer wrong', 'Basic TOKEN', 'TOKEN', 'Bearer TOKENx', 'bearer TOKEN'])(
    'takes %j for no token',
    async (form) => {
      const authorization = form.replace('TOKEN', app.operatorToken);
      const page = await app.browser().send('DELETE', '/v1/probe/installation', undefined, { authorization });
      expect(refusal(page)).toBe('unauthorized');
    },
  );

  it('answers with the fields of its shape and no others', async () => {
    const { body } = await user.get('/v1/probe/user');
    expect(Object.keys(body as object)).toEqual(['account']);
  });

  it('that needs a proof says so once the last one is too long ago', async () => {
    const member = await app.join('penelope');
    expect((await member.put('/v1/probe/user')).status).toBe(200);
    await app.proofsEnd();
    expect(await member.put('/v1/probe/user')).toMatchObject({
      status: 403,
      body: { error: { code: 'proof-needed', message: 'Confirm that it is you first.' } },
    });
  });

  it('follows the role at once', async () => {
    const member = await app.join('rosa', 'operator');
    await app.database.query(`UPDATE accounts SET role = 'user' WHERE name = 'rosa'`);
    expect(refusal(await member.get('/v1/probe/operator'))).toBe('not-allowed');
  });
});

describe('a browser with a session', () => {
  const here = (): string => `http://localhost:${app.port}`;
  const headers = (origin?: string, site?: string, more: Record<string, string> = {}) => ({
    origin,
    'sec-fetch-site': site,
    ...more,
  });

  it('changes something from our own pages', async () => {
    for (const head of [headers(here(), 'same-origin'), headers(here()), headers(here(), 'none')])
      expect((await user.send('POST', '/v1/probe/user', undefined, head)).status).toBe(201);
  });

  it.each<[string, () => ReturnType<typeof headers>]>([
    ['without an origin', () => headers()],
    ['of another site', () => headers('https://evil.example', 'cross-site')],
    ['that says our origin and another site', () => headers(here(), 'cross-site')],
    ['that says our origin and another host of the site', () => headers(here(), 'same-site')],
    ['without a site that says another origin', () => headers('https://evil.example')],
    ['of another port', () => headers('http://localhost:3000')],
    ['of another port of the same name', () => headers(`http://localhost:${app.port + 1}`)],
    ['with encryption that we do not have', () => headers(`https://localhost:${app.port}`)],
    ['of another name of this machine', () => headers(`http://127.0.0.1:${app.port}`)],
    ['in a sandbox', () => headers('null')],
    ['whose name begins like ours', () => headers(`http://localhost:${app.port}.evil.example`)],
    [
      'whose name was made to lead here',
      () => headers('http://evil.example', undefined, { host: 'evil.example' }),
    ],
  ])('is refused from a page %s', async (_what, head) => {
    for (const [method, path] of [
      ['POST', '/v1/probe/user'],
      ['PUT', '/v1/probe/user'],
      ['DELETE', '/v1/me/sessions'],
      ['POST', '/v1/probe/anyone'],
    ] as const) {
      expect(refusal(await user.send(method, path, undefined, head()))).toBe('not-allowed');
    }
  });

  it('reads by a link from elsewhere, and not as a part of another page', async () => {
    const link = headers(undefined, 'cross-site', { 'sec-fetch-mode': 'navigate' });
    expect((await user.get('/v1/probe/user', link)).status).toBe(200);
    for (const mode of ['cors', 'no-cors', 'websocket']) {
      const part = headers(undefined, 'cross-site', { 'sec-fetch-mode': mode });
      expect(refusal(await user.get('/v1/probe/user', part))).toBe('not-allowed');
    }
  });

  it('behind a proxy is known by the public address, whatever name the proxy puts there', async () => {
    const member = await behindProxy.join('pauline', 'user', 'https://ara.example.org');
    for (const host of ['ara.example.org', 'gateway.internal:8787']) {
      const good = headers('https://ara.example.org', 'same-origin', { host });
      expect((await member.send('POST', '/v1/probe/user', undefined, good)).status).toBe(201);
      const bad = headers(`https://${host.replace('ara.', 'evil.')}`, undefined, { host });
      expect(refusal(await member.send('POST', '/v1/probe/user', undefined, bad))).toBe('not-allowed');
    }
  });
});

it('what is no browser changes something without an origin: with the token, or where anyone may', async () => {
  const plain = { origin: undefined, 'sec-fetch-site': undefined };
  expect((await app.browser().send('POST', '/v1/probe/anyone', undefined, plain)).status).toBe(201);
  expect((await app.installation('DELETE', '/v1/probe/installation')).status).toBe(200);
});

describe('every answer', () => {
  it.each(['/v1/probe/anyone', '/v1/probe/user', '/v1/nothing-here', '/nowhere'])(
    'of %s is closed',
    async (path) => {
      const page = await app.browser().get(path);
      expect(page.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      const policy = String(page.headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
      expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'");
      expect(page.headers['cache-control']).toBe(path.startsWith('/v1/') ? 'no-store' : undefined);
      expect(page.headers).not.toHaveProperty('strict-transport-security');
    },
  );

  it('is asked for with encryption only, where there is encryption', async () => {
    const page = await behindProxy.browser('https://ara.example.org').get('/v1/probe/anyone');
    expect(page.headers['strict-transport-security']).toBe('max-age=63072000');
  });

  it('to what is out of form names the fields, and never what was in them', async () => {
    const body = { name: 'CANARY\u0000', password: 'CANARY', invitation: 'CANARY', more: 'CANARY' };
    const page = await app.browser().post('/v1/sign-up', body);
    expect(page).toMatchObject({ status: 400, body: { error: { code: 'bad-request' } } });
    const text = JSON.stringify(page.body);
    for (const field of ['name', 'password', 'invitation']) expect(text).toContain(field);
    expect(text).not.toContain('CANARY');
  });
});
