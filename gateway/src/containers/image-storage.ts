/**
 * A disk of its own for each user: a file with an ext4 file system in it, mounted while their container runs. It cannot
 * grow beyond its size, and what it has not used yet takes no room on the host. Where the host can, what is in it is
 * encrypted with a key of the user's. Needs root and loop devices.
 */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountId } from '../../../contracts/ids.js';
import { firstLine, tool } from './host-tools.js';
import { encrypt, keyNameOf, lock, LOCK_KEY_BYTES, unlock } from './image-lock.js';
import { BRIDGE_UID } from './runtime.js';

const MEGABYTE = 1_048_576;
const BLOCK = 4_096;
/** Kept for the bridge room, so that its journal goes on when the rest of the disk is full. */
const RESERVED_SHARE = 0.05;
const RESERVED_LEAST = 4 * MEGABYTE;
/** The folder in an image that the container gets: the name says whether it is encrypted, and thus needs the key. */
const PLAIN = 'data';
const ENCRYPTED = 'encrypted';

export class ImageStorage {
  /**
   * @param folder where the images and their mounts lie
   * @param megabytes of each new image
   */
  constructor(
    private readonly folder: string,
    private readonly megabytes: number,
  ) {}

  /** Why what is in new images is not encrypted; null when it is. Known once `whyNot` has been asked. */
  whyPlain: string | null = null;

  /** Why this host cannot have them; null when it can, which is tried. */
  async whyNot(): Promise<string | null> {
    if (process.getuid?.() !== 0) return 'the gateway is not root';
    const probe = 'probe' as AccountId;
    const at = this.mountPoint(probe);
    try {
      await this.make(probe);
      await this.mountImage(probe);
      // A gateway in a container of its own mounts what the engine does not see.
      if (!engineSees(at)) return 'the engine does not see what the gateway mounts';
      const began = this.makeEncrypted(at, randomBytes(LOCK_KEY_BYTES));
      this.whyPlain = await began.then(() => null, firstLine);
      return null;
    } catch (error) {
      return `a loop device cannot be mounted here (${firstLine(error)})`;
    } finally {
      await this.remove(probe).catch(() => undefined);
    }
  }

  has(account: AccountId): boolean {
    return existsSync(this.image(account));
  }

  /** Where the user's files are once it is mounted. Not there otherwise, so that nothing can be written beside the image. */
  data(account: AccountId): string {
    const at = this.mountPoint(account);
    return join(at, existsSync(join(at, ENCRYPTED)) ? ENCRYPTED : PLAIN);
  }

  /** Whether what is in it is encrypted; null while it is not mounted. */
  isEncrypted(account: AccountId): boolean | null {
    const at = this.mountPoint(account);
    return isMounted(at) ? existsSync(join(at, ENCRYPTED)) : null;
  }

  /** Makes the image if there is none. Half of one is none. */
  async make(account: AccountId): Promise<void> {
    if (this.has(account)) return;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const image = this.image(account);
    const begun = `${image}.new`;
    rmSync(begun, { force: true });
    writeFileSync(begun, '', { mode: 0o600 });
    const bytes = this.megabytes * MEGABYTE;
    truncateSync(begun, bytes);
    await tool('mkfs.ext4', ['-q', '-F', '-b', String(BLOCK), '-m', '0', '-O', 'encrypt', begun]);
    const reserved = Math.round(Math.max(RESERVED_LEAST, bytes * RESERVED_SHARE) / BLOCK);
    await tool('tune2fs', ['-r', String(reserved), '-u', String(BRIDGE_UID), begun]);
    renameSync(begun, image);
  }

  /**
   * Mounts it unless it is, and opens it with the user's key.
   * @param key 32 bytes
   * @throws Error when it is encrypted and does not open
   */
  async mount(account: AccountId, key: Buffer): Promise<void> {
    const at = this.mountPoint(account);
    await this.mountImage(account);
    if (existsSync(join(at, ENCRYPTED))) await open(at, key);
    // One that was made without encryption stays as it is.
    else if (existsSync(join(at, PLAIN))) return;
    else if (this.whyPlain === null) await this.makeEncrypted(at, key);
    // Its owner is set by the engine, which fills an empty volume from the container's image.
    else mkdirSync(join(at, PLAIN), { mode: 0o755 });
  }

  /** Takes the key from the kernel, and unmounts it. */
  async unmount(account: AccountId): Promise<void> {
    const at = this.mountPoint(account);
    if (!isMounted(at)) return;
    // While something still holds the mount, it holds nothing that can be read.
    await lock(at, join(at, ENCRYPTED)).catch(() => undefined);
    await tool('umount', [at]);
  }

  /** Unmounts and unlinks it: with the file its blocks are gone from the host's file system. */
  async remove(account: AccountId): Promise<void> {
    const at = this.mountPoint(account);
    await this.unmount(account).catch(() => tool('umount', ['-l', at]));
    for (const path of [this.image(account), `${this.image(account)}.new`, at])
      rmSync(path, { recursive: path === at, force: true });
  }

  /** Bytes; `used` is null while it is not mounted, `limit` for an account that has no image. */
  async amount(account: AccountId): Promise<{ limit: number | null; used: number | null }> {
    if (!this.has(account)) return { limit: null, used: null };
    const at = this.mountPoint(account);
    if (!isMounted(at)) return { limit: this.megabytes * MEGABYTE, used: null };
    const { bsize, blocks, bfree, bavail } = await statfs(at);
    // What is kept for the bridge room is nobody else's to fill.
    return { limit: bsize * (blocks - bfree + bavail), used: bsize * (blocks - bfree) };
  }

  /** Freed blocks are given back to the host, and with them what was written there. */
  private async mountImage(account: AccountId): Promise<void> {
    const at = this.mountPoint(account);
    mkdirSync(at, { recursive: true, mode: 0o700 });
    if (isMounted(at)) return;
    await tool('mount', ['-o', 'loop,nosuid,nodev,noatime,discard', this.image(account), at]);
  }

  /** Under its name once it is encrypted, so that no other is ever taken for one. */
  private async makeEncrypted(at: string, key: Buffer): Promise<void> {
    const begun = join(at, `${ENCRYPTED}.new`);
    rmSync(begun, { recursive: true, force: true });
    mkdirSync(begun, { mode: 0o755 });
    await encrypt(begun, await unlock(at, key));
    renameSync(begun, join(at, ENCRYPTED));
  }

  private image(account: AccountId): string {
    return join(this.folder, `${account}.img`);
  }

  private mountPoint(account: AccountId): string {
    return join(this.folder, account);
  }
}

/** @throws Error with another key than it was encrypted with */
async function open(at: string, key: Buffer): Promise<void> {
  const [name, needed] = [await unlock(at, key), await keyNameOf(join(at, ENCRYPTED))];
  if (name !== needed) throw new Error('the volume does not open with this key');
}

function isMounted(path: string, process: number | 'self' = 'self'): boolean {
  const mounts = readFileSync(`/proc/${process}/mountinfo`, 'utf8').split('\n');
  return mounts.some((line) => line.split(' ')[4] === path.replaceAll(' ', '\\040'));
}

/** Whether a Docker engine that runs on this machine has the mount too. */
function engineSees(path: string): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      const isEngine = /^\d+$/.test(name) && readFileSync(`/proc/${name}/comm`, 'utf8').trim() === 'dockerd';
      return isEngine && isMounted(path, Number(name));
    } catch {
      // It has just ended.
      return false;
    }
  });
}
