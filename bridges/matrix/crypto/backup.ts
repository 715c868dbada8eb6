/**
 * The key backup on the homeserver: a version of our own where the account has none, or the one that the owner's recovery key
 * opens. Keys go there as they come, and what is missing here is looked for there. All of it is extra: no trouble with it
 * keeps a message from being read or answered.
 */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { BridgeStore } from '../../bridge.js';
import { API, type Client } from '../client.js';
import { isFinal, MatrixFailure } from '../failure.js';
import { TransportError } from '../transport.js';
import {
  ALGORITHM,
  currentBackup,
  deleteBackup,
  MADE_BY_ARA,
  opens,
  readBackup,
  writeBackup,
  type BackupRecord,
  type CurrentBackup,
} from './backup-record.js';
import type { Machine, VerificationHost } from './machine.js';
import { base64, publicKeyOf } from './recovery-key.js';
import { dispatch } from './requests.js';

interface BackupOptions extends VerificationHost {
  store: BridgeStore;
  client: Client;
}

/** What the homeserver holds of one session. */
const entry = z.object({
  session_data: z.object({ ephemeral: z.string(), ciphertext: z.string(), mac: z.string() }),
});

export const REPLACED =
  'Somebody has put another key backup in the place of mine. I keep no backup of my keys any more. To have one again, link Matrix anew with the recovery key of the new one.';

/** Milliseconds until what went wrong is tried again. */
const TRY_AGAIN = 300_000;
/** A hundred keys each: a device that is new to this has more of them than one sync should wait for. */
const MOST_AT_ONCE = 5;
/** How soon a session is asked for again that was not there; doubled each time. */
const ASK_AGAIN = 30_000;
const ASK_AGAIN_AT_LAST = 6 * 3_600_000;
const MOST_ASKED = 1_000;

export class Backup {
  /** What the backup is; undefined before that is known, null for none. */
  private open: BackupRecord | null | undefined;
  private idleUntil = 0;
  /** The sessions that were not there, with when they may be asked for again. */
  private readonly asked = new Map<string, { next: number; wait: number }>();

  constructor(
    private readonly machine: Machine,
    private readonly options: BackupOptions,
  ) {}

  /** Finds out how the backup stands, and puts there what is new. @throws what is no trouble of the homeserver's */
  async keepUp(): Promise<void> {
    if (Date.now() >= this.idleUntil) await this.tryToKeepUp();
    this.tellReplaced();
  }

  /** Whether the key of a session came from the backup. @throws nothing that is the homeserver's trouble */
  async restore(room: string, session: string | null): Promise<boolean> {
    const { open } = this;
    if (!open || session === null || !this.mayAsk(`${room} ${session}`)) return false;
    const { version, secret } = open;
    const path = `${API}/room_keys/keys/${encodeURIComponent(room)}/${encodeURIComponent(session)}`;
    try {
      const found = entry.safeParse(await this.options.client.call('GET', path, { query: { version } }));
      if (!found.success) return false;
      return await this.machine.restore(room, session, found.data.session_data, { version, secret });
    } catch (error) {
      if (error instanceof MatrixFailure || error instanceof TransportError) return false;
      throw error;
    }
  }

  private async tryToKeepUp(): Promise<void> {
    try {
      if (this.open === undefined) this.open = await this.settle();
      if (this.open) await this.put(this.open);
    } catch (error) {
      if (!(error instanceof MatrixFailure) && !(error instanceof TransportError)) throw error;
      const asked = error instanceof MatrixFailure && error.status === 429 ? error.retryAfter : 0;
      this.idleUntil = Date.now() + Math.max(TRY_AGAIN, asked);
    }
  }

  private async settle(): Promise<BackupRecord | null> {
    const current = await currentBackup(this.options.client);
    const kept = readBackup(this.options.store);
    if (current && kept && !kept.replaced) return this.meet(kept, current);
    // What Ara made and has lost the key of is of no use to anybody.
    const isOrphan = current?.isMadeByAra === true && !kept;
    return current && !isOrphan ? null : this.makeOwn(current);
  }

  private async meet(kept: BackupRecord, current: CurrentBackup): Promise<BackupRecord | null> {
    if (kept.version !== current.version || !opens(kept.secret, current)) return this.giveUp(kept);
    await this.machine.enableBackup(publicKeyOf(Buffer.from(kept.secret, 'base64')), kept.version);
    return kept;
  }

  /** Null where the homeserver takes none. */
  private async makeOwn(orphan: CurrentBackup | null): Promise<BackupRecord | null> {
    const { client, store } = this.options;
    const key = randomBytes(32);
    const publicKey = publicKeyOf(key);
    const data = { [MADE_BY_ARA]: true, public_key: publicKey };
    // These names are in order, which is all that there is to canonical JSON here.
    const signatures = await this.machine.sign(JSON.stringify(data));
    const body = { algorithm: ALGORITHM, auth_data: { ...data, signatures } };
    let version: unknown;
    try {
      ({ version } = await client.call('POST', `${API}/room_keys/version`, { body }));
    } catch (error) {
      if (isFinal(error)) return null;
      throw error;
    }
    if (typeof version !== 'string') return null;
    const made = { version, secret: base64(key), isOurs: true, replaced: null };
    writeBackup(store, made);
    // What is in another version is not in this one.
    await this.machine.disableBackup();
    await this.machine.enableBackup(publicKey, version);
    if (orphan) await deleteBackup(client, orphan.version).catch(() => undefined);
    return made;
  }

  private async put({ version }: BackupRecord): Promise<void> {
    for (let count = 0; count < MOST_AT_ONCE; count++) {
      const request = await this.machine.backUp(version);
      if (!request) return;
      try {
        await dispatch(this.options.client, this.machine, request);
      } catch (error) {
        const isGone =
          error instanceof MatrixFailure &&
          (error.code === 'M_WRONG_ROOM_KEYS_VERSION' || error.code === 'M_NOT_FOUND');
        if (!isGone) throw error;
        // Another has taken its place, or none.
        await this.machine.disableBackup();
        this.open = undefined;
        this.open = await this.settle();
        return;
      }
    }
  }

  private async giveUp(kept: BackupRecord): Promise<null> {
    await this.machine.disableBackup();
    writeBackup(this.options.store, { ...kept, replaced: { told: false } });
    return null;
  }

  /** Once, as soon as there is a chat to say it in. */
  private tellReplaced(): void {
    const { store, tell } = this.options;
    const kept = readBackup(store);
    if (kept?.replaced?.told === false && tell(null, REPLACED))
      writeBackup(store, { ...kept, replaced: { told: true } });
  }

  private mayAsk(session: string): boolean {
    const now = Date.now();
    const { next = 0, wait = ASK_AGAIN } = this.asked.get(session) ?? {};
    if (now < next) return false;
    if (this.asked.size >= MOST_ASKED) this.asked.clear();
    this.asked.set(session, { next: now + wait, wait: Math.min(wait * 2, ASK_AGAIN_AT_LAST) });
    return true;
  }
}
