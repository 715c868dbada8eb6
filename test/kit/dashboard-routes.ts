/** What the stand-in of dashboard-api.ts answers on each route. */
import { randomUUID } from 'node:crypto';
import { openAnonymous } from '../../contracts/seal.js';
import type { Ask } from './dashboard-api.js';

type Route = (ask: Ask) => unknown;

/** Thrown by a route: an error of the catalogue. */
export class Refuse extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const ceremony = () => ({
  ceremony: randomUUID(),
  options: { challenge: 'AAAA', rpId: 'localhost', allowCredentials: [] },
});
const code = () => ({ code: '7KQ4MXW2P', expiresAt: Date.now() + 600_000, address: '@johannas_ara_bot' });

function needProof({ api }: Ask): void {
  if (!api.data.proven) throw new Refuse(403, 'proof-needed', 'Prove first that it is you.');
}

function changed({ api }: Ask, what: string): void {
  api.tell('events', { changed: what });
}

/** The code is sent after a while, as somebody with a phone would do it. */
function ownerComesSoon(ask: Ask): void {
  setTimeout(() => {
    const telegram = ask.api.data.channels[0];
    if (telegram) Object.assign(telegram, { state: 'connected', since: new Date().toISOString() });
    ask.api.data.steps.channel = true;
    ask.api.data.owners = [{ id: '77123', name: 'Johanna', since: new Date().toISOString() }];
    changed(ask, 'channels');
  }, 4_000).unref();
}

const signIn: Record<string, Route> = {
  'GET /v1/installation': ({ api }) => api.data.installation,
  'GET /v1/invitation': () => ({
    name: null,
    role: 'user',
    expiresAt: new Date(Date.now() + 864e5).toISOString(),
  }),
  'GET /v1/session': ({ api }) => {
    if (!api.data.signedIn) throw new Refuse(401, 'unauthorized', 'Sign in first.');
    return api.data.session;
  },
  'POST /v1/sign-in': ({ api, body }) => {
    if (body['password'] !== 'correct horse battery')
      throw new Refuse(401, 'sign-in-failed', 'That is not right. Check the name, the password or the code.');
    if (api.data.session.methods.authenticator) return { next: 'code' };
    api.data.signedIn = true;
    return { next: 'done' };
  },
  'POST /v1/sign-in/code': ({ api }) => void (api.data.signedIn = true),
  'POST /v1/sign-in/passkey/options': ceremony,
  'POST /v1/sign-in/passkey': ({ api }) => void (api.data.signedIn = true),
  'POST /v1/sign-up': ({ api }) => void (api.data.signedIn = true),
  'POST /v1/sign-up/passkey/options': ceremony,
  'POST /v1/sign-up/passkey': ({ api }) => void (api.data.signedIn = true),
  'POST /v1/sign-out': ({ api }) => void (api.data.signedIn = false),
};

const channels: Record<string, Route> = {
  'GET /v1/me/home': ({ api: { data } }) => ({
    container: data.container,
    channels: data.channels,
    today: data.today,
    alarms: data.alarms,
    steps: data.steps,
  }),
  'GET /v1/me/channels': ({ api }) => ({ channels: api.data.channels }),
  'GET /v1/me/public-key': ({ api }) => ({
    publicKey: Buffer.from(api.container.publicKey).toString('base64'),
  }),
  'POST /v1/me/channels/:kind': (ask) => {
    const credential = JSON.parse(
      openAnonymous(ask.api.container, String(ask.body['sealed'])).toString(),
    ) as { token: string };
    if (credential.token.startsWith('0:'))
      throw new Refuse(422, 'bad-credential', 'The platform refused the credential.');
    const telegram = ask.api.data.channels[0];
    if (telegram) Object.assign(telegram, { state: 'waiting-for-owner', since: new Date().toISOString() });
    ownerComesSoon(ask);
    return code();
  },
  'POST /v1/me/channels/:kind/code': (ask) => {
    ownerComesSoon(ask);
    return code();
  },
  'POST /v1/me/channels/:kind/test': () => ({ sent: true }),
  'DELETE /v1/me/channels/:kind': (ask) => {
    const telegram = ask.api.data.channels[0];
    if (telegram) Object.assign(telegram, { state: 'unlinked', since: null, lastMessageAt: null });
    changed(ask, 'channels');
  },
  'GET /v1/me/channels/:kind/owners': ({ api }) => ({ owners: api.data.owners }),
  'DELETE /v1/me/channels/:kind/owners/:id': ({ api, params }) => {
    api.data.owners = api.data.owners.filter(({ id }) => id !== params[1]);
  },
};

