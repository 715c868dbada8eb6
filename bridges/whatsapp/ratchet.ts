/**
 * Baileys' Signal sessions, in our order. A message is handed over before its session moves on, so that one which was not
 * taken can be read again when WhatsApp sends it again; and a session's move is on the disk before what it encrypted leaves.
 */
import type {
  SignalAuthState,
  SignalKeyStoreWithTransaction,
  SignalRepositoryWithLIDStore,
  SocketConfig,
} from '@whiskeysockets/baileys';
import type { Library } from './library.js';

type Make = SocketConfig['makeSignalRepository'];

export interface RatchetHooks {
  /**
   * Takes what was decrypted, still padded, and gives what Baileys shall see of it. That it throws undoes the decryption.
   */
  take: (ciphertext: Uint8Array, padded: Uint8Array) => Uint8Array;
  /** The address of our device; null while it has none. */
  me: () => string | null;
}

export function orderedRepository(library: Library, { take, me }: RatchetHooks): Make {
  return (auth: SignalAuthState, logger, pnToLid): SignalRepositoryWithLIDStore => {
    const keys = auth.keys as SignalKeyStoreWithTransaction;
    const inner = library.DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, pnToLid);
    const transaction = keys.transaction.bind(keys);
    // Around each sending Baileys holds one, and so would write down what was used only after it has left.
    keys.transaction = (work, key) => (key === me() ? work() : transaction(work, key));
    const taking =
      <Options>(
        decrypt: (options: Options) => Promise<Uint8Array>,
        parts: (options: Options) => [Uint8Array, string],
      ) =>
      (options: Options): Promise<Uint8Array> => {
        const [ciphertext, name] = parts(options);
        return transaction(async () => {
          const padded = await decrypt(options);
          return take(ciphertext, padded);
        }, name);
      };
    return {
      ...inner,
      decryptMessage: taking(
        (options) => inner.decryptMessage(options),
        ({ ciphertext, jid }) => [ciphertext, jid],
      ),
      decryptGroupMessage: taking(
        (options) => inner.decryptGroupMessage(options),
        ({ msg, group }) => [msg, group],
      ),
    };
  };
}
