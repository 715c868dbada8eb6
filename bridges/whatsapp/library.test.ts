import { inspect } from 'node:util';
import { expect, it, vi } from 'vitest';
import { SignalDevice } from '../../test/kit/whatsapp/signal.js';
import { soon } from '../recording-host.js';
import { loadLibrary } from './library.js';
import { startRig } from './test-rig.js';

/** Two devices that begin anew: the Signal library closes the session that was there. */
async function beginAnew(): Promise<string> {
  const [one, two] = [new SignalDevice(), new SignalDevice()];
  for (let time = 0; time < 2; time++) {
    const { type, ciphertext } = await one.encrypt('2@s.whatsapp.net', two.bundle(), { conversation: 'x' });
    await two.decrypt('1@s.whatsapp.net', type, ciphertext);
    await one.forget('2@s.whatsapp.net');
  }
  return inspect(two.creds.signedIdentityKey.private);
}

it(
  'is quiet for good: the Signal library would write private keys to the console',
  { timeout: 20_000 },
  async () => {
    const said: string[] = [];
    const record = (...given: unknown[]): void =>
      void said.push(inspect(given, { depth: 20, maxArrayLength: 1_000 }));
    for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) console[name] = record;

    await beginAnew();
    expect(said.join()).toContain('privKey');
    said.length = 0;

    await loadLibrary();
    const written = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write'));
    await beginAnew();
    const rig = await startRig();
    rig.bridge.start();
    await rig.host.reaches('connected');
    await rig.owner.phone.say(rig.account, 'hello');
    await soon(() => expect(rig.host.texts()).toEqual(['hello']));
    rig.owner.phone.deaf = true;
    await rig.bridge.send(rig.ownerChat, { body: 'hi', plain: 'hi' }, 'k');
    await soon(() => expect(rig.owner.phone.texts()).toEqual(['hi']));
    rig.whatsapp.cut();
    await rig.host.reaches('connected');
    await rig.close();
    expect([said, ...written.map(({ mock }) => mock.calls)]).toEqual([[], [], []]);
  },
);
