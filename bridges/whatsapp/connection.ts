/** One connection to WhatsApp: opens, tells when it is ready, and says how it ended. */
import type { Agent } from 'node:https';
import type { proto, WAMessage, WAMessageKey } from '@whiskeysockets/baileys';
import type { AuthState } from './auth-state.js';
import { setGate, type Judge } from './gate.js';
import { guardListeners } from './guard.js';
import { silentLogger, type Library, type Socket } from './library.js';
import { orderedRepository, type RatchetHooks } from './ratchet.js';

/** How a connection ended: WhatsApp's code, and whether it had been ready before. */
export interface Ending {
  code: number;
  wasOpen: boolean;
}

export interface ConnectionOptions {
  library: Library;
  auth: AuthState;
  agent: Agent;
  judge: Judge;
  take: RatchetHooks['take'];
  /** A message of ours that a device could not read and asks for again. */
  sentMessage(key: WAMessageKey): proto.IMessage | undefined;
  /** A message that could not be read, as our own phone knows it. */
  recovered?(message: WAMessage): void;
  /** What the device is called in the phone's list. */
  name?: [string, string, string];
  /** Where WhatsApp answers. Default: its own. */
  url?: string;
  /** How long each code to scan is shown, milliseconds. Default: WhatsApp's own times. */
  qrLife?: number;
  onQr?(text: string): void;
  onOpen?(): void;
}

export interface Connection {
  readonly socket: Socket;
  readonly ended: Promise<Ending>;
  /** Ends it; nothing is taken from here on. */
  close(): void;
}

/** What WhatsApp says of itself to a linked device, as its users see it: Ara, in a browser. */
export const ARA: [string, string, string] = ['Ara', 'Chrome', '1.0.0'];

export function connect(options: ConnectionOptions): Connection {
  const { library, auth, agent } = options;
  let [open, closed] = [false, false];
  const take: RatchetHooks['take'] = (ciphertext, padded) => {
    if (closed) throw new Error('the connection is closed');
    return options.take(ciphertext, padded);
  };
  const socket = library.makeWASocket({
    auth: { creds: auth.creds, keys: auth.keys },
    agent,
    fetchAgent: agent,
    logger: silentLogger,
    browser: options.name ?? ARA,
    ...(options.url === undefined ? {} : { waWebSocketUrl: options.url }),
    ...(options.qrLife === undefined ? {} : { qrTimeout: options.qrLife }),
    // The phone stays the one that is notified, and nobody sees this device come and go.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    emitOwnEvents: false,
    generateHighQualityLinkPreview: false,
    // Only what came along: the rest of the history would have to be fetched, and nobody reads it.
    shouldSyncHistoryMessage: ({ initialHistBootstrapInlinePayload }) =>
      Boolean(initialHistBootstrapInlinePayload),
    // Whatever Baileys would fetch over HTTP, it must not: what we need goes through our own agent.
    options: { dispatcher: noDispatcher } as never,
    getMessage: (key) => Promise.resolve(options.sentMessage(key)),
    makeSignalRepository: orderedRepository(library, { take, me: () => auth.creds.me?.id ?? null }),
  });
  guardListeners(socket);
  setGate(socket, (tag, stanza) => (closed ? 'leave' : options.judge(tag, stanza)));
  // What comes as it should is taken before it gets here, and stripped of what it says.
  socket.ev.on('messages.upsert', ({ messages }) => {
    if (!closed) for (const message of messages) options.recovered?.(message);
  });
  socket.ev.on('creds.update', () => auth.saveCreds());
  const ended = new Promise<Ending>((resolve) => {
    socket.ev.on('connection.update', ({ connection, qr, lastDisconnect }) => {
      if (qr !== undefined) options.onQr?.(qr);
      if (connection === 'open' && !closed) {
        open = true;
        options.onOpen?.();
      }
      if (connection === 'close') resolve({ code: codeOf(lastDisconnect?.error), wasOpen: open });
    });
  });
  void ended.then(() => (closed = true));
  return {
    socket,
    ended,
    close: () => {
      closed = true;
      socket.end(undefined).catch(() => undefined);
    },
  };
}

const noDispatcher = {
  dispatch: () => {
    throw new Error('no way out');
  },
};

/** As Baileys gives it; 500 where there is none. */
function codeOf(error: Error | undefined): number {
  const output = error && 'output' in error ? (error.output as { statusCode?: unknown }) : undefined;
  return typeof output?.statusCode === 'number' ? output.statusCode : 500;
}
