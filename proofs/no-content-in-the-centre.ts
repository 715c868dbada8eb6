/** Proof: nothing that a user or their AI says, nobody's id at a platform and no credential lies in the centre in a readable form. */
import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import type { Internet } from '../test/kit/installation.js';
import { Assets } from './centre/assets.js';
import { ModelScript } from './centre/model-script.js';
import { everyChannel } from './centre/every-channel.js';
import type { Place } from './centre/place.js';
import { quarantined } from './centre/quarantine.js';
import {
  conversation,
  crookedCalls,
  forgedJobs,
  frozen,
  newPerson,
  refusedKeys,
  type Traffic,
} from './centre/traffic.js';
import { WatchedCentre } from './centre/watched-centre.js';
import { anInstallation, anInternet } from './kit/installations.js';
import type { Figure, Proof, Report } from './proof.js';
import { formsOf } from './scan/forms.js';
import { Scanner } from './scan/scanner.js';

const MOST_TOLD = 20;

export const noContentInTheCentre: Proof = {
  name: 'no-content-in-the-centre',
  promise:
    'What users and their AI say, their ids at platforms and their credentials lie nowhere in the centre in readable form.',
  async run(report) {
    const internet = await anInternet(report, { whatsapp: true, matrix: true });
    const assets = new Assets();
    const models = new ModelScript(internet);
    const centres = await Promise.all([
      watched(report, internet, 'polling'),
      watched(report, internet, 'webhooks'),
    ]);
    await Promise.all(centres.map((centre) => live({ report, centre, assets, models })));

    const search = new Search(report, assets);
    for (const centre of centres) {
      report.step(`${centre.title}: searching`);
      await search.all(centre.title, centre.places(assets));
    }
    await Promise.all(centres.map(({ ara }) => ara.stop()));
    for (const centre of centres) await search.all(centre.title, centre.placesAfterTheStop(assets));
    search.forms();
    report.note(
      'the database keeps the last four characters of each key, for its owner to tell keys apart: they are not searched for',
    );
    report.note(
      "not searched: the gateway's memory, through which webhooks, new keys and released keys pass in the clear",
    );
    return search.figures();
  },
};

async function watched(
  report: Report,
  internet: Internet,
  title: 'polling' | 'webhooks',
): Promise<WatchedCentre> {
  const ara = await anInstallation(report, internet, { webhooks: title === 'webhooks' });
  return WatchedCentre.watch(report, title, ara);
}

async function live(traffic: Traffic): Promise<void> {
  const { report, centre } = traffic;
  const person = await newPerson(traffic);
  await refusedKeys(traffic, person);
  report.step(`${centre.title}: messages answered, keys changed and refused`);
  await everyChannel(traffic, person);
  report.step(`${centre.title}: pictures, files and voice notes on Telegram, WhatsApp and Matrix`);
  await crookedCalls(traffic, person);
  await forgedJobs(traffic, person);
  report.step(`${centre.title}: crooked calls and forged jobs turned away`);
  await frozen(traffic, person);
  if (centre.title === 'webhooks') await quarantined(traffic, person);
  await conversation(traffic, person, ' at the end');
}

/** Searches places, and holds each to its control. */
class Search {
  private readonly scanner: Scanner;
  private readonly controls = new Map<string, boolean>();
  private readonly places = new Set<string>();
  private hits = 0;

  constructor(
    private readonly report: Report,
    private readonly assets: Assets,
  ) {
    this.scanner = new Scanner(assets.values);
  }

  async all(title: string, places: readonly Place[]): Promise<void> {
    for (const place of places) await this.one(`${title}: ${place.name}`, place);
  }

  private async one(name: string, { read, control, allowed }: Place): Promise<void> {
    this.places.add(name);
    const controls = new Scanner(new Map([[name, control]]));
    let found = false;
    for (const { where, bytes } of await read()) {
      found ||= controls.scan(bytes).length > 0;
      for (const hit of this.scanner.scan(bytes)) {
        if (allowed?.(hit.name)) continue;
        if (this.hits++ < MOST_TOLD)
          this.report.check(false, `${hit.name} lies in ${name} as ${hit.form}: ${where}`);
      }
    }
    this.controls.set(name, found);
    this.report.check(
      found,
      `${name}: what was planted there was not found, so the search of it proves nothing`,
    );
  }

  /** The scanner itself, tried on each form, bare and packed. */
  forms(): void {
    const planted = new Map([
      ['text', 'a control/+ "ü" ' + randomBytes(16).toString('hex')],
      ['number', '3141592653589793'],
    ]);
    const scanner = new Scanner(planted);
    const noise = randomBytes(10_001);
    const words = Buffer.from('what lies around it '.repeat(500));
    for (const [name, value] of planted) {
      for (const { form, bytes } of formsOf(value)) {
        const there = Buffer.concat([words, bytes, words]);
        for (const [how, packed] of [
          [form, Buffer.concat([noise, bytes, noise])],
          [`gzip of ${form}`, Buffer.concat([noise, gzipSync(there), noise])],
          [`deflated ${form}`, Buffer.concat([noise, deflateSync(there), noise])],
        ] as const) {
          const found = scanner.scan(packed).some((each) => each.name === name && each.form.endsWith(form));
          this.controls.set(`${name} as ${how}`, found);
          this.report.check(found, `the scanner does not find a ${name} as ${how}`);
        }
      }
    }
  }

  figures(): Figure[] {
    const { scanner, assets, places, controls, hits } = this;
    const count = (name: string, value: number, unit: string, words: string): Figure => ({
      name,
      value,
      unit,
      words,
    });
    const found = [...controls.values()].filter(Boolean).length;
    const searched = `${places.size} places × ${scanner.forms.size} forms × ${assets.values.size} canaries searched`;
    return [
      count('places', places.size, 'places', searched),
      count('forms', scanner.forms.size, 'forms', ''),
      count('canaries', assets.values.size, 'canaries', ''),
      count('bytes', scanner.bytes, 'bytes', `${Math.round(scanner.bytes / 1e6)} MB`),
      count('hits', hits, 'hits', `${hits} hits`),
      count('controls', found, 'controls', `controls found ${found} of ${controls.size}`),
    ];
  }
}
