/** Logs in to crabline's WhatsApp, which others made for other clients, and writes to somebody there. */
import { Agent } from 'node:http';
import type { Agent as SecureAgent } from 'node:https';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWhatsAppServer } from '@openclaw/crabline';
import { BufferJSON, Curve, initAuthCreds } from '@whiskeysockets/baileys';
import { expect, it } from 'vitest';
import { WhatsAppBridge } from '../../../bridges/whatsapp/index.js';
import { RecordingHost, soon } from '../../../bridges/recording-host.js';
import { signDevice } from './pairing.js';
import { FakeWhatsApp } from './server.js';

const OWNER = '15551112222@s.whatsapp.net';

it('logs in and sends a message that crabline can read', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ara-crabline-'));
  const recorderPath = join(folder, 'record.jsonl');
  const crabline = await startWhatsAppServer({ recorderPath });
  // It speaks in the clear, on this machine only.
  const host = new RecordingHost(new Agent() as unknown as SecureAgent, OWNER);
  const creds = initAuthCreds();
  const phone = new FakeWhatsApp({ cert: '', key: '' }).addUser('Olga');
  const me = { id: crabline.manifest.selfJid.replace('@', ':1@'), name: 'Ara' };
  const account = signDevice(phone, creds.signedIdentityKey.public, 1);
  const store = (name: string, value: unknown): void =>
    host.store.write([[name, Buffer.from(JSON.stringify(value, BufferJSON.replacer))]]);
  store('creds', {
    ...creds,
    me,
    account,
    nextPreKeyId: 2,
    firstUnuploadedPreKeyId: 2,
    accountSyncCounter: 1,
  });
  store('keys/pre-key/1', Curve.generateKeyPair());
  const url = crabline.manifest.endpoints.baileysWebSocketUrl;
  const bridge = new WhatsAppBridge(host, { mode: 'dedicated', readReceipts: false }, { url });
  try {
    bridge.start();
    await soon(() => expect(host.states.at(-1)).toBe('connected'), 15_000);
    await bridge.send(host.owners()[0] as never, { body: 'hello crabline', plain: '' }, 'k1');
    expect(await readFile(recorderPath, 'utf8')).toContain('hello crabline');
  } finally {
    await bridge.stop();
    await crabline.close();
    await rm(folder, { recursive: true, force: true });
  }
});
