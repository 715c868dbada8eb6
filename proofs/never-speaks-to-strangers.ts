/** Proof: whatever strangers and groups do, Ara says nothing to them on WhatsApp and Matrix, and on Telegram one polite refusal. */
import { randomBytes } from 'node:crypto';
import { ask, type Chat } from '../test/kit/chats/chat.js';
import { linkMatrix } from '../test/kit/chats/matrix.js';
import { TelegramChat } from '../test/kit/chats/telegram.js';
import { linkWhatsApp } from '../test/kit/chats/whatsapp.js';
import { anInstallation, anInternet } from './kit/installations.js';
import type { Figure, Proof, Report } from './proof.js';
import { MatrixCrowd, TelegramCrowd, WhatsAppCrowd, type Crowd } from './strangers/crowd.js';

/** How much the strangers of one platform do. */
const ACTS = 250;
const MATRIX_ACTS = 80;
const POLITE = 'Sorry, this is a private assistant and I only talk with its owner.';

export const neverSpeaksToStrangers: Proof = {
  name: 'never-speaks-to-strangers',
  promise:
    'Whoever is not the owner gets nothing on WhatsApp and Matrix, and at most one polite refusal on Telegram.',
  async run(report) {
    const internet = await anInternet(report, { whatsapp: true, matrix: true });
    const ara = await anInstallation(report, internet);
    const key = (): string => `sk-ant-${randomBytes(16).toString('hex')}`;
    const [user, second] = [
      await ara.addUser('olga', { anthropic: key() }),
      await ara.addUser('otto', { anthropic: key() }),
    ];
    const owner = internet.whatsapp.addUser('Olga');
    const [friend, number] = [internet.whatsapp.addUser('Otto'), internet.whatsapp.addUser('Ara')];
    const telegram = new TelegramChat(internet.telegram, user);
    const own = await linkWhatsApp(ara, user.id, { owner });
    const dedicated = await linkWhatsApp(ara, second.id, { owner: friend, number });
    const matrix = await linkMatrix(ara, user.id);
    const crowds: [Crowd, Chat, number, string][] = [
      [new TelegramCrowd(ara, user), telegram, ACTS, 'Telegram'],
      [new WhatsAppCrowd(ara, own), own, ACTS, "WhatsApp, the owner's number"],
      [new WhatsAppCrowd(ara, dedicated), dedicated, ACTS, 'WhatsApp, a number of its own'],
      [await MatrixCrowd.open(ara, matrix), matrix, MATRIX_ACTS, 'Matrix'],
    ];
    report.step('strangers and groups at three platforms');
    const calls = internet.anthropic.requests.length;
    const results = await Promise.all(crowds.map((crowd) => live(report, crowd)));
    const asked = internet.anthropic.requests.length - calls;
    report.check(
      asked === crowds.length,
      `the model was asked ${asked} times for ${crowds.length} messages of owners`,
    );
    report.check(internet.whatsapp.problems.length === 0, internet.whatsapp.problems.join('; '));
    const rows = [await ara.status(user.id), await ara.status(second.id)].map(
      ({ container }) => container.messages,
    );
    report.check(
      rows.every((row) => Object.keys(row ?? {}).join() === 'answered'),
      `the journals hold ${JSON.stringify(rows)}`,
    );
    return results.flat();
  },
};

/** Lets them act, then the owner speaks: what came before that is through. */
async function live(
  report: Report,
  [crowd, chat, acts, title]: [Crowd, Chat, number, string],
): Promise<Figure[]> {
  for (let act = 0; act < acts; act++) await crowd.act();
  await ask(chat, `are you mine on ${title}?`, `are you mine on ${title}?`, 60_000);
  const sent = await crowd.sent();
  const all = [...sent.values()].flat();
  const refusals = crowd.isRefusedOnce ? all.filter((said) => said === POLITE).length : 0;
  const others = all.length - refusals;
  report.check(refusals <= crowd.size, `${title}: ${refusals} refusals for ${crowd.size} strangers`);
  for (const [who, said] of sent)
    if (others > 0)
      report.check(false, `${title}: ${who} was sent ${[...new Set(said)].join(', ').slice(0, 200)}`);
  report.step(`${title}: ${acts} times a stranger acted, ${refusals} refusals, ${others} other things sent`);
  const words = `${title}: ${others} sent in ${acts}${crowd.isRefusedOnce ? `, ${refusals} polite refusals` : ''}`;
  return [{ name: `sent to strangers, ${title}`, value: others, unit: 'messages', words }];
}
