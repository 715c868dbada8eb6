/** Proof: nothing that a user or their AI says, nobody's id at a platform and no credential lies in the centre in a readable form. */
import type { Internet } from '../test/kit/installation.js';
import { Assets } from './centre/assets.js';
import { ModelScript } from './centre/model-script.js';
import { everyChannel } from './centre/every-channel.js';
import { quarantined } from './centre/quarantine.js';
import { Search } from './centre/search.js';
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
import type { Proof, Report } from './proof.js';

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
