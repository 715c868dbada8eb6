/** Which crypto machine a device has: the native one where it is installed, else WebAssembly; once begun, always the same. */
import type { BridgeStore } from '../../bridge.js';
import { StaleKeys } from '../failure.js';
import { WASM_RECORDS, type Machine } from './machine.js';
import { NativeMachine } from './native-machine.js';
import { loadNative, type NativeModule } from './native-module.js';

export type MachineKind = 'native' | 'wasm';

const MARK = 'crypto-machine';

/** Those that this machine can run. */
export const machineKinds = (): MachineKind[] => (loadNative() ? ['native', 'wasm'] : ['wasm']);

/**
 * @param wanted for a device that has none yet
 * @throws StaleKeys where its keys are in a form that nothing here can read
 */
export async function openMachine(
  userId: string,
  deviceId: string,
  store: BridgeStore,
  wanted?: MachineKind,
  native = loadNative(),
): Promise<Machine> {
  const kind = kindIn(store) ?? wanted ?? (native ? 'native' : 'wasm');
  if (kind === 'native') return openNative(native, userId, deviceId, store);
  // It is large, and of no use where the other is.
  const { WasmMachine } = await import('./wasm-machine.js');
  const machine = await WasmMachine.open(userId, deviceId, store);
  mark(store, kind);
  return machine;
}

async function openNative(
  native: NativeModule | null,
  userId: string,
  deviceId: string,
  store: BridgeStore,
): Promise<Machine> {
  if (!native) throw new StaleKeys();
  // First, so that a crash in between leaves no database that nobody looks for.
  mark(store, 'native');
  return NativeMachine.open(native, userId, deviceId, store);
}

/** Keys do not go from one to the other. Devices of before there were two have no mark, but records of their own. */
function kindIn(store: BridgeStore): MachineKind | null {
  const mark = store.get(MARK);
  if (mark) return Buffer.from(mark).toString('utf8') === 'native' ? 'native' : 'wasm';
  return store.list(`${WASM_RECORDS}/`).length > 0 ? 'wasm' : null;
}

function mark(store: BridgeStore, kind: MachineKind): void {
  if (!store.get(MARK)) store.write([[MARK, Buffer.from(kind)]]);
}
