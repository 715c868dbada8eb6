/** Proof: what a user takes along is everything of theirs, opens without Ara, holds no secret, and comes in elsewhere as it was. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../contracts/archive.js';
import { hasAge, openedByAge } from '../test/kit/age.js';
import { command } from '../test/kit/command-line.js';
import { Installation } from '../test/kit/installation.js';
import { Scanner } from './scan/scanner.js';
import { anInstallation, anInternet } from './kit/installations.js';
import { Beside } from './export/beside.js';
import { Owner } from './export/owner.js';
import type { Figure, Proof, Report } from './proof.js';

const PASSPHRASE = 'seven purple otters swim';
const WRONG = 'seven purple otter swim';
/** What must come back as it was; figures are of the installation that they were counted in. */
const CONTENT = /^(conversations|memory|files)\/|^(settings|reminders)\.json$/;

export const exportRoundTrip: Proof = {
  name: 'export-round-trip',
  promise:
    'A user takes everything along in one encrypted file that opens without Ara, holds no secret, and comes in elsewhere as it was.',
  async run(report) {
    const internet = await anInternet(report);
    report.step('somebody with content of each kind, on a first Ara');
    const first = await anInstallation(report, internet);
    const besideFirst = await Beside.watch(report, 'export', first);
    const alice = await Owner.move(first, 'alice');
    await alice.furnish();
    // Figures come to the middle every few seconds.
    const figures = async () => JSON.stringify((await first.status(alice.id)).usage);
    await Installation.until(async () => (await figures()).includes('telegram'));
    report.step('the export is made, fetched, and opened by age');
    const { archive, milliseconds } = await alice.export(PASSPHRASE);
    const files = await openedSomehow(report, archive);
    const listed = manifestIn(files);
    checkHashes(report, files, listed);
    everyKind(report, files, alice);
    const secrets = withoutSecrets(report, files, archive, alice);

    report.step('the same again on a second Ara, where nothing was before');
    const second = await anInstallation(report, internet);
    const besideSecond = await Beside.watch(report, 'import', second);
    const bob = await Owner.move(second, 'bob');
    const refused = await refusals(report, second, archive);
    const path = fileOf(second, 'export.age', archive);
    const done = await command(second.configFile, ['import', path, '--user', 'bob'], `${PASSPHRASE}\n`);
    report.check(done.code === 0, `the import ended with ${done.code}: ${done.errors}`);
    const back = await openedSomehow(report, (await bob.export(PASSPHRASE)).archive);
    const same = sameContent(report, listed, manifestIn(back));
    report.check(
      await bob.remembers(),
      'the assistant of the second Ara does not know what the first one did',
    );
    const again = await command(second.configFile, ['import', path, '--user', 'bob'], `${PASSPHRASE}\n`);
    report.check(
      again.code === 1 && /content here already/.test(again.errors),
      'a second import was not refused',
    );
    const where = await alice.importsInVain(archive, PASSPHRASE);
    report.check(where === 'not-empty', `an import over content ended with ${where}`);
    const passphrases = { passphrase: PASSPHRASE, 'wrong passphrase': WRONG };
    const { words } = alice;
    besideFirst.expect(alice.id, words, { ...alice.secrets, ...alice.made, ...passphrases });
    const bobs = Object.entries({ ...bob.secrets, ...bob.made }).map(([what, value]) => [
      `bob's ${what}`,
      value,
    ]);
    besideSecond.expect(bob.id, words, {
      ...alice.secrets,
      ...passphrases,
      ...(Object.fromEntries(bobs) as Record<string, string>),
    });
    const found: Figure[] = [];
    for (const beside of [besideFirst, besideSecond]) {
      report.step('everything beside the containers is searched');
      found.push(...(await beside.search()));
    }
    return [
      ...found,
      figure('files in the export', files.size, '', `${files.size} files in the export`),
      figure(
        'content files that came back as they were',
        same,
        '',
        `${same} of ${same} content files with the same hash on another Ara`,
      ),
      figure('secrets found', 0, '', `0 of ${secrets} secrets in it`),
      figure(
        'refused',
        refused + 2,
        '',
        `${refused + 2} of ${refused + 2} bad imports refused with nothing changed`,
      ),
      figure(
        'time to make it',
        Math.round(milliseconds),
        'ms',
        `made in ${(milliseconds / 1_000).toFixed(1)} s`,
      ),
    ];
  },
};

const figure = (name: string, value: number, unit: string, words: string) => ({ name, value, unit, words });

/** By the system's own age where there is one. */
async function openedSomehow(report: Report, archive: Buffer): Promise<Map<string, Buffer>> {
  if (hasAge) return openedByAge(archive, PASSPHRASE);
  report.note('age is not installed here: opened by the library of its author instead');
  const [{ Decrypter }, { readTar }] = await Promise.all([
    import('age-encryption'),
    import('../contracts/tar.js'),
  ]);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSPHRASE);
  const plain = Buffer.from(await decrypter.decrypt(archive));
  const files = new Map<string, Buffer>();
  for await (const { name, bytes } of readTar(one(plain), { files: 60_000, bytes: 2e9 })) {
    const pieces: Buffer[] = [];
    for await (const piece of bytes) pieces.push(piece);
    files.set(name, Buffer.concat(pieces));
  }
  return files;
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

