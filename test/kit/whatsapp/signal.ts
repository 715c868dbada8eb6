/** The Signal side of a fake phone: its identity, its sessions with the devices of others, its sender keys. */
import {
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  encodeWAMessage,
  initAuthCreds,
  proto,
  unpadRandomMax16,
  type AuthenticationCreds,
  type SignalDataSet,
  type SignalKeyStore,
} from '@whiskeysockets/baileys';

export const silent = {
  level: 'silent',
  child: () => silent,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The Signal library tells the console of every session that it opens and closes, keys included. */
export function quietSignal(): void {
  for (const name of ['info', 'warn'] as const) {
    const say = console[name].bind(console);
    console[name] = (...words: unknown[]) => {
      if (!/^(?:Clos|Open|Removing old closed|Decrypted message with closed)/.test(String(words[0])))
        say(...words);
    };
  }
}

/** The public keys that a device has left with the server. */
export interface Bundle {
  registrationId: number;
  identity: Uint8Array;
  signedPreKey: { keyId: number; publicKey: Uint8Array; signature: Uint8Array };
  /** What is left of them. */
  preKeys: { keyId: number; publicKey: Uint8Array }[];
}

/** Signal's public keys carry their type in front. */
const typed = (key: Uint8Array): Buffer => (key.length === 33 ? Buffer.from(key) : Buffer.from([5, ...key]));

function memoryKeys(): SignalKeyStore {
  const records = new Map<string, unknown>();
  return {
    get: (type, ids) => {
      const found = ids.filter((id) => records.has(`${type}/${id}`));
      return Object.fromEntries(found.map((id) => [id, records.get(`${type}/${id}`)])) as never;
    },
    set: (data: SignalDataSet) => {
      for (const [type, values] of Object.entries(data)) {
        for (const [id, value] of Object.entries(values)) {
          if (value === null) records.delete(`${type}/${id}`);
          else records.set(`${type}/${id}`, value);
        }
      }
    },
  };
}

export class SignalDevice {
  readonly creds: AuthenticationCreds = initAuthCreds();
  private readonly repository;
  private work: Promise<unknown> = Promise.resolve();

  constructor() {
    const keys = addTransactionCapability(memoryKeys(), silent, {
      maxCommitRetries: 1,
      delayBetweenTriesMs: 1,
    });
    this.repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds: this.creds, keys }, silent);
  }

  get identity(): Uint8Array {
    return this.creds.signedIdentityKey.public;
  }

  /** As others see it. Without one-time keys: a phone that has run out of them is still written to. */
  bundle(): Bundle {
    const { registrationId, signedPreKey } = this.creds;
    const { keyId, keyPair, signature } = signedPreKey;
    return {
      registrationId,
      identity: this.identity,
      signedPreKey: { keyId, publicKey: keyPair.public, signature },
      preKeys: [],
    };
  }

  /** Encrypts for a device, beginning a session from its bundle where there is none. */
  encrypt(
    to: string,
    bundle: Bundle,
    message: proto.IMessage,
  ): Promise<{ type: string; ciphertext: Uint8Array }> {
    return this.inOrder(async () => {
      if (!(await this.repository.validateSession(to)).exists) await this.begin(to, bundle);
      return this.repository.encryptMessage({ jid: to, data: encodeWAMessage(message) });
    });
  }

  decrypt(from: string, type: string, ciphertext: Uint8Array): Promise<proto.Message> {
    return this.inOrder(async () => {
      if (type !== 'pkmsg' && type !== 'msg') throw new Error(`no type ${type} here`);
      return decode(
        await this.repository.decryptMessage({ jid: from, type, ciphertext: Buffer.from(ciphertext) }),
      );
    });
  }

  encryptForGroup(group: string, me: string, message: proto.IMessage) {
    return this.inOrder(() =>
      this.repository.encryptGroupMessage({ group, meId: me, data: encodeWAMessage(message) }),
    );
  }

  decryptFromGroup(group: string, author: string, ciphertext: Uint8Array): Promise<proto.Message> {
    return this.inOrder(async () =>
      decode(
        await this.repository.decryptGroupMessage({ group, authorJid: author, msg: Buffer.from(ciphertext) }),
      ),
    );
  }

  takeSenderKey(author: string, item: proto.Message.ISenderKeyDistributionMessage): Promise<void> {
    return this.inOrder(() =>
      this.repository.processSenderKeyDistributionMessage({ authorJid: author, item }),
    );
  }

  /** Begins a session anew, as after a message that could not be read; those before it can still be read from. */
  async renew(to: string, bundle: Bundle): Promise<void> {
    await this.inOrder(() => this.begin(to, bundle));
  }

  /** Forgets a session, so that the next message cannot be read. */
  async forget(jid: string): Promise<void> {
    await this.inOrder(() => this.repository.deleteSession([jid]));
  }

  private begin(to: string, bundle: Bundle): Promise<void> {
    const preKey = bundle.preKeys.shift();
    const { keyId, publicKey, signature } = bundle.signedPreKey;
    return this.repository.injectE2ESession({
      jid: to,
      session: {
        registrationId: bundle.registrationId,
        identityKey: typed(bundle.identity),
        signedPreKey: { keyId, publicKey: typed(publicKey), signature: Buffer.from(signature) },
        ...(preKey ? { preKey: { keyId: preKey.keyId, publicKey: typed(preKey.publicKey) } } : {}),
      },
    });
  }

  private inOrder<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.work.then(step, step);
    this.work = result.catch(() => undefined);
    return result;
  }
}

const decode = (padded: Uint8Array): proto.Message => proto.Message.decode(unpadRandomMax16(padded));
