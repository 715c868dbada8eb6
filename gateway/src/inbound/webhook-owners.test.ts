/** Whose webhook it is, as the reports of a container leave it in a real Postgres. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCentre, type Centre } from '../../../test/kit/centre.js';
import { ChannelsService } from '../channels/channels.service.js';

const SECRET = 'the-secret-of-alice';
const HASH = createHash('sha256').update(SECRET).digest('hex');

let centre: Centre;
beforeAll(async () => {
  centre = await startCentre({});
}, 60_000);
afterAll(() => centre.stop());

it('a report without a hash leaves the one that is there, and an unlinked channel has none', async () => {
  const alice = await centre.addAccount('alice');
  const bob = await centre.addAccount('bob');
  const channels = centre.get(ChannelsService);
  const owns = (): Promise<void> => channels.ownerOfWebhook(alice, 'telegram', SECRET);
  await channels.report(alice, 'telegram', 'connected', HASH);
  await channels.report(bob, 'telegram', 'connected', 'b'.repeat(64));
  await channels.report(alice, 'telegram', 'unreachable', null);
  await owns();
  await channels.report(alice, 'telegram', 'unlinked', null);
  await expect(owns()).rejects.toMatchObject({ code: 'wrong-secret' });
  expect(await channels.linkedAccounts()).toEqual([bob]);
});
