/** An Ara that has been lived in for a while, so that its pages have something to show. */
import type { Visit } from '../kit/dashboard/chromium.js';
import { Installation } from '../kit/installation.js';
import type { Installed } from './installed.js';
import { invite, joinByPassword, settleIn, type Visitors } from './visitors.js';

const ANSWER = [
  'Here is a plan for **Saturday**:',
  '',
  '1. Breakfast at the market',
  '2. A walk along the river, about 6 km',
  '3. The [museum](https://example.org/) closes at 18:00',
  '',
  '| What | When | Cost |',
  '|---|---|---|',
  '| Market | 09:00 | 12 € |',
  '| Museum | 15:30 | 9 € |',
  '',
  '```ts',
  "const train = { from: 'Leipzig Hbf', leaves: '19:42' };",
  '```',
].join('\n');

/** Makes an operator with keys, a channel, conversations, memory and files, and others beside them. */
export async function inhabit(setup: Installed, people: Visitors): Promise<Visit> {
  const { ara, internet } = setup;
  const ada = await ara.addUser('Ada', { anthropic: 'sk-ant-ada-4711', openai: 'sk-ada-0815' });
  await ara.addUser('Bertrand');
  await ara.api('POST', '/v1/accounts', { name: 'Carla' });
  internet.anthropic.script(() => ({ text: ANSWER }));
  const answered = internet.telegram.waitForMessage(
    ada.bot,
    ({ text }) => text.includes('Breakfast'),
    30_000,
  );
  ara.say(ada, 'What shall we do on Saturday?');
  await answered;
  const visit = await people.open(ara);
  await joinByPassword(visit.page, await invite(ara, { role: 'operator', account: ada.id }), 'Ada');
  await settleIn(visit.page, [
    ['PUT', '/v1/me/assistant', { name: 'Zoë', persona: 'Friendly and brief.' }],
    ['PUT', '/v1/me/memory/MEMORY.md', { text: '- is allergic to hazelnuts\n- lives in Leipzig\n' }],
    ['PUT', '/v1/me/budget', { day: 2_000_000, month: 30_000_000 }],
    ['PUT', '/v1/me/file?path=trips%2Fpacking-list.txt', 'tent, stove, map'],
    ['PUT', '/v1/me/file?path=letter-to-the-landlord.txt', 'Dear Sir or Madam'],
    ['POST', '/v1/me/chat', { id: crypto.randomUUID(), text: 'And on Sunday?' }],
  ]);
  await Installation.until(async () => {
    const { conversations } = await visit.page.evaluate<{ conversations: { channel: string }[] }>(
      `fetch('/v1/me/conversations').then((answer) => answer.json())`,
    );
    return conversations.some(({ channel }) => channel === 'web');
  }, 30_000);
  internet.anthropic.script(undefined);
  return visit;
}