const manifestIn = (files: ReadonlyMap<string, Buffer>): Manifest =>
  JSON.parse(String(files.get('manifest.json'))) as Manifest;

function checkHashes(report: Report, files: ReadonlyMap<string, Buffer>, { files: listed }: Manifest): void {
  report.check(listed.length === files.size - 1, 'the manifest does not name every file');
  for (const { path, sha256 } of listed)
    report.check(Owner.hash(files.get(path)) === sha256, `${path} is not what the manifest says`);
}

/** Positive control: each kind of content is there, by a word that only its owner knows. */
function everyKind(report: Report, files: ReadonlyMap<string, Buffer>, { words }: Owner): void {
  const places: [keyof Owner['words'], RegExp][] = [
    ['telegram', /^conversations\/.*\.jsonl$/],
    ['telegram', /^conversations\/.*telegram.*\.md$/],
    ['browser', /^conversations\/.*web.*\.md$/],
    ['memory', /^memory\/MEMORY\.md$/],
    ['note', /^memory\/notes\/.*\.md$/],
    ['file', /^files\/notes\/Reise nach 日本\.md$/],
    ['persona', /^settings\.json$/],
    ['reminder', /^reminders\.json$/],
  ];
  for (const [word, place] of places) {
    const found = [...files].some(([path, bytes]) => place.test(path) && bytes.includes(words[word]));
    report.check(found, `the ${word} is not in ${place.source}`);
  }
  const figures = ['usage.csv', 'data-flows.csv', 'account.json'].map((name) => String(files.get(name)));
  report.check(figures[0]?.includes('telegram') ?? false, 'usage.csv has no figures');
  report.check(
    figures[1]?.includes('api.anthropic.com') ?? false,
    'data-flows.csv does not know the model server',
  );
  report.check(figures[2]?.includes('alice') ?? false, 'account.json does not name the account');
}

function withoutSecrets(
  report: Report,
  files: ReadonlyMap<string, Buffer>,
  archive: Buffer,
  { secrets: given, made, words }: Owner,
): number {
  const secrets = { ...given, ...made };
  const scanner = new Scanner(new Map(Object.entries(secrets)));
  for (const [path, bytes] of files)
    for (const { name, form } of scanner.scan(bytes))
      report.check(false, `${path} holds the ${name} (${form})`);
  // The control: the same scanner finds each of them where it was put.
  const planted = Buffer.from(`x${Object.values(secrets).join('x')}x`);
  const found = new Set(scanner.scan(planted).map(({ name }) => name));
  report.check(found.size === Object.keys(secrets).length, 'the scanner does not find what it must find');
  const sealed = new Scanner(new Map(Object.entries({ ...secrets, ...words, passphrase: PASSPHRASE })));
  report.check(sealed.scan(archive).length === 0, 'the sealed archive shows something');
  const { excluded } = manifestIn(files);
  for (const what of [/API keys/, /bot tokens/, /Passwords/, /Session keys/])
    report.check(
      excluded.some((each) => what.test(each.what)),
      `the manifest does not say that ${what.source} are left out`,
    );
  return found.size;
}

function sameContent(report: Report, one: Manifest, other: Manifest): number {
  const hashes = ({ files }: Manifest): Map<string, string> =>
    new Map(files.filter(({ path }) => CONTENT.test(path)).map(({ path, sha256 }) => [path, sha256]));
  const [before, after] = [hashes(one), hashes(other)];
  for (const [path, sha256] of before)
    report.check(after.get(path) === sha256, `${path} came back as something else`);
  for (const path of after.keys()) report.check(before.has(path), `${path} was not there before`);
  return [...before].filter(([path, sha256]) => after.get(path) === sha256).length;
}

/** Each is refused in words, and nothing of it is taken: the good one still finds an empty account. */
async function refusals(report: Report, ara: Installation, archive: Buffer): Promise<number> {
  const changed = Buffer.from(archive);
  changed[Math.floor(archive.length / 2)]! ^= 1;
  const bad: [string, Buffer, string, RegExp][] = [
    ['a wrong passphrase', archive, WRONG, /does not open/],
    ['half a file', archive.subarray(0, archive.length >> 1), PASSPHRASE, /not whole/],
    ['a file without its end', archive.subarray(0, -1), PASSPHRASE, /not whole/],
    ['one that was changed', changed, PASSPHRASE, /not whole/],
    ['something else', randomBytes(100_000), PASSPHRASE, /no export of Ara/],
    ['nothing', Buffer.alloc(0), PASSPHRASE, /no export of Ara/],
  ];
  for (const [what, bytes, passphrase, words] of bad) {
    const path = fileOf(ara, 'bad.age', bytes);
    const { code, errors } = await command(
      ara.configFile,
      ['import', path, '--user', 'bob'],
      `${passphrase}\n`,
    );
    report.check(code === 1 && words.test(errors), `${what} ended with ${code}: ${errors}`);
  }
  return bad.length;
}

function fileOf(ara: Installation, name: string, bytes: Buffer): string {
  const path = join(ara.dataDir, name);
  writeFileSync(path, bytes, { mode: 0o600 });
  return path;
}
