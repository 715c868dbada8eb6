/** Somebody's life on the dashboard, their export and its way back in, searched for beside their container: it must not be there. */
import { join } from 'node:path';
import type { Installation } from '../../test/kit/installation.js';
import { Assets } from '../centre/assets.js';
import { tree, type Place } from '../centre/place.js';
import { Search } from '../centre/search.js';
import { WatchedCentre } from '../centre/watched-centre.js';
import type { Figure, Report } from '../proof.js';
import type { Owner } from './owner.js';

export class Beside {
  private readonly assets = new Assets();
  private readonly backups: string;

  private constructor(
    private readonly report: Report,
    private readonly centre: WatchedCentre,
  ) {
    this.backups = join(centre.ara.dataDir, '..', `backups-of-${centre.ara.port}`);
  }

  /** Before the first user: so that nothing is missed. */
  static async watch(report: Report, title: string, ara: Installation): Promise<Beside> {
    return new Beside(report, await WatchedCentre.watch(report, title, ara));
  }

  /** @param id whose container it all may be in */
  expect(id: string, words: Owner['words'], secrets: Readonly<Record<string, string>>): void {
    const { assets, centre } = this;
    const { telegram, ...others } = words;
    // By the name of what the user's own volume is known to hold.
    assets.add(`${centre.title}: text asked`, telegram);
    for (const [what, value] of Object.entries(others)) assets.add(what, value);
    for (const [what, value] of Object.entries(secrets)) assets.addSecret(what, value);
    centre.people.push({ id });
  }

  async search(): Promise<Figure[]> {
    const { report, centre, assets, backups } = this;
    const search = new Search(report, assets);
    await centre.ara.api('POST', '/v1/backups', { to: backups });
    const backup: Place = {
      name: 'backups, of the data and of the keystore',
      control: centre.people[0]?.id ?? '',
      read: () => tree(backups),
    };
    await search.all(centre.title, [...centre.places(assets), backup]);
    search.forms();
    return search.figures().map((figure) => ({
      ...figure,
      name: `${centre.title}: ${figure.name}`,
      words: figure.words && `${centre.title}: ${figure.words}`,
    }));
  }
}
