/** Proof: whoever owns the agent room owns no key, no token and no way out; a hostile agent tries everything it can. */
import { randomBytes, randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { anthropicErrors } from '../test/kit/models/anthropic.js';
import { AGENT, BRIDGE } from '../test/kit/inside.js';
import type { Installation, Internet } from '../test/kit/installation.js';
import type { Answer } from '../test/kit/models/model-answer.js';
import { openaiErrors } from '../test/kit/models/openai.js';
import { CALM, ECHO, ECHO_LATE, HOLD } from './hostile-agent/door-tricks.js';
import type { Attempt } from './hostile-agent/attempts.js';
import type { HuntResult } from './hostile-agent/hunt.js';
import { sendHunter } from './hostile-agent/send.js';
import { anInstallation, anInternet } from './kit/installations.js';
import { ask, settle, setKey, type Person, say } from './kit/person.js';
import type { Figure, Proof, Report } from './proof.js';

const MOST_TOLD = 20;

/** What is hunted: each unique, none readable for the agent. */
const secrets = {
  'bot token': randomBytes(16).toString('hex'),
  'Anthropic key': randomBytes(16).toString('hex'),
  'OpenAI key': randomBytes(16).toString('hex'),
};

/** What lies where the agent may read, so that a hunt that finds nothing is known to have looked. */
const bait = {
  'the message, in the agent room': randomBytes(16).toString('hex'),
  'a file of its own': randomBytes(16).toString('hex'),
  'the environment of a process of its own': randomBytes(16).toString('hex'),
};

export const agentHoldsNoSecret: Proof = {
  name: 'agent-holds-no-secret',
  promise:
    'Whoever owns the agent room owns no key, no token, no connection to the outside and no power over the bridge room.',
  async run(report) {
    const internet = await anInternet(report);
    const attacker = await listening(report);
    const ara = await anInstallation(report, internet, {
      settings: { egress: { resolve: addresses(internet, attacker.port) } },
    });
    tellModels(internet);
    const person = await settle(ara, {
      name: 'prey',
      owner: randomInt(1e9, 9e9),
      token: `${randomInt(1e9, 9e9)}:AA${secrets['bot token']}`,
      keys: { anthropic: `sk-ant-api03-${secrets['Anthropic key']}-AA` },
    });
    await setKey(ara, person.id, 'openai', `sk-proj-${secrets['OpenAI key']}`);
    // A turn that was answered and one whose provider repeats the key: both have passed through the agent room.
    await ask(ara, person, `hello ${bait['the message, in the agent room']}`, (text) => text === 'calm');
    await ask(ara, person, ECHO, () => true);

    say(ara, person, HOLD);
    await internet.anthropic.waitForRequest(({ body }) => JSON.stringify(body).includes(HOLD));

    const prey = {
      values: { ...secrets, ...bait },
      plantInFile: bait['a file of its own'],
      plantInEnvironment: bait['the environment of a process of its own'],
    };
    report.step('the agent room hunts');
    const agent = await sendHunter(ara.container(person), AGENT, {
      ...prey,
      attack: true,
      home: '/data/agent',
      ports: portsOf(ara, internet),
    });
    report.step(
      `${agent.attempts.length} attempts, ${agent.filesRead} files and ${Math.round(agent.bytes / 1e6)} MB searched`,
    );
    report.step('the bridge room searches itself');
    const bridge = await sendHunter(ara.container(person), BRIDGE, {
      ...prey,
      attack: false,
      home: '/data/bridge',
      ports: [],
    });
    judge(report, agent);
    judgeOutside(report, internet, attacker.connections());
    const controls = controlsOf(agent, bridge);
    for (const [what, found] of Object.entries(controls)) report.check(found, `control: ${what}`);
    // Whether the held turn has outlived the hunt or not.
    await ask(ara, person, '/stop', (text) => /I stop|Stopped|not writing/.test(text));
    await ask(ara, person, `hello again: ${CALM}`, (text) => text === 'calm');
    await hostsReached(report, ara, person);
    if (!agent.native)
      report.note('system calls that need a program of our own were left out: only for x86-64');
    return figures(agent, controls);
  },
};

/** The attacker's own server, at a name that the egress door could resolve if it let anybody through. */
async function listening(report: Report): Promise<{ port: number; connections(): number }> {
  let count = 0;
  const server: Server = createServer((socket) => {
    count++;
    socket.destroy();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  report.later(async () => server.close());
  return { port: (server.address() as { port: number }).port, connections: () => count };
}

function addresses({ telegram, anthropic, openai }: Internet, attacker: number): Record<string, string> {
  return {
    'api.telegram.org': `127.0.0.1:${telegram.port}`,
    'api.anthropic.com': `127.0.0.1:${anthropic.port}`,
    'api.openai.com': `127.0.0.1:${openai.port}`,
    'attacker.example': `127.0.0.1:${attacker}`,
    door: `127.0.0.1:${attacker}`,
  };
}

const portsOf = ({ port }: Installation, { telegram, anthropic, openai }: Internet): number[] => [
  port,
  telegram.port,
  anthropic.port,
  openai.port,
];

/** The models do what the last message says. */
function tellModels({ anthropic, openai }: Internet): void {
  const answer = (
    body: { messages: readonly unknown[] },
    refusal: typeof anthropicErrors.badKey | typeof openaiErrors.badKey,
  ): Answer => {
    const last = JSON.stringify(body.messages.at(-1));
    if (last.includes(CALM)) return { text: 'calm' };
    if (last.includes(HOLD)) return 'hang';
    if (last.includes(ECHO_LATE))
      return { error: { ...refusal, echoKey: true, afterChunks: 1 }, text: 'x'.repeat(60) };
    if (last.includes(ECHO)) return { error: { ...refusal, echoKey: true } };
    return { text: 'calm' };
  };
  anthropic.script((body) => answer(body, anthropicErrors.badKey));
  openai.script((body) => answer(body, openaiErrors.badKey));
}

function judge(report: Report, { attempts, finds }: HuntResult): void {
  const worked = attempts.filter(succeeds);
  for (const { what, detail } of worked.slice(0, MOST_TOLD))
    report.check(false, `the agent could ${what}: ${detail}`);
  report.check(worked.length <= MOST_TOLD, `and ${worked.length - MOST_TOLD} more`);
  for (const { name, form, where } of finds.filter((find) => find.name in secrets)) {
    report.check(false, `the agent found the ${name} as ${form} in ${where}`);
  }
}

const succeeds = ({ succeeded }: Attempt): boolean => succeeded;

/** What arrived at the providers is what the broker sends: the true path, the true key, nothing of the attacker's. */
function judgeOutside(report: Report, { telegram, anthropic, openai }: Internet, attackerSaw: number): void {
  report.check(attackerSaw === 0, `the attacker's server was reached ${attackerSaw} times`);
  for (const [name, { requests, violations }] of Object.entries({ anthropic, openai })) {
    report.check(violations.length === 0, `${name} was called wrongly: ${violations.join('; ')}`);
    report.check(
      requests.every(({ keyOk }) => keyOk),
      `${name} was called with another key`,
    );
    const heads = JSON.stringify(requests.map(({ headers }) => headers));
    const allowed = heads
      .replaceAll('https://attacker.example', '')
      .replaceAll('url=http://attacker.example', '');
    report.check(!allowed.includes('attacker'), `${name} was sent headers of the attacker's`);
  }
  report.check(
    telegram.violations.length === 0,
    `Telegram was called wrongly: ${telegram.violations.join('; ')}`,
  );
  const said = JSON.stringify(telegram.calls.map(({ params }) => params));
  const told = Object.entries(secrets).filter(([, value]) => said.includes(value));
  report.check(told.length === 0, `Telegram was told the ${told.map(([name]) => name).join(', ')}`);
}

/** The user's own ledger agrees: no host but the three, none refused. */
async function hostsReached(report: Report, ara: Installation, { id }: Person): Promise<void> {
  const { flows } = await ara.status(id);
  const hosts = flows.map(({ host, refused }) => `${host}${refused ? ' (refused)' : ''}`).toSorted();
  const expected = ['api.anthropic.com', 'api.openai.com', 'api.telegram.org'];
  report.check(hosts.join(' ') === expected.join(' '), `the ledger has ${hosts.join(' ')}`);
}

function controlsOf(agent: HuntResult, bridge: HuntResult): Record<string, boolean> {
  const found = ({ finds }: HuntResult, name: string, where: RegExp): boolean =>
    finds.some((find) => find.name === name && where.test(find.where));
  return {
    ...agent.controls,
    'the agent finds the message in its memory': found(
      agent,
      'the message, in the agent room',
      /^\/proc\/\d+\/mem$/,
    ),
    'the agent finds the message in its files': found(
      agent,
      'the message, in the agent room',
      /^\/data\/agent\//,
    ),
    'the agent finds what it wrote': found(agent, 'a file of its own', /^\/data\/agent\/control$/),
    'the agent finds the environment of its child': found(
      agent,
      'the environment of a process of its own',
      /environ$/,
    ),
    ...Object.fromEntries(
      Object.keys(secrets).map((name) => [
        `the bridge room finds the ${name} in its memory`,
        found(bridge, name, /^\/proc\/\d+\/mem$/),
      ]),
    ),
    'no file of the bridge room holds a secret in the clear': !bridge.finds.some(
      ({ name, where }) => name in secrets && !where.startsWith('/proc/'),
    ),
  };
}

function figures({ attempts, filesRead, bytes }: HuntResult, controls: Record<string, boolean>): Figure[] {
  const worked = attempts.filter(succeeds).length;
  const found = Object.values(controls).filter(Boolean).length;
  const all = Object.keys(controls).length;
  return [
    { name: 'attempts', value: attempts.length, unit: 'attempts', words: `${attempts.length} attempts` },
    { name: 'successes', value: worked, unit: 'attempts', words: `${worked} successes` },
    { name: 'files', value: filesRead, unit: 'files', words: `${filesRead} files` },
    {
      name: 'bytes',
      value: bytes,
      unit: 'bytes',
      words: `${Math.round(bytes / 1e6)} MB of files and memory without a secret`,
    },
    { name: 'controls', value: found, unit: 'controls', words: `controls found ${found} of ${all}` },
  ];
}
