/** Proof: what a user deletes is gone, wherever it could lie, and a signed receipt says so. */
import { createPublicKey } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkReceipt, type ReceiptBody } from '../gateway/src/deletion/receipt.js';
import { command } from '../test/kit/command-line.js';
import { Assets } from './centre/assets.js';
import { ModelScript } from './centre/model-script.js';
import type { Place } from './centre/place.js';
import { PostgresProbe } from './centre/postgres.js';
import { RedisProbe } from './centre/redis.js';
import { beginInChat, beginOnDashboard, receiptOf } from './deletion/asking.js';
import {
  canaryOf,
  isSealed,
  moveIn,
  mustBeGone,
  planted,
  signsIn,
  type From,
  type Kind,
  type Resident,
} from './deletion/people.js';
import { places, plantControls, type Grounds } from './deletion/places.js';
import { anInstallation, anInternet } from './kit/installations.js';
import { Yesterday } from './deletion/yesterday.js';
import { heard, say } from './kit/person.js';
import type { Figure, Proof, Report } from './proof.js';
import { Scanner } from './scan/scanner.js';

const WITHIN = 60_000;
const MOST_TOLD = 20;
const SILENCE = 2_000;

const cases: readonly [Kind, From, boolean][] = [
  ['memory', 'chat', true],
  ['memory', 'dashboard', false],
  ['container', 'chat', true],
  ['container', 'dashboard', true],
  ['account', 'chat', true],
  ['account', 'dashboard', true],
];

export const deletion: Proof = {
  name: 'deletion',
  promise:
    'What a user deletes, in the chat or on the dashboard, lies nowhere any more, within a minute, and a signed receipt says so.',
  async run(report) {
    const internet = await anInternet(report);
    const ara = await anInstallation(report, internet);
    const [postgres, redis] = [
      await PostgresProbe.connect(report, ara.runDir),
      await RedisProbe.connect(report, ara.runDir),
    ];
    await plantControls(postgres, redis);
    const home = { ara, assets: new Assets(), models: new ModelScript(internet) };
    const survivor = await moveIn(home, 'survivor', { kind: null, from: 'chat', files: false });
    const residents: Resident[] = [];
    for (const [kind, from, files] of cases)
      residents.push(await moveIn(home, `${kind} from the ${from}`, { kind, from, files }));
    const grounds = {
      ara,
      postgres,
      redis,
      assets: home.assets,
      survivor,
      everybody: [survivor, ...residents],
    };
    const search = new Search(report, grounds);
    report.step(`${residents.length} people with ${planted.length} canaries each`);
    await search.before();
    const yesterday = new Yesterday(ara, report);
    await yesterday.backUp();

    const receipts = await deleteAll(report, grounds, residents);
    await search.after(residents, places(grounds));
    await staysAsItWas(report, grounds, residents);
    const gone = residents.filter(({ kind }) => kind === 'account');
    await yesterday.restore(gone.length);
    report.step(`yesterday's backup was restored: ${gone.length} stay deleted`);
    await search.after(gone, places(grounds));
    return [...search.figures(), ...receipts];
  },
};

async function deleteAll(
  report: Report,
  grounds: Grounds,
  residents: readonly Resident[],
): Promise<Figure[]> {
  const { ara } = grounds;
  const seconds: number[] = [];
  for (const resident of residents) {
    const { title, from, kind } = resident;
    const token =
      from === 'chat' ? await beginInChat(ara, resident, report) : await beginOnDashboard(resident, report);
    // In the middle of it all everything is killed, and goes on after the next start.
    if (kind === 'account' && from === 'dashboard') await killed(report, grounds);
    const receipt = await checked(report, grounds, resident, await receiptOf(ara, token));
    const took = (Date.parse(receipt.finishedAt) - Date.parse(receipt.askedAt)) / 1_000;
    seconds.push(took);
    report.step(
      `${title}: gone after ${took.toFixed(1)} s, ${receipt.verification.places.length} places searched`,
    );
    report.check(took * 1_000 <= WITHIN, `${title} took ${took} s`);
    await told(report, grounds, resident, token);
  }
  const slowest = Math.max(...seconds);
  return [
    { name: 'deletions', value: seconds.length, unit: 'deletions', words: `${seconds.length} deletions` },
    { name: 'slowest', value: slowest, unit: 's', words: `the slowest in ${slowest.toFixed(1)} s` },
    {
      name: 'receipts',
      value: seconds.length,
      unit: 'receipts',
      words: `${seconds.length} of ${seconds.length} receipts valid, a changed one refused each time`,
    },
  ];
}

