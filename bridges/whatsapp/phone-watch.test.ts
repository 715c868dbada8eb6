import { afterEach, describe, expect, it } from 'vitest';
import { soon } from '../recording-host.js';
import { startRig, type Rig } from './test-rig.js';

const DAY = 86_400_000;
/** `ProtocolMessage.Type` */
const APP_STATE_SYNC_KEY_REQUEST = 7;

describe('the phone', () => {
  let rig: Rig;
  let now = Date.UTC(2026, 10, 28);
  afterEach(() => rig.close());

  const start = async (): Promise<void> => {
    rig = await startRig({ now: () => now });
    rig.bridge.start();
    await rig.host.reaches('connected');
  };

  it('is asked from the tenth day on, and that it is away is said on the twelfth', async () => {
    await start();
    const { phone } = rig.account;
    phone.online = false;
    now += 10 * DAY - 1;
    await new Promise((resolve) => setTimeout(resolve, 80));
    const asked = () => rig.whatsapp.log.filter(({ attrs }) => attrs['category'] === 'peer');
    expect(asked()).toEqual([]);
    now += 1;
    await soon(() => expect(asked()).toHaveLength(1));
    expect(asked()[0]?.attrs['to']).toBe(`${rig.account.pn}@s.whatsapp.net`);
    now += 2 * DAY - 1;
    await soon(() => expect(asked()).toHaveLength(2));
    expect(rig.host.states).toEqual(['connecting', 'connected']);
    now += 1;
    await rig.host.reaches('phone-away');
    phone.online = true;
    now += DAY;
    await rig.host.reaches('connected');
    expect(phone.asked.map(({ type }) => type)).toEqual([APP_STATE_SYNC_KEY_REQUEST]);
  });

  it('is not away as long as it answers', async () => {
    await start();
    for (let day = 0; day < 30; day += 5) {
      now += 5 * DAY;
      await rig.bridge.send(rig.ownerChat, { body: 'x', plain: 'x' }, `k${day}`);
    }
    now += 10 * DAY;
    await soon(() => expect(rig.account.phone.asked).toHaveLength(1));
    now += 5 * DAY;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(rig.host.states).toEqual(['connecting', 'connected']);
  });

  it('stays away over a restart', async () => {
    await start();
    rig.account.phone.online = false;
    await rig.bridge.stop();
    now += 13 * DAY;
    rig.bridge.start();
    await rig.host.reaches('phone-away');
    expect(rig.host.states).toEqual(['connecting', 'connected', 'connecting', 'phone-away']);
  });
});
