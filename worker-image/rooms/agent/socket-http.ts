/** HTTP on the bridge room's unix socket, with its connections kept open: the one place that opens a connection. */
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

// Not an import: an ES import of node:http reads every export, and three of those are getters that load all of undici
// (35 ms and 13 MB), which is then paid before the first turn is asked for.
const http = process.getBuiltinModule('node:http');

export class SocketHttp {
  private readonly agent = new http.Agent({ keepAlive: true });

  constructor(private readonly socketPath: string) {}

  /** A request that is not yet sent. */
  request(method: string, path: string, headers: OutgoingHttpHeaders = {}): ClientRequest {
    const outgoing = http.request({ socketPath: this.socketPath, agent: this.agent, method, path, headers });
    outgoing.setNoDelay(true);
    return outgoing;
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Sends the request and waits for the head of its answer. The signal ends the body as well. */
export function headOf(
  outgoing: ClientRequest,
  signal: AbortSignal,
  body?: string | Uint8Array,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Once there is an answer, that is what ends: a request that is over would throw where nobody catches.
    let under: { destroy: (error: Error) => unknown } = outgoing;
    const abort = (): void => void under.destroy(asError(signal.reason));
    outgoing.once('response', (incoming) => resolve((under = incoming)));
    // Stays for the whole life of the request: an error after the head would be an uncaught one.
    outgoing.on('error', reject);
    outgoing.once('close', () => signal.removeEventListener('abort', abort));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    else outgoing.end(body);
  });
}

export async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new DOMException('The request was aborted.', 'AbortError');
