/** Proof: through the dashboard's API nobody gets at what is not theirs, and a page of it speaks to nobody else. */
import { anInstallation, anInternet } from './kit/installations.js';
import { moveIn, PASSWORD, type Household } from './dashboard/household.js';
import { pagesStayHome } from './dashboard/pages.js';
import { addressOf, documentedRoutes, type DocumentedRoute } from './dashboard/routes.js';
import { Visitor, type Seen } from './dashboard/visitor.js';
import type { Proof, Report } from './proof.js';

/** What everybody may call: a new one is a decision, taken here too. */
const OPEN = new Set([
  'GET /v1/installation',
  'GET /v1/invitation',
  'POST /v1/sign-up',
  'POST /v1/sign-up/passkey',
  'POST /v1/sign-up/passkey/options',
  'POST /v1/sign-in',
  'POST /v1/sign-in/code',
  'POST /v1/sign-in/passkey',
  'POST /v1/sign-in/passkey/options',
  'GET /v1/sign-in/organisation',
  'GET /v1/sign-in/organisation/callback',
  // By an address of 256 random bits.
  'GET /v1/receipts/{token}',
  'GET /v1/receipts/{token}/file',
]);
const REFUSED = [401, 403];

export const dashboardIsClosed: Proof = {
  name: 'dashboard-is-closed',
  promise:
    "Without a session, with another user's session or ids, or as an operator, nobody gets at a user's content.",
  async run(report) {
    const internet = await anInternet(report);
    const ara = await anInstallation(report, internet, { webhooks: true });
    const household = await moveIn(ara);
    const trial = new Trial(report, household, new Visitor(ara, 'nobody'));
    const before = await snapshot(household);
    for (const route of trial.routes) await trial.play(route);
    report.check(
      (await snapshot(household)) === before,
      "something of Alice's is not as it was before others tried",
    );
    cookiesAndHeaders(report, household, await household.alice.ask('GET', '/v1/session'));
    await signedOut(report, ara, household, trial.routes);
    const { pages, foreign } = await pagesStayHome(report, ara, household.alice, household.operator);
    return [
      {
        name: 'routes',
        value: trial.routes.length,
        unit: '',
        words: `${trial.routes.length} of ${trial.routes.length} documented routes`,
      },
      {
        name: 'attempts',
        value: trial.attempts,
        unit: '',
        words: `${trial.attempts} attempts, all refused or empty-handed`,
      },
      {
        name: 'foreign requests',
        value: foreign,
        unit: '',
        words: `${foreign} foreign requests on ${pages} pages`,
      },
    ];
  },
};

class Trial {
  readonly routes = documentedRoutes();
  attempts = 0;

  constructor(
    private readonly report: Report,
    private readonly household: Household,
    private readonly nobody: Visitor,
  ) {}

  async play(route: DocumentedRoute): Promise<void> {
    const title = `${route.method} ${route.path}`;
    this.report.check(
      route.audience === 'anyone' ? OPEN.has(title) : route.audience !== 'nobody',
      `${title} is open to everybody, or says for nobody`,
    );
    if (route.audience === 'anyone') return;
    const { operator, bob, alice } = this.household;
    await this.refused(this.nobody, route, 'no session');
    await this.refused(this.nobody, route, 'a made-up session', { cookie: `__Host-ara=${'A'.repeat(43)}` });
    if (route.method !== 'GET') {
      await this.refused(alice, route, 'another page', { origin: 'https://evil.example' });
      await this.refused(alice, route, 'no page', { origin: 'null' });
      await this.refused(alice, route, 'another site', { 'sec-fetch-site': 'cross-site' });
    }
    if (route.audience === 'user') {
      await this.emptyHanded(bob, route, "another user's ids");
      await this.emptyHanded(operator, route, "an operator with a user's ids");
    } else if (route.audience === 'operator') {
      await this.refused(bob, route, 'an ordinary user');
      if (route.method === 'GET') await this.emptyHanded(operator, route, 'an operator');
    } else {
      await this.refused(bob, route, 'an ordinary user');
      await this.refused(operator, route, 'an operator with a session');
    }
  }

  private async refused(
    visitor: Visitor,
    { method, path }: DocumentedRoute,
    how: string,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const seen = await visitor.ask(method, addressOf(path, this.household.theirs), { headers });
    this.attempts += 1;
    this.report.check(REFUSED.includes(seen.status), `${how}: ${method} ${path} answered ${seen.status}`);
    this.needNothingOf(seen, `${how}: ${method} ${path}`);
  }

