/** Proof: whatever Ara does, every connection it makes goes to a host on the list that its user sees. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostRow } from '../contracts/hosts.js';
import { Installation, type Internet, type User } from '../test/kit/installation.js';
import { roomPid } from '../test/kit/parts.js';
import { moveIn, type Household } from './dashboard/household.js';
import { pagesStayHome } from './dashboard/pages.js';
import { knock, listOf } from './hosts/doors.js';
import { interfacesOf, KernelWatch, socketsAround } from './hosts/kernel-watch.js';
import { shownOnPage } from './hosts/privacy-page.js';
import { anInstallation, anInternet } from './kit/installations.js';
import type { Proof, Report } from './proof.js';

const UNDECLARED = 'undeclared.example.net';
const STRANGER = 'stranger.example.org';

interface Run {
  report: Report;
  ara: Installation;
  internet: Internet;
  household: Household;
  kim: User;
  /** Where the operator has placed each host. */
  placed: Record<string, string>;
}

export const noUndeclaredHost: Proof = {
  name: 'no-undeclared-host',
  promise:
    'Every connection goes to a host on the list that its user sees; a stopped host is reached by nobody.',
  async run(report) {
    const internet = await anInternet(report);
    const silent = await aSilentServer(report);
    const placed = placesOf(internet, silent);
    const ara = await anInstallation(report, internet, {
      webhooks: true,
      settings: { egress: { resolve: placed } },
    });
    const watch = new KernelWatch(() => ara.processes().map(({ pid }) => pid));
    report.later(async () => watch.stop());
    const household = await moveIn(ara);
    const kim = await ara.addUser('kim', { anthropic: 'sk-ant-test-key', openai: 'sk-proj-test-key' });
    const run: Run = { report, ara, internet, household, kim, placed };

    report.step('messages answered, a host stopped and allowed again');
    await use(run);
    const rooms = await roomsHaveNoNetwork(run);
    const atDoor = await atTheDoor(run);
    report.step("every page of the dashboard, and the list on the user's own");
    const { pages, foreign } = await pagesStayHome(report, ara, household.alice, household.operator);
    const lines = await pageIsTheDoor(run);
    const kernel = await inTheKernel(run, watch);
    return [
      figure('connections', atDoor.connections, `${atDoor.connections} connections at the door`),
      figure('kernel', kernel.connections, `${kernel.connections} in the kernel in ${kernel.looks} looks`),
      figure('undeclared', kernel.undeclared, `${kernel.undeclared} to an undeclared host`),
      figure('interfaces', rooms, `${rooms} network interfaces but lo in two rooms`),
      figure('lines', lines, `${lines} lines the same on page, picture and door`),
      figure('foreign requests', foreign, `${foreign} foreign requests on ${pages} pages`),
    ];
  },
};

const figure = (name: string, value: number, words: string) => ({ name, value, unit: '', words });

/** Takes connections and says nothing. */
async function aSilentServer(report: Report): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  report.later(async () => server.close());
  return (server.address() as AddressInfo).port;
}

const placesOf = (
  { telegram, anthropic, openai, google, compatible }: Internet,
  silent: number,
): Record<string, string> => ({
  'api.telegram.org': `127.0.0.1:${telegram.port}`,
  'api.anthropic.com': `127.0.0.1:${anthropic.port}`,
  'api.openai.com': `127.0.0.1:${openai.port}`,
  'generativelanguage.googleapis.com': `127.0.0.1:${google.port}`,
  'models.example.net': `127.0.0.1:${compatible.port}`,
  [UNDECLARED]: `127.0.0.1:${silent}`,
});

/** What people do, with what the user does about hosts in the midst of it. */
async function use({ report, ara, internet, kim }: Run): Promise<void> {
  await ara.ask(kim, 'a first question');
  const told = async (text: string, answer: RegExp): Promise<void> => {
    const heard = internet.telegram.waitForMessage(kim.bot, (message) => answer.test(message.text), 15_000);
    ara.say(kim, text);
    await heard;
  };
  await told(
    '/privacy',
    /api\.telegram\.org[\s\S]*api\.anthropic\.com|api\.anthropic\.com[\s\S]*api\.telegram\.org/,
  );
  await told('/privacy stop api.anthropic.com', /api\.anthropic\.com is stopped/);
  report.check(
    (await knock(ara, kim, 'api.anthropic.com:443')) === 403,
    'a stopped host is open at the door',
  );
  const before = internet.anthropic.requests.length;
  // Nothing goes to another provider instead, unasked.
  await told('a question while it is stopped', /^You have stopped the host of Anthropic/);
  report.check(internet.openai.requests.length === 0, 'another provider was asked in its place');
  report.check(internet.anthropic.requests.length === before, 'a stopped host was asked');
  await told('/privacy stop api.telegram.org', /\/privacy stop api\.telegram\.org yes/);
  await told('/privacy allow api.anthropic.com', /api\.anthropic\.com is open again/);
  report.check(
    (await knock(ara, kim, 'api.anthropic.com:443')) === 200,
    'a host that was allowed again is closed',
  );
}

