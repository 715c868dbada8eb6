/** Deleting as a person does it: asked twice in the chat, or on the dashboard's API with proof, until the receipt is there. */
import { randomUUID } from 'node:crypto';
import { tokenIn } from '../../test/kit/chats/deleting.js';
import { Installation } from '../../test/kit/installation.js';
import { heard, say } from '../kit/person.js';
import type { Report } from '../proof.js';
import type { Resident } from './people.js';

export interface Progress {
  finishedAt: string | null;
  steps: { name: string; removed: Record<string, number> | null }[];
}

const WITHIN = 90_000;

const words: Record<NonNullable<Resident['kind']>, (files: boolean) => string> = {
  memory: (files) => (files ? '/clear files' : '/clear'),
  container: () => '/delete container',
  account: () => '/delete account',
};

/** @returns what leads to the receipt */
export async function beginInChat(ara: Installation, resident: Resident, report: Report): Promise<string> {
  const { person, kind, files, title } = resident;
  if (kind === null) throw new Error('nothing is to be deleted');
  const asked = words[kind](files);
  const confirm = `/${asked.slice(1).split(' ')[0] ?? ''} confirm`;
  const question = heard(ara, person, ({ text }) => text.includes(confirm));
  say(ara, person, asked);
  const { text } = await question;
  const code = /confirm (\d{6})/.exec(text)?.[1] ?? '';
  report.check(/\d+ \(\d/.test(text), `${title}: the question names no counts and sizes`);
  await tryWrongCode(ara, resident, confirm, code, report);
  const begun = heard(ara, person, (message) => message.text.startsWith('Confirmed'));
  say(ara, person, `${confirm} ${code}`);
  return tokenIn((await begun).text);
}

/** A wrong code deletes nothing, and does not take the right one away. */
async function tryWrongCode(
  ara: Installation,
  { person, title }: Resident,
  confirm: string,
  code: string,
  report: Report,
): Promise<void> {
  const wrong = String((Number(code) + 1) % 1e6).padStart(6, '0');
  const refused = heard(ara, person, ({ text }) => text.includes('That code is wrong'));
  say(ara, person, `${confirm} ${wrong}`);
  await refused;
  const { container } = await ara.status(person.id);
  report.check(container.state === 'awake', `${title}: a wrong code did something`);
}

/** @returns what leads to the receipt */
export async function beginOnDashboard(
  { visitor, kind, files, title }: Resident,
  report: Report,
): Promise<string> {
  const preview = await visitor.read<{ lines: { items: number | null }[] }>(
    'GET',
    `/v1/me/deletions/preview?kind=${kind}&files=${files ? 'yes' : 'no'}`,
  );
  report.check(
    preview.lines.some(({ items }) => (items ?? 0) > 0),
    `${title}: the page says of nothing how much there is`,
  );
  const body = { kind, files, key: randomUUID() };
  const { token } = await visitor.read<{ token: string }>('POST', '/v1/me/deletions', body);
  return token;
}

/** As anybody with the address could: signed in or not. */
export async function receiptOf(ara: Installation, token: string): Promise<string> {
  await Installation.until(async () => {
    const answer = await ara.send('GET', `/v1/receipts/${token}`).catch(() => null);
    if (answer?.status !== 200) return false;
    return (JSON.parse(answer.text) as Progress).finishedAt !== null;
  }, WITHIN);
  return (await ara.send('GET', `/v1/receipts/${token}/file`)).text;
}