  /**
   * May be answered, with what is the visitor's own. What changes something is tried only where an id could name what is
   * another's; where nothing names anything there is nobody else's to reach.
   */
  private async emptyHanded(visitor: Visitor, route: DocumentedRoute, how: string): Promise<void> {
    const { method, path, streams } = route;
    const { theirs } = this.household;
    const namesSomething = /\{|\/files?$/.test(path);
    if (streams || (method !== 'GET' && !namesSomething)) return;
    // Also said where no route looks for it.
    const joint = addressOf(path, theirs).includes('?') ? '&' : '?';
    const addresses = [
      addressOf(path, theirs),
      `${addressOf(path, theirs)}${joint}account=${theirs.account}`,
    ];
    for (const address of addresses) {
      const seen = await visitor.ask(method, address, { headers: { 'x-account': theirs.account } });
      this.attempts += 1;
      this.needNothingOf(seen, `${how}: ${method} ${path}`);
      this.report.check(seen.status < 500, `${how}: ${method} ${path} answered ${seen.status}`);
    }
  }

  private needNothingOf({ text, headers }: Seen, what: string): void {
    const all = `${text}${JSON.stringify(headers)}`;
    for (const [kind, canary] of Object.entries(this.household.canaries))
      this.report.check(!all.includes(canary), `${what}: holds Alice's ${kind}`);
  }
}

/** What Alice has, as she sees it. */
async function snapshot({ alice, canaries }: Household): Promise<string> {
  const paths = [
    'keys',
    'channels',
    'passkeys',
    'assistant',
    'memory/MEMORY.md',
    'file?path=notes/diary.txt',
  ];
  const seen = await Promise.all(paths.map((path) => alice.ask('GET', `/v1/me/${path}`)));
  const { conversations } = await alice.read<{ conversations: { id: string; turns: number }[] }>(
    'GET',
    '/v1/me/conversations',
  );
  const text = seen.map((each) => `${each.status} ${each.text}`).join('\n');
  // The positive control: what nobody else may see is there for her.
  for (const canary of [canaries['memory'], canaries['file'], canaries['persona']])
    if (!text.includes(canary ?? '')) throw new Error('Alice does not see what is her own');
  return `${text}\n${conversations.map(({ id, turns }) => `${id} ${turns}`).join('\n')}`;
}

function cookiesAndHeaders(report: Report, { alice }: Household, { headers }: Seen): void {
  const sessions = alice.setCookies.filter((cookie) => cookie.startsWith('__Host-ara='));
  report.check(sessions.length > 0, 'the session has no cookie of its own host');
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
    report.check(
      sessions.every((cookie) => cookie.includes(attribute)),
      `a session's cookie lacks ${attribute}`,
    );
  const policy = String(headers['content-security-policy'] ?? '');
  report.check(
    policy.includes("default-src 'none'"),
    'the content security policy lets in what it does not name',
  );
  report.check(!/script-src[^;]*unsafe/.test(policy), 'the content security policy lets scripts in');
  report.check(policy.includes("frame-ancestors 'none'"), 'the dashboard can be framed');
  report.check(/max-age=\d{8}/.test(String(headers['strict-transport-security'] ?? '')), 'no HSTS');
  report.check(headers['x-content-type-options'] === 'nosniff', 'types can be sniffed');
  report.check(headers['referrer-policy'] === 'no-referrer', 'addresses leak to other pages');
  report.check(headers['cache-control'] === 'no-store', 'answers of the API may be kept');
}

/** A cookie that was copied is worth nothing once its owner has signed out. */
async function signedOut(
  report: Report,
  ara: ConstructorParameters<typeof Visitor>[0],
  { bob }: Household,
  routes: readonly DocumentedRoute[],
): Promise<void> {
  const copied = bob
    .jar()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  await bob.read('POST', '/v1/sign-out');
  const thief = new Visitor(ara, 'a thief');
  for (const { method, path, audience } of routes) {
    if (audience !== 'user' || method !== 'GET' || path.includes('{')) continue;
    const { status } = await thief.ask(method, path, { headers: { cookie: copied } });
    report.check(status === 401, `signed out, and ${method} ${path} answered ${status}`);
  }
  await bob.read('POST', '/v1/sign-in', { name: 'bob', password: PASSWORD });
}
