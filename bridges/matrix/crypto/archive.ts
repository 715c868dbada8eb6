/**
 * Reads with sessions from a backup where the machine itself takes none in. It lives in memory: what it held is fetched from the
 * backup again.
 */
import { DeviceId, initAsync, OlmMachine, UserId } from '@matrix-org/matrix-sdk-crypto-wasm';
import type { BackedUpSession, BackupKey } from './machine.js';
import { decrypted } from './wasm-machine.js';
import { importSession } from './wasm-session.js';

export class Archive {
  private constructor(private readonly machine: OlmMachine) {}

  static async open(userId: string, deviceId: string): Promise<Archive> {
    await initAsync();
    // Its device is never made known to anybody.
    return new Archive(await OlmMachine.initialize(new UserId(userId), new DeviceId(deviceId)));
  }

  take(room: string, session: string, sealed: BackedUpSession, key: BackupKey): Promise<boolean> {
    return importSession(this.machine, room, session, sealed, key);
  }

  decrypt(room: string, raw: unknown): Promise<unknown> {
    return decrypted(this.machine, room, raw);
  }

  close(): void {
    this.machine.close();
  }
}
