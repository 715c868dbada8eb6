/** The account's keys in the bridge's store: what has been written is on the disk before anything is acknowledged. */
import type {
  AuthenticationCreds,
  SignalDataSet,
  SignalDataTypeMap,
  SignalKeyStore,
} from '@whiskeysockets/baileys';
import type { BridgeStore } from '../bridge.js';
import type { Library } from './library.js';

const CREDS = 'creds';

type KeyType = keyof SignalDataTypeMap;

export class AuthState {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;

  constructor(
    private readonly store: BridgeStore,
    private readonly library: Library,
  ) {
    this.creds = (this.read(CREDS) as AuthenticationCreds | null) ?? library.initAuthCreds();
    this.keys = {
      get: (type, ids) => this.get(type, ids) as never,
      set: (data) => this.set(data),
    };
  }

  saveCreds(): void {
    this.store.write([[CREDS, this.encode(this.creds)]]);
  }

  /** The hidden number of a phone number, or the other way round, as far as WhatsApp has told it. */
  counterpart(kind: 'number' | 'hidden', user: string): string | null {
    const found = this.read(nameOf('lid-mapping', kind === 'number' ? user : `${user}_reverse`));
    return typeof found === 'string' ? found : null;
  }

  private get(type: KeyType, ids: string[]): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (const id of ids) {
      const value = this.read(nameOf(type, id));
      if (value !== null) found[id] = this.revived(type, value);
    }
    return found;
  }

  /** All or none. */
  private set(data: SignalDataSet): void {
    const changes = Object.entries(data).flatMap(([type, values]) =>
      Object.entries(values).map(
        ([id, value]) => [nameOf(type, id), value === null ? null : this.encode(value)] as const,
      ),
    );
    this.store.write(changes);
  }

  /** The one kind that must come back as an object of the protocol. */
  private revived(type: KeyType, value: unknown): unknown {
    if (type !== 'app-state-sync-key') return value;
    return this.library.proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>);
  }

  private read(name: string): unknown {
    const bytes = this.store.get(name);
    const text = bytes && Buffer.from(bytes).toString('utf8');
    return text === null ? null : (JSON.parse(text, this.library.BufferJSON.reviver) as unknown);
  }

  private encode(value: unknown): Buffer {
    return Buffer.from(JSON.stringify(value, this.library.BufferJSON.replacer));
  }
}

const nameOf = (type: string, id: string): string => `keys/${type}/${id}`;
