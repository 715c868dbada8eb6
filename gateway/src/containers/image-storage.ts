/**
 * A disk of its own for each user: a file with an ext4 file system in it, mounted while their container runs. It cannot
 * grow beyond its size, and what it has not used yet takes no room on the host. Needs root and loop devices.
 */
import { execFile } from 'node:child_process';
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
import { promisify } from 'node:util';
import type { AccountId } from '../../../contracts/ids.js';
import { BRIDGE_UID } from './runtime.js';

const MEGABYTE = 1_048_576;
const BLOCK = 4_096;
/** Kept for the bridge room, so that its journal goes on when the rest of the disk is full. */
const RESERVED_SHARE = 0.05;
const RESERVED_LEAST = 4 * MEGABYTE;
const WITHIN = 30_000;

const run = promisify(execFile);
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

function tool(name: string, ...args: string[]): Promise<unknown> {
  const folder = FOLDERS.find((each) => existsSync(join(each, name)));
  if (!folder) return Promise.reject(new Error(`there is no ${name}`));
  return run(join(folder, name), args, { timeout: WITHIN, env: {} });
}

export class ImageStorage {
  /**
   * @param folder where the images and their mounts lie
   * @param megabytes of each new image
   */
  constructor(
    private readonly folder: string,
    private readonly megabytes: number,
  ) {}

  /** Why this host cannot have them; null when it can, which is tried. */
  async whyNot(): Promise<string | null> {
    if (process.getuid?.() !== 0) return 'the gateway is not root';
    const probe = 'probe' as AccountId;
    try {
      await this.make(probe);
      await this.mount(probe);
      // A gateway in a container of its own mounts what the engine does not see.
      return engineSees(this.mountPoint(probe)) ? null : 'the engine does not see what the gateway mounts';
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
    return join(this.mountPoint(account), 'data');
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
    await tool('mkfs.ext4', '-q', '-F', '-b', String(BLOCK), '-m', '0', '-O', 'encrypt', begun);
    const reserved = Math.round(Math.max(RESERVED_LEAST, bytes * RESERVED_SHARE) / BLOCK);
    await tool('tune2fs', '-r', String(reserved), '-u', String(BRIDGE_UID), begun);
    renameSync(begun, image);
  }

  /** Mounts it unless it is. Freed blocks are given back to the host, and with them what was written there. */
  async mount(account: AccountId): Promise<void> {
    const at = this.mountPoint(account);
    mkdirSync(at, { recursive: true, mode: 0o700 });
    if (!isMounted(at))
      await tool('mount', '-o', 'loop,nosuid,nodev,noatime,discard', this.image(account), at);
    // Its owner is set by the engine, which fills an empty volume from the container's image.
    mkdirSync(this.data(account), { recursive: true, mode: 0o755 });
  }

  async unmount(account: AccountId): Promise<void> {
    const at = this.mountPoint(account);
    if (isMounted(at)) await tool('umount', at);
  }

  /** Unmounts and unlinks it: with the file its blocks are gone from the host's file system. */
  async remove(account: AccountId): Promise<void> {
    const at = this.mountPoint(account);
    if (isMounted(at)) await tool('umount', at).catch(() => tool('umount', '-l', at));
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

  private image(account: AccountId): string {
    return join(this.folder, `${account}.img`);
  }

  private mountPoint(account: AccountId): string {
    return join(this.folder, account);
  }
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

const firstLine = (error: unknown): string =>
  ((error as { stderr?: string }).stderr || (error as Error).message).trim().split('\n')[0] ?? '';
