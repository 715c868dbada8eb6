/** What Node cannot ask of the kernel: into other processes, other users, other namespaces, devices and raw sockets. */
import { refused, type Attempts } from './attempts.js';
import { errnoOf, hasNativeProbes, PREVIOUS, type Call } from './native.js';

const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const CLONE_NEWUSER = 0x10000000;
const CLONE_NEWNS = 0x20000;
const S_IFBLK = 0o60000;

/** What Node cannot ask of the kernel, asked by a program of our own. */
export async function callKernel(attempts: Attempts, home: string, bridgePid: number): Promise<void> {
  if (!hasNativeProbes) return;
  // One stretch of memory here, one there: two addresses and lengths.
  const here = Buffer.alloc(16);
  here.writeBigUInt64LE(0x400000n);
  here.writeBigUInt64LE(8n, 8);
  const calls: Record<string, Call[]> = {
    'attach to the bridge room (ptrace)': [{ number: 101, arguments: [16, bridgePid, 0, 0] }],
    'seize the bridge room (ptrace)': [{ number: 101, arguments: [0x4206, bridgePid, 0, 0] }],
    "read the bridge room's memory": [{ number: 310, arguments: [bridgePid, here, 1, here, 1, 0] }],
    "write the bridge room's memory": [{ number: 311, arguments: [bridgePid, here, 1, here, 1, 0] }],
    "take an open file of the bridge room's": [
      { number: 434, arguments: [bridgePid, 0] },
      { number: 438, arguments: [PREVIOUS, 0, 0] },
    ],
    "enter the bridge room's namespaces": [
      { number: 434, arguments: [bridgePid, 0] },
      { number: 308, arguments: [PREVIOUS, CLONE_NEWNS] },
    ],
    'signal the bridge room by its handle': [
      { number: 434, arguments: [bridgePid, 0] },
      { number: 424, arguments: [PREVIOUS, 15, 0, 0] },
    ],
    'become root': [{ number: 105, arguments: [0] }],
    'become the bridge room': [{ number: 105, arguments: [10_001] }],
    "take the bridge room's group": [{ number: 106, arguments: [10_001] }],
    'take more groups': [{ number: 116, arguments: [1, Buffer.alloc(4)] }],
    'make a namespace of users': [{ number: 272, arguments: [CLONE_NEWUSER] }],
    'make a namespace of mounts': [{ number: 272, arguments: [CLONE_NEWNS] }],
    mount: [{ number: 165, arguments: [text('none'), text('/tmp'), text('tmpfs'), 0, 0] }],
    unmount: [{ number: 166, arguments: [text('/doors'), 2] }],
    'change the root': [{ number: 161, arguments: [text('/tmp')] }],
    'make a device': [{ number: 133, arguments: [text(`${home}/disk`), S_IFBLK | 0o666, 0xfe00] }],
    'open a file by its handle': [{ number: 304, arguments: [-100, Buffer.alloc(32), 0] }],
    'load a module': [{ number: 175, arguments: [Buffer.alloc(8), 8, text('')] }],
    'load a kernel': [{ number: 246, arguments: [0, 0, 0, 0] }],
    reboot: [{ number: 169, arguments: [0, 0, 0, 0] }],
    'name the host': [{ number: 170, arguments: [text('x'), 1] }],
    'set the clock': [{ number: 164, arguments: [Buffer.alloc(16), 0] }],
    'take ports of the machine': [{ number: 172, arguments: [3] }],
    'load a filter (bpf)': [{ number: 321, arguments: [5, Buffer.alloc(128), 48] }],
    'count events of the machine': [{ number: 298, arguments: [Buffer.alloc(128), -1, 0, -1, 0] }],
    'read the kernel’s keys': [{ number: 250, arguments: [11, 0, Buffer.alloc(64), 64] }],
    'read the kernel’s log': [{ number: 103, arguments: [3, Buffer.alloc(64), 64] }],
    'a raw socket': [{ number: 41, arguments: [2, 3, 1] }],
    'a socket to the hypervisor (vsock)': [{ number: 41, arguments: [40, 1, 0] }],
    "a socket to the kernel's ciphers (AF_ALG)": [{ number: 41, arguments: [38, 5, 0] }],
    'a socket of the internet': [{ number: 41, arguments: [2, 1, 0] }],
    'a netlink socket': [{ number: 41, arguments: [16, 3, 0] }],
    'a packet socket': [{ number: 41, arguments: [17, 3, 0] }],
  };
  for (const [what, sequence] of Object.entries(calls)) {
    await attempts.try(what, () => {
      const errno = errnoOf(home, sequence);
      return errno === 0 ? 'the kernel did it' : refused(errno === null ? 'killed' : `errno ${errno}`);
    });
  }
}

/** The same way of asking, for something that is allowed: its refusals above mean something. */
export function kernelAnswers(home: string): boolean {
  return (
    !hasNativeProbes ||
    (errnoOf(home, [{ number: 102, arguments: [] }]) === 0 &&
      errnoOf(home, [{ number: 3, arguments: [-1] }]) === 9)
  );
}
