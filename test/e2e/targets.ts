/** Servers on every address of the host, as a careless service would listen, for an attacker inside to aim at. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

export interface Targets {
  port: number;
  udpPort: number;
  /** Whether the TCP server answers at this address, asked from the host. */
  reachable(host: string): Promise<boolean>;
  /** Sends one datagram from the host, and waits until it has come. */
  datagramFrom(host: string): Promise<void>;
  datagrams(): number;
  close(): Promise<void>;
}

export async function openTargets(): Promise<Targets> {
  const tcp = createServer((socket) => socket.on('error', () => undefined).end());
  await once(tcp.listen(0, '::'), 'listening');
  const udp = createSocket('udp4');
  udp.bind(0, '0.0.0.0');
  await once(udp, 'listening');
  let count = 0;
  udp.on('message', () => count++);
  const { port } = tcp.address() as AddressInfo;
  const udpPort = udp.address().port;

  return {
    port,
    udpPort,
    reachable: (host) =>
      new Promise((resolve) => {
        const socket = connect({ host, port }, () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      }),
    async datagramFrom(host) {
      const came = once(udp, 'message');
      const sender = createSocket('udp4');
      sender.send('control', udpPort, host);
      await came;
      sender.close();
    },
    datagrams: () => count,
    async close() {
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}
