/** A fake WhatsApp with an owner, a stranger and a linked device, for the tests of this folder. */
import { Agent } from 'node:https';
import { BufferJSON, Curve, initAuthCreds } from '@whiskeysockets/baileys';
import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import { chatId, type ChatId } from '../../contracts/ids.js';
import { testCertificates } from '../../test/kit/certificates.js';
import { bundleOf, FakeWhatsApp } from '../../test/kit/whatsapp/server.js';
import { pnOf, type User } from '../../test/kit/whatsapp/world.js';
import type { BridgeStore } from '../bridge.js';
import type { ConformancePlatform } from '../conformance-platform.js';
import { MemoryStore, RecordingHost } from '../recording-host.js';
import type { WhatsAppCredential } from './credential.js';
import { makeMessageId } from './ids.js';
import { WhatsAppBridge, type WhatsAppOptions } from './index.js';

/** Short, so that tests are. */
export const timing = {
  firstBackoff: 10,
  longestBackoff: 40,
  longPause: 50,
  acknowledge: 1_000,
  transfer: 1_000,
  unlink: 1_000,
  phoneWatch: 20,
};

export interface Rig {
  readonly whatsapp: FakeWhatsApp;
  readonly owner: User;
  readonly stranger: User;
  /** Whose number the device is linked to: the owner's own, or one of the assistant's. */
  readonly account: User;
  readonly ownerChat: ChatId;
  readonly agent: Agent;
  readonly host: RecordingHost;
  readonly bridge: WhatsAppBridge;
  open(host: RecordingHost): WhatsAppBridge;
  close(): Promise<void>;
}

export interface RigOptions {
  mode?: WhatsAppCredential['mode'];
  readReceipts?: boolean;
  now?: () => number;
  timing?: WhatsAppOptions['timing'];
  /** Nobody may write yet. */
  unowned?: boolean;
}

export async function startServer(): Promise<{ whatsapp: FakeWhatsApp; agent: Agent }> {
  const { ca, cert, key } = await testCertificates();
  const whatsapp = new FakeWhatsApp({ cert, key });
  await whatsapp.start();
  return { whatsapp, agent: new Agent({ ca, keepAlive: true }) };
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { mode = 'dedicated', readReceipts = false } = options;
  const { whatsapp, agent } = await startServer();
  const [owner, stranger] = [whatsapp.addUser('Olga'), whatsapp.addUser('Stan')];
  const account = mode === 'own' ? owner : whatsapp.addUser('Ara');
  const records = linkedStore(whatsapp, account);
  const ownerChat = chatId.parse(pnOf(owner));
  const open = (host: RecordingHost): WhatsAppBridge => {
    if (host.store.records.size === 0) host.store.write(records.records);
    return new WhatsAppBridge(
      host,
      { mode, readReceipts },
      {
        url: whatsapp.url,
        mediaHost: whatsapp.media.hostname,
        timing: { ...timing, ...options.timing },
        ...(options.now ? { now: options.now } : {}),
      },
    );
  };
  const host = new RecordingHost(agent, options.unowned ? 'nobody' : ownerChat);
  const bridge = open(host);
  return {
    ...{ whatsapp, owner, stranger, account, ownerChat, agent, host, bridge, open },
    close: async () => {
      await bridge.stop();
      agent.destroy();
      await whatsapp.stop();
    },
  };
}

/** What the store holds behind a linking, without its ceremony and with few keys. */
function linkedStore(whatsapp: FakeWhatsApp, account: User): MemoryStore {
  const store = new MemoryStore();
  const creds = initAuthCreds();
  const keys = Array.from({ length: 40 }, (_, index) => ({
    keyId: index + 1,
    pair: Curve.generateKeyPair(),
  }));
  for (const { keyId, pair } of keys) write(store, `keys/pre-key/${keyId}`, pair);
  const bundle = bundleOf(
    creds,
    keys.map(({ keyId, pair }) => ({ keyId, publicKey: pair.public })),
  );
  const { me, account: signed } = whatsapp.adopt(account, creds.noiseKey.public, bundle);
  const linked: Partial<AuthenticationCreds> = {
    me: { ...me, name: account.name },
    account: signed,
    nextPreKeyId: keys.length + 1,
    firstUnuploadedPreKeyId: keys.length + 1,
    accountSyncCounter: 1,
  };
  write(store, 'creds', { ...creds, ...linked });
  return store;
}

const write = (store: BridgeStore, name: string, value: unknown): void =>
  store.write([[name, Buffer.from(JSON.stringify(value, BufferJSON.replacer))]]);

export async function conformancePlatform(mode: WhatsAppCredential['mode']): Promise<ConformancePlatform> {
  const rig = await startRig({ mode });
  const { whatsapp, owner, stranger, account } = rig;
  let work = Promise.resolve();
  const next = (step: () => Promise<unknown>): void =>
    void (work = work.then(() => step().then(() => undefined)));
  return {
    agent: rig.agent,
    ownerId: rig.ownerChat,
    ownerChat: rig.ownerChat,
    sendsOnlyWhenStarted: true,
    open: (host) => rig.open(host),
    say: (text, speaker) => next(() => (speaker === 'owner' ? owner : stranger).phone.say(account, text)),
    echo: (text) => next(() => account.phone.say(owner, text, { id: OURS })),
    seen: () => owner.phone.texts(account),
    files: () =>
      owner.phone
        .inChat(account)
        .flatMap(({ file }) => (file ? [{ name: file.name ?? '', content: file.content }] : [])),
    give: (name, content) =>
      next(() =>
        owner.phone.sendFile(account, 'document', content, {
          mimetype: 'application/pdf',
          fileName: name,
          title: name,
        }),
      ),
    signs: (message) => [...whatsapp.reactionsTo(message.split('/')[1]).values()],
    goDown: () => whatsapp.stop(),
    comeBack: () => whatsapp.start(),
    revoke: () => account.phone.unlinkDevices(),
    close: rig.close,
  };
}

/** An id as every Ara makes them. */
const OURS = makeMessageId('account', 'chat', 'echo');
