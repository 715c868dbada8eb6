import type { Agent } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeWhatsApp } from '../../test/kit/whatsapp/server.js';
import { pnOf, type User } from '../../test/kit/whatsapp/world.js';
import type { Linked, PairingStep } from '../bridge.js';
import { MemoryStore, RecordingHost, soon } from '../recording-host.js';
import { WhatsAppBridge } from './index.js';
import { linkWhatsApp } from './link.js';
import { startServer, timing } from './test-rig.js';
import { whatsappCredential } from './credential.js';

/** What a user does, step by step. */
class Attempt {
  readonly store = new MemoryStore();
  readonly steps: PairingStep[] = [];
  readonly abort = new AbortController();
  readonly result: Promise<Linked | { code: string }>;

  constructor(
    raw: unknown,
    whatsapp: FakeWhatsApp,
    agent: Agent,
    more: Partial<typeof timing & { qr: number; restartGrace: number }> = {},
  ) {
    const host = {
      agent,
      store: this.store,
      show: (step: PairingStep) => void this.steps.push(step),
      stop: this.abort.signal,
    };
    const options = { url: whatsapp.url, timing: { ...timing, restartGrace: 500, ...more } };
    this.result = linkWhatsApp(raw, host, options).catch((error: unknown) => error as { code: string });
  }

  async shown(count = 1): Promise<PairingStep> {
    await soon(() => expect(this.steps.length).toBeGreaterThanOrEqual(count));
    return this.steps[count - 1] ?? expect.unreachable();
  }
}

describe('linking', { timeout: 20_000 }, () => {
  let whatsapp: FakeWhatsApp;
  let agent: Agent;
  let user: User;
  let friend: User;
  beforeEach(async () => {
    ({ whatsapp, agent } = await startServer());
    [user, friend] = [whatsapp.addUser('Olga'), whatsapp.addUser('Fred')];
  });
  afterEach(async () => {
    agent.destroy();
    await whatsapp.stop();
  });

  const attempt = (raw: unknown, more = {}): Attempt => new Attempt(raw, whatsapp, agent, more);

  it("by a scanned code, on the user's own number: the owner is known", async () => {
    const linking = attempt({ method: 'qr', mode: 'own' });
    const { kind, text, expiresAt } = await linking.shown();
    expect([kind, Math.round((expiresAt - Date.now()) / 10_000)]).toEqual(['qr', 6]);
    user.phone.scan(text);
    expect(await linking.result).toEqual({
      credential: { mode: 'own', readReceipts: false },
      address: `+${user.pn}`,
      owner: { id: pnOf(user), chat: pnOf(user) },
    });
    expect([whatsapp.connections, whatsapp.problems]).toEqual([2, []]);
    expect([...user.companions.values()][0]?.bundle?.preKeys.length).toBeGreaterThan(100);
  });

  it('by a typed code, on a number of its own: whoever sends the code will be the owner', async () => {
    const linking = attempt({
      method: 'code',
      mode: 'dedicated',
      phone: `+49 ${user.pn.slice(2)}`,
      readReceipts: true,
    });
    const { kind, text } = await linking.shown();
    expect([kind, text]).toEqual(['code', expect.stringMatching(/^[1-9A-HJ-NP-TV-Z]{8}$/)]);
    await soon(() => expect(whatsapp.candidates[0]?.hello).toBeTruthy());
    user.phone.enterCode(text);
    expect(await linking.result).toMatchObject({
      credential: { mode: 'dedicated', readReceipts: true },
      owner: null,
    });
    expect(whatsapp.problems).toEqual([]);
  });

  it('gives a bridge that works, and leaves it what came meanwhile', async () => {
    const linking = attempt({ method: 'qr', mode: 'dedicated' });
    user.phone.scan((await linking.shown()).text);
    await soon(() => expect(user.companions.size).toBe(1));
    const { credential } = (await linking.result) as Linked;
    await friend.phone.say(user, 'are you there?');
    await whatsapp.sendHistory(user, friend, 'said long ago');
    const host = new RecordingHost(agent, pnOf(friend));
    host.store.write(linking.store.records);
    const bridge = new WhatsAppBridge(host, whatsappCredential.parse(credential), {
      url: whatsapp.url,
      timing,
    });
    bridge.start();
    await soon(() => expect(host.texts()).toEqual(['are you there?']));
    await bridge.stop();
  });

  it('sends nothing to anybody', async () => {
    const linking = attempt({ method: 'qr', mode: 'own' });
    user.phone.scan((await linking.shown()).text);
    await linking.result;
    expect(whatsapp.log.filter(({ tag }) => ['message', 'chatstate', 'receipt'].includes(tag))).toEqual([]);
    expect(new Set(whatsapp.log.map(({ attrs }) => attrs['to']))).toEqual(
      new Set(['@s.whatsapp.net', undefined]),
    );
  });

  it('shows each next code, and ends when there are no more', async () => {
    whatsapp.refs = 3;
    const linking = attempt({ method: 'qr', mode: 'own' }, { qr: 50 });
    expect(await linking.result).toMatchObject({ code: 'pairing-expired' });
    expect(new Set(linking.steps.map(({ text }) => text)).size).toBe(3);
  });

  it('ends when the user gives it up', async () => {
    const linking = attempt({ method: 'qr', mode: 'own' });
    await linking.shown();
    linking.abort.abort();
    expect(await linking.result).toMatchObject({ code: 'pairing-expired' });
    await soon(() => expect(whatsapp.candidates).toEqual([]));
  });

  it('outlasts a refusal right behind the restart', async () => {
    whatsapp.loginFailures = ['401', '401', '500'];
    const linking = attempt({ method: 'qr', mode: 'own' }, { restartGrace: 5_000 });
    user.phone.scan((await linking.shown()).text);
    await soon(() => expect(whatsapp.connections).toBe(4));
    whatsapp.loginFailures = [];
    expect(await linking.result).toMatchObject({ address: `+${user.pn}` });
  });

  it('takes a refusal that stays for one', async () => {
    whatsapp.loginFailures = ['401'];
    const linking = attempt({ method: 'qr', mode: 'own' });
    user.phone.scan((await linking.shown()).text);
    expect(await linking.result).toMatchObject({ code: 'bad-credential' });
  });

  it('says when WhatsApp is not there', async () => {
    await whatsapp.stop();
    expect(await attempt({ method: 'qr', mode: 'own' }).result).toMatchObject({
      code: 'platform-unreachable',
    });
  });

  it.each([
    null,
    {},
    { method: 'qr' },
    { method: 'qr', mode: 'both' },
    { method: 'code', mode: 'own' },
    { method: 'code', mode: 'own', phone: '0170 1234567' },
    { method: 'code', mode: 'own', phone: '12' },
    { method: 'code', mode: 'own', phone: '49170<script>' },
    { method: 'qr', mode: 'own', token: 'x' },
  ])('does not take %j', async (raw) => {
    expect(await attempt(raw).result).toMatchObject({ code: 'bad-request' });
    expect(whatsapp.connections).toBe(0);
  });
});
