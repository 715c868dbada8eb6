/** The operator's page: people and machines, and never content; nobody else sees it or gets an answer from its addresses. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Visit } from '../kit/dashboard/chromium.js';
import type { User } from '../kit/installation.js';
import { command } from '../kit/command-line.js';
import { installed } from './installed.js';
import { choose, invite, joinByPassword, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();

describe('the operator', () => {
  let visit: Visit;
  let page: Visit['page'];
  let user: User;
  beforeAll(async () => {
    user = await setup.ara.addUser('Hana');
    await setup.ara.ask(user, 'nobody else reads this');
    visit = await people.join(setup.ara, 'Olaf', { role: 'operator' });
    ({ page } = visit);
  });

  it('sees who is there, adds somebody, and invites them to their account', async () => {
    await page.goto('/operator');
    const rows = page.getByRole('table', { name: 'Users' }).getByRole('row');
    await rows.filter({ hasText: 'Hana' }).filter({ hasText: 'cannot sign in yet' }).waitFor();
    await page.getByLabel('Name of the user').fill('Jonas');
    await page.getByRole('button', { name: 'Add without invitation' }).click();
    await shows(page, 'Jonas is added.');
    await page.getByRole('button', { name: 'Invite Jonas' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const address = await page.getByText(/\/join#/).innerText();
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    const guest = await people.open(setup.ara);
    await guest.page.goto(address);
    await shows(guest.page, 'This name was chosen for you by the operator.');
    expect(await guest.page.getByLabel('Your name').inputValue()).toBe('Jonas');
  });

  it('withdraws an invitation, which then works no more', async () => {
    await page.goto('/operator');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const address = await page.getByText(/\/join#/).innerText();
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    const withdraw = page.getByRole('button', { name: 'Withdraw' });
    for (let open = await withdraw.count(); open > 0; open--) {
      await withdraw.first().click();
      await expect.poll(() => withdraw.count()).toBe(open - 1);
    }
    await shows(page, 'No invitation is open.');
    const guest = await people.open(setup.ara);
    await guest.page.goto(address);
    await shows(guest.page, 'This link does not work');
  });

  it('puts a container to sleep, wakes it and starts it anew', async () => {
    await page.goto('/operator/containers');
    const row = page.getByRole('table', { name: 'Containers' }).getByRole('row').filter({ hasText: 'Hana' });
    await row.getByText('Awake').waitFor();
    await choose(page, 'More for the container of Hana', 'Put to sleep');
    await row.getByText('Asleep').waitFor({ timeout: 20_000 });
    await choose(page, 'More for the container of Hana', 'Wake');
    await row.getByText('Awake').waitFor({ timeout: 20_000 });
    await choose(page, 'More for the container of Hana', 'Restart');
    await shows(page, 'It runs again.', 20_000);
    expect(await setup.ara.ask(user, 'still there?')).toBe('echo: still there?');
  });

  it('reads health, settings without secrets, and the trail of all accounts', async () => {
    await page.goto('/operator/health');
    for (const part of ['database', 'queue', 'containers'])
      await page
        .getByRole('listitem')
        .filter({ hasText: new RegExp(part, 'i') })
        .filter({ hasText: 'Works' })
        .waitFor();
    await page.goto('/operator/settings');
    await page.getByLabel('Filter settings').fill('listen.port');
    await shows(page, String(setup.ara.port));
    await page.goto('/operator/audit');
    const trail = page.getByRole('table');
    await trail.getByText('Container put to sleep').first().waitFor();
    await trail.getByText('Invitation withdrawn').first().waitFor();
    for (const address of ['/operator', '/operator/containers', '/operator/health', '/operator/settings']) {
      await page.goto(address);
      expect(await page.content()).not.toContain('nobody else reads this');
    }
  });

  it('is somebody whom an ordinary user cannot be', async () => {
    const { page: other } = await people.join(setup.ara, 'Piotr');
    await other.goto('/');
    await other.getByRole('link', { name: 'Privacy' }).first().waitFor();
    expect(await other.getByRole('link', { name: 'Operator' }).count()).toBe(0);
    await other.goto('/operator/containers');
    await other.waitForURL(`${setup.ara.address}/`);
    const paths = ['users', 'invitations', 'containers', 'health', 'settings', 'audit'];
    for (const path of paths)
      expect(
        await other.evaluate<number>(`fetch('/v1/operator/${path}').then(({ status }) => status)`),
        path,
      ).toBe(403);
    for (const deed of ['wake', 'sleep', 'restart'])
      expect(
        await other.evaluate<number>(
          `fetch('/v1/operator/containers/${user.id}/${deed}', { method: 'POST' }).then(({ status }) => status)`,
        ),
      ).toBe(403);
  });
});

describe('an access that the operator opens', () => {
  let page: Visit['page'];
  let user: User;
  beforeAll(async () => {
    user = await setup.ara.addUser('Mira');
    await setup.ara.ask(user, 'good morning');
    ({ page } = await people.open(setup.ara));
    await joinByPassword(page, await invite(setup.ara, { account: user.id }), 'Mira');
  });

  const opened = (...words: string[]) => command(setup.ara.configFile, ['access', ...words]);
  const part = () => page.getByRole('region', { name: 'Access by the operator' });

  it('needs a reason and a time, and nobody is told of one that was refused', async () => {
    for (const words of [
      ['Mira'],
      ['Mira', '--minutes', '30'],
      ['Mira', '--reason', ' ', '--minutes', '30'],
      ['Mira', '--reason', 'a broken disk'],
      ['Mira', '--reason', 'a broken disk', '--minutes', '1441'],
      ['--reason', 'a broken disk', '--minutes', '30'],
    ]) {
      const { code, errors } = await opened(...words);
      expect([code, errors.startsWith('Say `access USER --reason')], words.join(' ')).toEqual([2, true]);
    }
    for (const body of [
      {},
      { minutes: 5 },
      { reason: ' ', minutes: 5 },
      { reason: 'a broken disk' },
      { reason: 'a broken disk', minutes: 0 },
    ])
      await expect(
        setup.ara.api('POST', `/v1/accounts/${user.id}/accesses`, body),
        JSON.stringify(body),
      ).rejects.toThrow(/: 400 /);
    await page.goto('/privacy');
    await part().getByText('Nobody has opened access to your account.').waitFor();
    expect(setup.internet.telegram.transcript(user.bot, user.owner)).not.toContain('has opened access');
  });

  it('is told in the chat, and stands on the page Privacy and in the trail until long after', async () => {
    const told = setup.internet.telegram.waitForMessage(user.bot, ({ text }) =>
      text.includes('The operator of this installation has opened access to your data until'),
    );
    const { code, output } = await opened('Mira', '--reason', 'a broken disk', '--minutes', '30');
    expect(code).toBe(0);
    expect(output).toContain('Mira was told in a chat of theirs');
    expect((await told).text).toContain('“a broken disk”');
    await page.reload();
    const row = part().getByRole('row').filter({ hasText: 'a broken disk' });
    await row.getByText('open now').waitFor();
    await page.goto('/security');
    await shows(page, 'Access opened by the operator');
  });

  it('ends by itself, under the eyes of who looks', async () => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ host: `${setup.ara.runDir}/postgres`, user: 'ara', database: 'postgres' });
    await client.connect();
    await client.query(`UPDATE operator_accesses SET ends_at = now() + interval '4 seconds'`);
    await client.end();
    await page.goto('/privacy');
    const row = part().getByRole('row').filter({ hasText: 'a broken disk' });
    await row.getByText('open now').waitFor();
    await row.getByText('open now').waitFor({ state: 'detached' });
    expect(await row.count()).toBe(1);
  });

  it('is nothing that an operator can open from the dashboard, or a user', async () => {
    const asked = await page.evaluate<number>(
      `fetch('/v1/accounts/${user.id}/accesses', { method: 'POST', headers: { 'content-type': 'application/json' },
        body: '{"reason":"x","minutes":5}' }).then(({ status }) => status)`,
    );
    expect(asked).toBe(401);
  });
});
