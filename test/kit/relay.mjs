/**
 * Makes servers of this machine's loopback reachable inside a network namespace: run there, it listens on 127.0.0.1:PORT and
 * passes each connection on to a unix socket, which the test joins with its fake. `relay.mjs PORT=SOCKET …`
 */
import { connect, createServer } from 'node:net';

for (const pair of process.argv.slice(2)) {
  const [port, path] = pair.split('=');
  createServer((inside) => {
    const outside = connect(path);
    inside.on('error', () => outside.destroy());
    outside.on('error', () => inside.destroy());
    inside.pipe(outside).pipe(inside);
  }).listen(Number(port), '127.0.0.1');
}
