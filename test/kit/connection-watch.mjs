/**
 * Lets the kernel write down every connection of a test run: those of Ara's own processes by where they went, those of the
 * tests around them, and what containers try to send through the host. A control group says whose a connection is, a chain of
 * nftables notes it as it begins, however short it is.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

const GROUPS = '/sys/fs/cgroup';
/** Where the older control groups are in the way. */
const UNIFIED = join(GROUPS, 'unified');
/** Ports that nobody listens at: what goes there is a control of the watch. */
const CONTROL = { ara: 7, tests: 9 };

export class ConnectionWatch {
  name = `ara-test-${process.pid}`;
  root = unifiedGroups();
  folder = mkdtempSync(join(tmpdir(), 'ara-watch-'));
  declared = join(this.folder, 'declared');

  /** What the run needs to take part: `ARA_WATCH` is told to the tests. */
  get environment() {
    return { ARA_WATCH: join(this.root, this.name), ARA_WATCH_DECLARED: this.declared };
  }

  /** @throws Error where the kernel or the rights for it are missing */
  begin() {
    for (const group of ['tests', 'ara']) mkdirSync(join(this.root, this.name, group), { recursive: true });
    appendFileSync(this.declared, '');
    const from = (group) => `socket cgroupv2 level 2 "${this.groupPath(group)}"`;
    const note = (rule, set) => [
      `${rule} ct state new add @${set}4 { ip daddr . meta l4proto . th dport }`,
      `${rule} ct state new add @${set}6 { ip6 daddr . meta l4proto . th dport }`,
    ];
    const sets = ['ara', 'tests', 'forwarded'].flatMap((set) => [
      `set ${set}4 { type ipv4_addr . inet_proto . inet_service; flags dynamic; }`,
      `set ${set}6 { type ipv6_addr . inet_proto . inet_service; flags dynamic; }`,
    ]);
    const rules = [
      'chain sent { type filter hook output priority 0;',
      ...note(from('ara'), 'ara'),
      ...note(from('tests'), 'tests'),
      '}',
      'chain passed { type filter hook forward priority 0;',
      ...note('', 'forwarded'),
      '}',
    ];
    const table = [`table inet ${this.table} {`, ...sets, ...rules, '}'].join('\n');
    execFileSync('nft', ['-f', '-'], { input: table, stdio: ['pipe', 'ignore', 'pipe'] });
  }

  /** The command line that runs another one within a group. */
  within(group, command, args) {
    return within(join(this.root, this.name), group, command, args);
  }

  /**
   * Ends the watch.
   * @param isWhole whether all tests ran, and Ara's processes with them
   * @returns `problems`: what should not have been; `summary`: what was seen, in words
   */
  end(isWhole) {
    for (const [group, port] of Object.entries(CONTROL))
      spawnSync(...this.within(group, 'bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`]));
    try {
      const declared = new Set(readFileSync(this.declared, 'utf8').split('\n').filter(Boolean));
      const [ara, tests, forwarded] = ['ara', 'tests', 'forwarded'].map((set) => this.reached(set));
      const [isHere, isNameServer] = [thisMachine(), nameServer()];
      const strangers = [
        ...told(
          'a process of Ara',
          ara,
          (where) => declared.has(where) || isControl(where) || isNameServer(where),
        ),
        // Part of a run may have to fetch something first.
        ...(isWhole ? told('a test', tests, (where) => isHere(where) || isNameServer(where)) : []),
        ...told('a container', forwarded, () => false),
      ];
      const problems = [...strangers];
      if (!ara.includes(control('ara')) || !tests.includes(control('tests')))
        problems.push('the control was not seen');
      if (isWhole && ara.length < 2) problems.push('no connection of Ara was seen at all');
      const summary =
        `Connections: Ara's own went to ${ara.length - 1} places, those of the tests to ${tests.length - 1}; ` +
        `${declared.size} places were declared; ${strangers.length} were reached that may not be.`;
      return { problems, summary };
    } finally {
      this.remove();
    }
  }

  get table() {
    return this.name.replaceAll('-', '_');
  }

  groupPath(group) {
    return join(this.root, this.name, group).slice(GROUPS.length + 1);
  }

  /** `address:port` each, the protocol before it where it is not TCP. */
  reached(set) {
    return [4, 6].flatMap((version) => {
      const printed = execFileSync('nft', ['-j', 'list', 'set', 'inet', this.table, `${set}${version}`]);
      const { elem = [] } = JSON.parse(printed.toString()).nftables.find((each) => each.set)?.set ?? {};
      return elem.map((each) => {
        const [address, protocol, port] = (each.elem?.val ?? each).concat;
        const where = version === 4 ? `${address}:${port}` : `[${address}]:${port}`;
        return protocol === 'tcp' || protocol === 6 ? where : `${protocol} ${where}`;
      });
    });
  }

  remove() {
    execFileSync('nft', ['delete', 'table', 'inet', this.table]);
    for (const group of ['tests', 'ara', '.']) {
      try {
        rmdirSync(join(this.root, this.name, group));
      } catch {
        // Something that a test started still runs in it.
      }
    }
    rmSync(this.folder, { recursive: true });
  }
}

const control = (group) => `127.0.0.1:${CONTROL[group]}`;
const isControl = (where) => where === control('ara');
/** Whether a place is this machine, by whichever of its addresses. */
function thisMachine() {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((each) => each.map(({ address }) => address)),
  );
  return (where) => {
    const [, address = ''] = /([\d.]+|\[[\da-f:]+\]):\d+$/.exec(where) ?? [];
    return address.startsWith('127.') || own.has(address.replace(/[[\]]/g, ''));
  };
}
/** Whether it is whom the machine asks where a name is: Ara for names on a user's list, a browser or a library for its own. */
function nameServer() {
  const servers = [...readFileSync('/etc/resolv.conf', 'utf8').matchAll(/^nameserver\s+(\S+)/gm)];
  const places = new Set(servers.map(([, address]) => `${address}:53`));
  return (where) => places.has(where.replace('udp ', ''));
}
const told = (who, reached, isRight) =>
  reached.filter((where) => !isRight(where)).map((where) => `${who} was connected to ${where}`);

/** A shell moves itself into the group and becomes the command: nothing of it runs outside. */
export function within(groups, group, command, args) {
  const script = 'echo $$ > "$0" && exec "$@"';
  return ['sh', ['-c', script, join(groups, group, 'cgroup.procs'), command, ...args]];
}

/** Where the second version of control groups is mounted, or can be. */
function unifiedGroups() {
  if (existsSync(join(GROUPS, 'cgroup.controllers'))) return GROUPS;
  if (!existsSync(join(UNIFIED, 'cgroup.controllers'))) {
    mkdirSync(UNIFIED, { recursive: true });
    execFileSync('mount', ['-t', 'cgroup2', 'cgroup2', UNIFIED], { stdio: 'pipe' });
  }
  return UNIFIED;
}
