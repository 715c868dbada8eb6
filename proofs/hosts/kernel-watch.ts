/** What the kernel says of the connections of processes, looked at again and again while they work. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Shorter than a TLS handshake takes on this machine; what is shorter still is not seen. */
const LOOK_EVERY = 20;
const LOOKS_BY_PID = 25;
const LISTENING = '0A';

export interface Connection {
  protocol: 'tcp' | 'udp';
  localPort: number;
  /** `address:port` of the other side. */
  remote: string;
}

export class KernelWatch {
  /** By what they are, each once. */
  readonly seen = new Map<string, Connection>();
  looks = 0;
  private known: readonly number[] = [];
  private readonly timer: NodeJS.Timeout;

  /** @param pids asked anew twice a second */
  constructor(private readonly pids: () => readonly number[]) {
    this.timer = setInterval(() => this.look(), LOOK_EVERY);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (this.looks % LOOKS_BY_PID === 0) this.known = this.pids();
    this.looks += 1;
    // One network namespace: its tables are read once for all of them.
    const own = new Set(this.known.flatMap(socketsOf));
    for (const connection of connectionsIn(process.pid, (inode) => own.has(inode)))
      this.seen.set(`${connection.protocol} ${connection.localPort} ${connection.remote}`, connection);
  }
}

/** Every socket in the network namespace of a process, also those that only listen. */
export const socketsAround = (pid: number): Connection[] => connectionsIn(pid, () => true, true);

function connectionsIn(pid: number, isWanted: (inode: string) => boolean, listening = false): Connection[] {
  return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
        const there = addressOf(remote);
        if (!isWanted(inode) || (!listening && (state === LISTENING || there.endsWith(':0')))) return [];
        const protocol = table.startsWith('tcp') ? ('tcp' as const) : ('udp' as const);
        return [{ protocol, localPort: portOf(local), remote: there }];
      }),
  );
}

/** The network interfaces that a process can see. */
export const interfacesOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/net/dev`, 'utf8')
    .split('\n')
    .flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);

function socketsOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap(
      (name) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [],
    );
  } catch {
    // It has just ended, or closed one: the next look is near.
    return [];
  }
}

const portOf = (hex: string): number => parseInt(hex.split(':')[1] ?? '0', 16);

/** The kernel writes addresses as hexadecimal words in the machine's order of bytes; an IPv4 one within IPv6 is IPv4 here. */
function addressOf(hex: string): string {
  const [address = ''] = hex.split(':');
  const words = address.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex').reverse()]);
  const ipv4 = bytes.length === 4 || bytes.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
  const text = ipv4 ? bytes.slice(-4).join('.') : `[${Buffer.from(bytes).toString('hex')}]`;
  return `${text}:${portOf(hex)}`;
}
