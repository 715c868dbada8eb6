/** Proof: a message in, an answer out, and the answer was made inside the user's own container. */
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from '../test/kit/installation.js';
import { anInstallation, anInternet } from './kit/installations.js';
import { ask, heard, say, settle, type Person } from './kit/person.js';
import type { Figure, Proof, Report } from './proof.js';

const MEASURED = 5;
/** How long a frozen container must stay silent: an answer takes a fiftieth of it. */
const SILENCE = 2_000;

const providers = {
  anthropic: { title: 'Anthropic', host: 'api.anthropic.com' },
  openai: { title: 'OpenAI', host: 'api.openai.com' },
} as const;
type ProviderName = keyof typeof providers;

interface Flow {
  host: string;
  bytesUp: string;
  bytesDown: string;
}

export const firstLight: Proof = {
  name: 'first-light',
  promise:
    "The answer to a message comes from inside the user's own container, with Anthropic and with OpenAI.",
  async run(report) {
    const internet = await anInternet(report);
    const ara = await anInstallation(report, internet);
    const figures: Figure[] = [];
    for (const provider of ['anthropic', 'openai'] as const) figures.push(await light(ara, provider, report));
    figures.push({
      name: 'silent while frozen',
      value: 2,
      unit: 'containers',
      words: 'silent while frozen 2 of 2',
    });
    const { telegram, anthropic, openai } = internet;
    const complaints = [telegram, anthropic, openai].flatMap(({ violations }) => violations);
    report.check(complaints.length === 0, `a platform was spoken to wrongly: ${complaints.join('; ')}`);
    return figures;
  },
};

async function light(ara: Installation, provider: ProviderName, report: Report): Promise<Figure> {
  const { title, host } = providers[provider];
  const model = ara.internet[provider];
  const person = await settle(ara, {
    name: `${provider}-user`,
    keys: { [provider]: `sk-first-light-${randomBytes(16).toString('hex')}` },
    owner: randomInt(1e9, 9e9),
  });
  const container = ara.container(person);
  const { HostConfig, NetworkSettings, Name } = await container.inspect();
  report.check(HostConfig.NetworkMode === 'none', `${Name} has the network ${HostConfig.NetworkMode}`);
  const networks = Object.keys(NetworkSettings.Networks).join(' ');
  report.check(networks === 'none' || networks === '', `${Name} is in the networks ${networks}`);

  const before = await flows(ara, person);
  const asked = model.requests.length;
  const times = [];
  for (let at = 0; at <= MEASURED; at++) times.push(await exchange(ara, provider, person));
  const [first = 0, ...warm] = times;
  const milliseconds = warm.toSorted((a, b) => a - b)[MEASURED >> 1] ?? 0;
  report.step(
    `${title}: first answer in ${first.toFixed(0)} ms, then ${warm.map((time) => time.toFixed(0)).join(', ')} ms`,
  );

  const calls = model.requests.slice(asked);
  report.check(
    calls.length === MEASURED + 1,
    `${title} was called ${calls.length} times for ${MEASURED + 1} messages`,
  );
  report.check(
    calls.every(({ keyOk }) => keyOk),
    `${title} was called without the user's key`,
  );
  const sent = calls.reduce((sum, { bytes }) => sum + bytes, 0);
  const after = await flows(ara, person);
  const grown = (after[host] ?? 0) - (before[host] ?? 0);
  report.check(grown > sent, `the ledger saw ${grown} bytes go to ${host}, the model got ${sent}`);
  const others = Object.keys(after).filter((each) => each !== host && each !== 'api.telegram.org');
  report.check(others.length === 0, `the container also reached ${others.join(', ')}`);

  await frozen(ara, provider, person, report);
  const words = `answered in ${milliseconds.toFixed(0)} ms by ${title} through container ${Name.slice(1)}`;
  return { name: `answer by ${title}`, value: milliseconds, unit: 'ms', words };
}

/** One message and its answer, which nobody could know before: the model makes it up for this message. */
async function exchange(ara: Installation, provider: ProviderName, person: Person): Promise<number> {
  const [question, answer] = [words(), words()];
  answerOnly(ara, provider, question, answer);
  return ask(ara, person, question, (text) => text === answer);
}

/** A frozen container answers nothing and calls no model; thawed, it answers what came meanwhile. */
async function frozen(
  ara: Installation,
  provider: ProviderName,
  person: Person,
  report: Report,
): Promise<void> {
  const { title } = providers[provider];
  const container = ara.container(person);
  const [question, answer] = [words(), words()];
  answerOnly(ara, provider, question, answer);
  const { telegram } = ara.internet;
  await container.pause();
  const [told, called] = [telegram.messages(person.bot).length, ara.internet[provider].requests.length];
  say(ara, person, question);
  await sleep(SILENCE);
  report.check(telegram.messages(person.bot).length === told, `${title}: a frozen container answered`);
  report.check(
    ara.internet[provider].requests.length === called,
    `${title}: a frozen container called the model`,
  );
  const thawed = heard(ara, person, ({ text }) => text === answer);
  const began = performance.now();
  await container.unpause();
  await thawed;
  report.step(
    `${title}: silent for ${SILENCE} ms while frozen, answered ${(performance.now() - began).toFixed(0)} ms after`,
  );
}

function answerOnly(ara: Installation, provider: ProviderName, question: string, answer: string): void {
  const script = (body: unknown): { text: string } => ({
    text: JSON.stringify(body).includes(question) ? answer : 'this is not the question',
  });
  ara.internet[provider].script(script);
}

/** Bytes that this user's container sent, by host, as the egress ledger has them. */
async function flows(ara: Installation, { id }: Person): Promise<Record<string, number>> {
  const { flows: entries } = await ara.api<{ flows: Flow[] }>('GET', `/v1/accounts/${id}`);
  return Object.fromEntries(entries.map(({ host, bytesUp }) => [host, Number(bytesUp)]));
}

const words = (): string => `nonce ${randomBytes(16).toString('hex')}`;
