/** Searches places for what must not lie there, in every form, and holds each place and each form to its control. */
import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import type { Figure, Report } from '../proof.js';
import { formsOf } from '../scan/forms.js';
import { Scanner } from '../scan/scanner.js';
import type { Assets } from './assets.js';
import type { Place } from './place.js';

const MOST_TOLD = 20;

export class Search {
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