/** The rooms have no interface but `lo`, and no socket in it. @returns how many others */
async function roomsHaveNoNetwork({ report, ara, kim }: Run): Promise<number> {
  let others = 0;
  let sockets = 0;
  for (const room of ['bridge', 'agent'] as const) {
    const pid = await roomPid(ara, kim, room);
    if (pid === null) throw new Error(`the ${room} room does not run`);
    others += interfacesOf(pid).filter((name) => name !== 'lo').length;
    sockets += socketsAround(pid).length;
  }
  report.check(others === 0, `the rooms have ${others} network interfaces beside lo`);
  report.check(sockets === 0, `the rooms have ${sockets} sockets of a network`);
  report.check(
    interfacesOf(process.pid).some((name) => name !== 'lo'),
    'control: this machine has no interface',
  );
  // The control: where there is a socket, it is seen. The rooms themselves may not even make one.
  const control = createServer();
  await once(control.listen(0, '127.0.0.1'), 'listening');
  const { port } = control.address() as AddressInfo;
  const own = socketsAround(process.pid);
  report.check(
    own.some(({ localPort }) => localPort === port),
    'control: a socket of this process was not seen',
  );
  control.close();
  return others;
}

async function atTheDoor({ report, ara, kim }: Run): Promise<{ connections: number }> {
  // The control: a stranger is refused, and stands in the list as one.
  report.check((await knock(ara, kim, `${STRANGER}:443`)) === 403, 'control: a stranger got out');
  const rows = await listOf(ara, kim);
  const stranger = rows.find(({ host }) => host === STRANGER);
  report.check(stranger?.refused === 1 && !stranger.declared, 'control: the stranger is not in the ledger');
  for (const { host, declared, connections } of rows)
    report.check(declared || connections === 0, `${host} was reached, and is not on the list`);
  const connections = rows.reduce((sum, row) => sum + row.connections, 0);
  report.check(connections > 0, 'nothing was connected at all');
  return { connections };
}

/** One list: on the page, in the picture, and at the door, which is asked for every name on it. @returns its lines */
async function pageIsTheDoor({ report, ara, household: { alice } }: Run): Promise<number> {
  const { account } = await alice.read<{ account: { id: string } }>('GET', '/v1/session');
  await alice.read('PUT', '/v1/me/hosts/api.anthropic.com', { stopped: true });
  const list = await listOf(ara, account);
  const declared = list.filter((row) => row.declared).map(({ host }) => host);
  const { table, picture } = await shownOnPage(ara, alice);
  const same = (one: readonly string[], other: readonly string[]): boolean =>
    JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
  report.check(
    same(
      table,
      list.map(({ host }) => host),
    ),
    `the page shows ${table.join(', ')}`,
  );
  report.check(
    declared.every((host) => picture.includes(host)),
    `the picture shows ${picture.join(', ')}`,
  );
  report.check(
    picture.every((host) => table.includes(host)),
    'the picture shows what the table does not',
  );
  for (const row of list) await agrees(report, ara, account, row);
  await alice.read('PUT', '/v1/me/hosts/api.anthropic.com', { stopped: false });
  report.check(
    (await knock(ara, account, 'api.anthropic.com:443')) === 200,
    'allowed on the page, closed at the door',
  );
  return list.length;
}

async function agrees(
  report: Report,
  ara: Installation,
  user: { id: string },
  { host, declared, stopped }: HostRow,
): Promise<void> {
  const expected = declared && !stopped ? 200 : 403;
  const status = await knock(ara, user, `${host.replace('*', 'any')}:443`);
  report.check(status === expected, `the list says otherwise of ${host} than the door (${status})`);
}

/** What the processes of the installation were seen to be connected to, and that one who is not declared is seen. */
async function inTheKernel(
  { report, ara, household, kim, placed }: Run,
  watch: KernelWatch,
): Promise<{ connections: number; undeclared: number; looks: number }> {
  const { account } = await household.alice.read<{ account: { id: string } }>('GET', '/v1/session');
  const lists = await Promise.all([listOf(ara, kim), listOf(ara, account)]);
  const declared = new Set(
    lists.flat().flatMap((row) => (row.declared ? (placed[row.host] ?? row.host) : [])),
  );
  const strangers = (): string[] =>
    [...watch.seen.values()].flatMap(({ protocol, localPort, remote }) =>
      // Who came to the gateway's own port was not called by it.
      (protocol === 'tcp' && localPort === ara.port) || declared.has(remote) ? [] : `${protocol} ${remote}`,
    );
  const undeclared = strangers();
  for (const each of undeclared)
    report.check(false, `a process of the installation was connected to ${each}`);
  const outgoing = [...watch.seen.values()].filter(({ localPort }) => localPort !== ara.port);
  report.check(outgoing.length > 0, 'control: no connection of the gateway was seen');
  const found = { connections: outgoing.length, undeclared: undeclared.length, looks: watch.looks };

  // The control: the check of a key for a server that nobody has declared yet.
  const checking = household.alice.ask('PUT', '/v1/me/keys/compatible', {
    body: { baseUrl: `https://${UNDECLARED}/v1`, model: 'm', key: 'sk-undeclared' },
  });
  await Installation.until(() => strangers().includes(`tcp ${placed[UNDECLARED] ?? ''}`), 8_000).catch(() =>
    report.check(false, 'control: an undeclared connection of the gateway was not seen'),
  );
  await Promise.race([checking, sleep(12_000)]);
  return found;
}
