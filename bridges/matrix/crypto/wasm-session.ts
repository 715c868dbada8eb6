/** Takes a session from a backup into a machine of WebAssembly. */
import { BackupDecryptionKey, RoomId, type OlmMachine } from '@matrix-org/matrix-sdk-crypto-wasm';
import type { BackedUpSession, BackupKey } from './machine.js';

/** False where it does not open, or is of no use. */
export async function importSession(
  machine: OlmMachine,
  room: string,
  session: string,
  { ephemeral, mac, ciphertext }: BackedUpSession,
  { secret, version }: BackupKey,
): Promise<boolean> {
  try {
    const opened = BackupDecryptionKey.fromBase64(secret).decryptV1(ephemeral, mac, ciphertext);
    const sessions = new Map([[session, JSON.parse(opened) as unknown]]);
    const { importedCount } = await machine.importBackedUpRoomKeys(
      new Map([[new RoomId(room), sessions]]),
      () => undefined,
      version,
    );
    return importedCount > 0;
  } catch {
    return false;
  }
}
