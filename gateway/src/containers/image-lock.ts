/**
 * fscrypt for a folder of a mounted ext4 image: names and contents are encrypted with a key that the kernel holds while the
 * image is mounted. `xfs_io` (Debian's xfsprogs) makes the system calls, for which Node has none.
 */
import { tool } from './host-tools.js';

/** Of a version 2 policy: the kernel derives the keys of files from it with HKDF-SHA-512. */
export const LOCK_KEY_BYTES = 32;

/** Gives the kernel the key. @param mount the image's mount point @returns the name by which the kernel knows the key */
export async function unlock(mount: string, key: Buffer): Promise<string> {
  if (key.length !== LOCK_KEY_BYTES) throw new Error('the key of a volume is too short or too long');
  const said = await tool('xfs_io', ['-c', 'add_enckey', mount], key);
  const name = /identifier ([0-9a-f]{32})/.exec(said)?.[1];
  // It ends with 0 whatever came of it.
  if (!name) throw new Error('the kernel did not take the key of a volume');
  return name;
}

/** Encrypts all that will be in an empty folder. @param name of a key that the kernel holds */
export async function encrypt(folder: string, name: string): Promise<void> {
  await tool('xfs_io', ['-c', `set_encpolicy -v 2 -c AES-256-XTS -n AES-256-CTS ${name}`, folder]);
  if ((await keyNameOf(folder)) !== name) throw new Error('the file system does not encrypt');
}

/** The name of the key that opens a folder; null for one that is not encrypted. */
export async function keyNameOf(folder: string): Promise<string | null> {
  const said = await tool('xfs_io', ['-r', '-c', 'get_encpolicy', folder]).catch(() => '');
  return /Master key identifier: ([0-9a-f]{32})/.exec(said)?.[1] ?? null;
}

/** Takes the key from the kernel: what is in the folder cannot be read any more, nor its names. */
export async function lock(mount: string, folder: string): Promise<void> {
  const name = await keyNameOf(folder);
  if (name) await tool('xfs_io', ['-c', `rm_enckey ${name}`, mount]);
}