async function killed(report: Report, { ara }: Grounds): Promise<void> {
  await sleep(300);
  await ara.stop('SIGKILL');
  await ara.start('as it lies');
  report.step('the gateway was killed in the middle of a deletion, and started again');
}

/** By the command, by the installation's key, and a changed one not. */
async function checked(
  report: Report,
  { ara }: Grounds,
  resident: Resident,
  text: string,
): Promise<ReceiptBody> {
  const { title, person, name, kind } = resident;
  const key = createPublicKey(readFileSync(join(ara.dataDir, 'receipt-key.pub')));
  const verdict = checkReceipt(JSON.parse(text), key);
  if (!verdict.valid) throw new Error(`${title}: the receipt is not valid: ${verdict.why}`);
  report.check(verdict.receipt.kind === kind, `${title}: the receipt is of ${verdict.receipt.kind}`);
  report.check(
    verdict.receipt.verification.found === 0,
    `${title}: the receipt says that something was found`,
  );
  report.check(!text.includes(person.id) && !text.includes(name), `${title}: the receipt names somebody`);
  const changed = JSON.parse(text) as { receipt: { finishedAt: string } };
  changed.receipt.finishedAt = new Date().toISOString();
  report.check(!checkReceipt(changed, key).valid, `${title}: a changed receipt is valid`);
  const file = join(ara.dataDir, '..', `ara-receipt-${process.pid}.json`);
  writeFileSync(file, text);
  const good = await command(ara.configFile, ['receipt', 'verify', file]);
  writeFileSync(file, JSON.stringify(changed));
  const bad = await command(ara.configFile, ['receipt', 'verify', file]);
  report.later(async () => rmSync(file, { force: true }));
  report.check(
    good.code === 0 && good.output.startsWith('Valid'),
    `${title}: the command says ${good.errors}`,
  );
  report.check(
    bad.code !== 0 && bad.errors.startsWith('Not valid'),
    `${title}: the command takes a changed one`,
  );
  return verdict.receipt;
}

/** In the chat: the receipt as a file, or the last message before the channel went. */
async function told(
  report: Report,
  { ara }: Grounds,
  { person, kind, title }: Resident,
  token: string,
): Promise<void> {
  const { telegram } = ara.internet;
  if (kind === 'memory') {
    const file = await heard(ara, person, ({ document }) => document !== undefined);
    report.check(file.document?.name === 'ara-receipt.json', `${title}: the receipt did not come as a file`);
    return;
  }
  const transcript = telegram.transcript(person.bot, person.owner);
  report.check(transcript.includes('this is my last message here'), `${title}: nobody said goodbye`);
  report.check(transcript.includes(token), `${title}: the last message has no address of the receipt`);
  const before = telegram.messages(person.bot, person.owner).length;
  say(ara, person, 'are you still there?');
  await sleep(SILENCE);
  const after = telegram.messages(person.bot, person.owner).length;
  report.check(after === before, `${title}: the bot still answers`);
}