const keys: Record<string, Route> = {
  'GET /v1/me/keys': ({ api }) => ({ keys: api.data.keys }),
  'PUT /v1/me/keys/:provider': (ask) => {
    needProof(ask);
    const { data } = ask.api;
    const provider = ask.params[0] ?? '';
    const known = data.keys.find((each) => each.provider === provider);
    const { key, model, baseUrl } = ask.body as { key?: string; model?: string; baseUrl?: string };
    const next = {
      provider,
      lastFour: key?.slice(-4) ?? known?.lastFour ?? '',
      model: model ?? known?.model ?? '',
      baseUrl: baseUrl ?? known?.baseUrl ?? null,
      updatedAt: new Date().toISOString(),
    };
    data.keys = known ? data.keys.map((each) => (each === known ? next : each)) : [...data.keys, next];
    data.steps.key = true;
  },
  'DELETE /v1/me/keys/:provider': (ask) => {
    needProof(ask);
    ask.api.data.keys = ask.api.data.keys.filter(({ provider }) => provider !== ask.params[0]);
  },
  'PUT /v1/me/models': ({ api, body }) => {
    const order = body['order'] as string[];
    api.data.keys.sort((one, other) => order.indexOf(one.provider) - order.indexOf(other.provider));
  },
  'GET /v1/me/models': ({ api }) => api.data.models,
  'GET /v1/me/budget': ({ api }) => api.data.budget,
  'PUT /v1/me/budget': ({ api, body }) => {
    api.data.budget.caps = body as { day: number | null; month: number | null };
    return api.data.budget;
  },
};

const overview: Record<string, Route> = {
  'GET /v1/me/usage': ({ api, query }) => {
    const days = new Set(api.data.usage.map(({ day }) => day).slice(0, Number(query.get('days') ?? 31) * 3));
    return { pricesFrom: '2026-11-23', rows: api.data.usage.filter(({ day }) => days.has(day)) };
  },
  'GET /v1/me/usage.csv': () => 'day,channel,provider,model,messages\n',
  'GET /v1/me/flows': ({ api }) => ({ flows: api.data.flows }),
  'GET /v1/me/privacy': ({ api }) => ({ holdings: api.data.holdings }),
};

