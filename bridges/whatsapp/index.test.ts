import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { soon } from '../recording-host.js';
import { bridgeConformance } from '../conformance.js';
import { conformancePlatform, startRig, type Rig } from './test-rig.js';

bridgeConformance('whatsapp, a number of its own', () => conformancePlatform('dedicated'));
bridgeConformance("whatsapp, the user's own number", () => conformancePlatform('own'));

describe.each(['dedicated', 'own'] as const)('a linked account (%s)', (mode) => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ mode });
    rig.bridge.start();
    await rig.host.reaches('connected');
  });
  afterEach(async () => {
    await rig.close();
    expect(rig.whatsapp.problems).toEqual([]);
  });

  it('reads a message and answers it', async () => {
    const { host, owner, account, bridge, ownerChat } = rig;
    await owner.phone.say(account, 'hello');
    await soon(() => expect(host.texts()).toEqual(['hello']));
    expect(host.journal[0]).toMatchObject({ chat: ownerChat, channel: 'whatsapp', position: 1 });
    await bridge.send(ownerChat, { body: 'hi', plain: 'hi' }, 'k1');
    await bridge.send(ownerChat, { body: 'hi', plain: 'hi' }, 'k1');
    expect(owner.phone.texts(account)).toEqual(mode === 'own' ? ['hi'] : ['hi']);
  });
});