/** What was not to be deleted is there, and works. */
async function staysAsItWas(
  report: Report,
  { ara, assets, survivor }: Grounds,
  residents: readonly Resident[],
): Promise<void> {
  for (const resident of [survivor, ...residents]) {
    const { kind, title, visitor, files } = resident;
    report.check(
      (await signsIn(ara, resident)) === (kind !== 'account'),
      `${title}: signing in ${kind === 'account' ? 'still works' : 'does not work'}`,
    );
    if (kind === 'account') {
      const { status } = await visitor.ask('GET', '/v1/me/home');
      report.check(status === 401, `${title}: a session still works (${status})`);
      continue;
    }
    const value = (what: (typeof planted)[number]): string => assets.values.get(canaryOf(title, what)) ?? '';
    const keys = await visitor.read<{ keys: unknown[] }>('GET', '/v1/me/keys');
    report.check(keys.keys.length === 1, `${title}: the API key is gone`);
    if (kind === 'container') continue;
    const { persona } = await visitor.read<{ persona: string | null }>('GET', '/v1/me/assistant');
    report.check(persona === value('persona'), `${title}: the settings are gone`);
    const list = heard(ara, resident.person, ({ text }) => text.includes('Your reminders'));
    say(ara, resident.person, '/remind');
    report.check((await list).text.includes(value('reminder')), `${title}: the reminder is gone`);
    const path = encodeURIComponent(`notes/${value('name of a file')}.txt`);
    const { status } = await visitor.ask('GET', `/v1/me/file?path=${path}`);
    report.check((status === 200) === !files, `${title}: the file answers ${status}`);
  }
}

/** Searches every place for what must be gone, and for the control of each. */
class Search {
  private readonly scanner: Scanner;
  private readonly controls = new Set<string>();
  private readonly seen = new Set<string>();
  private foundBefore = 0;
  private gone = 0;
  private hits = 0;

  constructor(
    private readonly report: Report,
    private readonly grounds: Grounds,
  ) {
    this.scanner = new Scanner(grounds.assets.values);
  }

  /** All of it is found now, but what is sealed: the same search would find it afterwards. */
  async before(): Promise<void> {
    const found = new Set<string>();
    for (const place of places(this.grounds))
      for (const { bytes } of await place.read())
        for (const { name } of this.scanner.scan(bytes)) found.add(name);
    for (const { title } of this.grounds.everybody)
      for (const what of planted) {
        const name = canaryOf(title, what);
        const is = found.has(name);
        this.report.check(is !== isSealed(what), `${name} is ${is ? '' : 'not '}found before the deletion`);
        if (is) this.foundBefore++;
      }
    this.report.step(`${this.foundBefore} canaries found before the deletions, the sealed ones nowhere`);
  }

  async after(residents: readonly Resident[], all: readonly Place[]): Promise<void> {
    const gone = new Set(
      residents.flatMap((resident) => mustBeGone(resident).map((what) => canaryOf(resident.title, what))),
    );
    this.gone = gone.size;
    for (const place of all) await this.one(place, gone);
  }

  private async one({ name, read, control }: Place, gone: ReadonlySet<string>): Promise<void> {
    this.seen.add(name);
    const controls = new Scanner(new Map([[name, control]]));
    for (const { where, bytes } of await read()) {
      if (controls.scan(bytes).length > 0) this.controls.add(name);
      for (const hit of this.scanner.scan(bytes))
        if (gone.has(hit.name) && this.hits++ < MOST_TOLD)
          this.report.check(false, `${hit.name} still lies in ${name} as ${hit.form}: ${where}`);
    }
    this.report.check(
      this.controls.has(name),
      `${name}: its control was not found, so this search proves nothing`,
    );
  }

  figures(): Figure[] {
    const { scanner, seen, controls, gone, hits, foundBefore } = this;
    const figure = (name: string, value: number, words: string): Figure => ({
      name,
      value,
      unit: name,
      words,
    });
    return [
      figure('found before', foundBefore, `${foundBefore} canaries found before`),
      figure(
        'places',
        seen.size,
        `${seen.size} places × ${scanner.forms.size} forms searched for ${gone} of them`,
      ),
      figure('hits', hits, `${hits} hits`),
      figure('controls', controls.size, `controls found ${controls.size} of ${seen.size}`),
    ];
  }
}