const content: Record<string, Route> = {
  'GET /v1/me/assistant': ({ api }) => api.data.assistant,
  'PUT /v1/me/assistant': ({ api, body }) => Object.assign(api.data.assistant, body),
  'GET /v1/me/memory': ({ api }) => ({
    files: [...api.data.memory].map(([name, { text, changedAt }]) => ({
      name,
      bytes: Buffer.byteLength(text),
      changedAt,
    })),
  }),
  'GET /v1/me/memory/:name': ({ api, params: [name = ''] }) => {
    const file = api.data.memory.get(name);
    if (!file) throw new Refuse(404, 'not-found', 'There is no such thing here.');
    return { name, text: file.text };
  },
  'PUT /v1/me/memory/:name': ({ api, params: [name = ''], body }) => {
    const text = String(body['text']);
    if (text) api.data.memory.set(name, { text, changedAt: Date.now() });
    else api.data.memory.delete(name);
  },
  'GET /v1/me/files': ({ api, query }) => {
    const path = query.get('path') ?? '';
    const prefix = path ? `${path}/` : '';
    const entries = [...api.data.files]
      .map(([name, bytes]) => ({ name: name.replace(/\/$/, ''), isFolder: name.endsWith('/'), bytes }))
      .filter(({ name }) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'))
      .map(({ name, isFolder, bytes }) => ({
        name: name.slice(prefix.length),
        kind: isFolder ? 'folder' : 'file',
        bytes,
        changedAt: Date.now() - 36e5,
      }));
    const usedBytes = [...api.data.files.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { path, entries, usedBytes, quotaBytes: 1_000_000_000 };
  },
  'GET /v1/me/file': () => Buffer.from('Flour\nEggs\nThyme\n'),
  'PUT /v1/me/file': ({ api, query, body }) =>
    void api.data.files.set(query.get('path') ?? '', (body['bytes'] as Buffer).length),
  'DELETE /v1/me/file': ({ api, query }) => {
    const path = query.get('path') ?? '';
    for (const name of api.data.files.keys())
      if (name === path || name.startsWith(`${path}/`)) api.data.files.delete(name);
  },
  'GET /v1/me/conversations': ({ api, query }) => {
    const words = query.get('words');
    const rows = api.data.conversations.map(({ id, channel, turns }) => ({
      id,
      channel,
      title: turns[0]?.question ?? '',
      turns: turns.length,
      lastAt: turns.at(-1)?.sentAt ?? 0,
      excerpt: words
        ? (turns.find(({ question, answer }) => `${question} ${answer}`.includes(words))?.question ?? null)
        : null,
    }));
    return { conversations: words ? rows.filter(({ excerpt }) => excerpt !== null) : rows };
  },
  'GET /v1/me/conversations/:id': ({ api, params }) => {
    const found = api.data.conversations.find(({ id }) => id === params[0]);
    if (!found) throw new Refuse(404, 'not-found', 'There is no such thing here.');
    return { ...found, older: null };
  },
  'DELETE /v1/me/conversations/:id': ({ api, params }) => {
    api.data.conversations = api.data.conversations.filter(({ id }) => id !== params[0]);
  },
  'POST /v1/me/chat': (ask) => {
    ask.api.data.steps.message = true;
    void answerInPieces(ask);
  },
};

async function answerInPieces({ api, body }: Ask): Promise<void> {
  const words =
    `You wrote **${String(body['text'])}**. I can look that up for you, or we leave it at that.`.split(' ');
  const id = randomUUID();
  api.tell('chat', { type: 'typing' });
  for (let count = 1; count <= words.length; count += 3) {
    await new Promise((done) => setTimeout(done, 120));
    const isLast = count + 3 > words.length;
    const markdown = words.slice(0, isLast ? undefined : count).join(' ');
    api.tell('chat', {
      type: 'message',
      id,
      markdown,
      choices: isLast ? ['Look it up', 'Leave it'] : [],
      at: Date.now(),
    });
  }
  api.tell('events', { changed: 'usage' });
}

const recoveryCodes = () => ({ codes: Array.from({ length: 8 }, (_, n) => `k7f2-m9q${n}-x3wd`) });

const security: Record<string, Route> = {
  'POST /v1/me/prove': ({ api, body }) => {
    if (body['password'] === 'wrong')
      throw new Refuse(401, 'sign-in-failed', 'That is not right. Check the name, the password or the code.');
    api.data.proven = true;
  },
  'POST /v1/me/prove/passkey/options': ceremony,
  'POST /v1/me/prove/passkey': ({ api }) => void (api.data.proven = true),
  'PUT /v1/me/password': (ask) => {
    needProof(ask);
    ask.api.data.session.methods.password = true;
  },
  'DELETE /v1/me/password': (ask) => {
    needProof(ask);
    ask.api.data.session.methods.password = false;
  },
  'PUT /v1/me/email': ({ api, body }) =>
    void (api.data.session.account.email = body['email'] as string | null),
  'GET /v1/me/passkeys': ({ api }) => ({ passkeys: api.data.passkeys }),
  'POST /v1/me/passkeys/options': ceremony,
  'POST /v1/me/passkeys': () => undefined,
  'DELETE /v1/me/passkeys/:id': ({ api, params }) => {
    api.data.passkeys = api.data.passkeys.filter(({ id }) => id !== params[0]);
  },
  'POST /v1/me/authenticator': () => ({
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    address: 'otpauth://totp/Ara:Johanna?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Ara',
  }),
  'PUT /v1/me/authenticator': ({ api }) => {
    Object.assign(api.data.session.methods, { authenticator: true, recoveryCodesLeft: 8 });
    return recoveryCodes();
  },
  'DELETE /v1/me/authenticator': ({ api }) =>
    void Object.assign(api.data.session.methods, { authenticator: false, recoveryCodesLeft: 0 }),
  'POST /v1/me/recovery-codes': recoveryCodes,
  'GET /v1/me/sessions': ({ api }) => ({ sessions: api.data.sessions }),
  'DELETE /v1/me/sessions': ({ api }) => {
    api.data.sessions = api.data.sessions.filter(({ current }) => current);
  },
  'DELETE /v1/me/sessions/:id': ({ api, params }) => {
    api.data.sessions = api.data.sessions.filter(({ id }) => id !== params[0]);
  },
  'GET /v1/me/audit': ({ api }) => ({ entries: api.data.audit }),
};

const operator: Record<string, Route> = {
  'GET /v1/operator/users': ({ api }) => ({ users: api.data.users }),
  'POST /v1/operator/users': ({ api, body }) =>
    void api.data.users.push({
      id: randomUUID(),
      name: String(body['name']),
      role: 'user',
      createdAt: new Date().toISOString(),
      lastSeenAt: null,
      signsIn: false,
      channels: 0,
      messagesThisMonth: 0,
    }),
  'GET /v1/operator/invitations': ({ api }) => ({ invitations: api.data.invitations }),
  'POST /v1/operator/invitations': () => ({
    id: randomUUID(),
    address: 'https://ara.example.org/join#kZ3vQm8cT1yWb5nXo7LrPd2hFa9sJe4uG6iKtVwCyBM',
    expiresAt: new Date(Date.now() + 3 * 864e5).toISOString(),
  }),
  'DELETE /v1/operator/invitations/:id': ({ api, params }) => {
    api.data.invitations = api.data.invitations.filter(({ id }) => id !== params[0]);
  },
  'GET /v1/operator/containers': ({ api }) => api.data.containers,
  'POST /v1/operator/containers/:account/wake': (ask) => setContainer(ask, 'awake'),
  'POST /v1/operator/containers/:account/sleep': (ask) => setContainer(ask, 'asleep'),
  'POST /v1/operator/containers/:account/restart': (ask) => setContainer(ask, 'awake'),
  'GET /v1/operator/health': ({ api }) => api.data.health,
  'GET /v1/operator/settings': ({ api }) => ({ settings: api.data.settings }),
  'GET /v1/operator/audit': ({ api }) => ({ entries: api.data.audit }),
};

function setContainer({ api, params }: Ask, state: string): void {
  const found = api.data.containers.containers.find(({ account }) => account === params[0]);
  if (found) found.state = state;
}

/** By method and path; `:name` is one part of the path. */
export const routes: Record<string, Route> = {
  ...signIn,
  ...channels,
  ...keys,
  ...overview,
  ...content,
  ...security,
  ...operator,
};
