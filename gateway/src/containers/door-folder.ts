/** Makes the folder of a user's doors, so that in the container the bridge room can enter it and the agent room cannot. */
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { BRIDGE_UID } from './runtime.js';

const ownUser = (): number => process.getuid?.() ?? 0;

/** Whether this process can: as root, or as a member of the bridge rooms' group. */
export const canHandOverDoors = (): boolean =>
  ownUser() === 0 || (process.getgroups?.() ?? []).includes(BRIDGE_UID);

export function makeDoorFolder(folder: string, forContainer: boolean): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!forContainer) return;
  // Both sides make their sockets in it: the gateway as its owner, the bridge room by its group. Sticky: the bridge room
  // can neither remove nor replace the gateway's.
  chownSync(folder, ownUser(), BRIDGE_UID);
  chmodSync(folder, 0o1770);
}
