/**
 * A fake WhatsApp, true to the protocol as far as a linked device meets it: the Noise handshake with signed certificates,
 * linking, login, keys, messages in both directions under Signal's encryption, groups, receipts, what waits while a device is
 * away, files, and the ways in which a connection ends. All that clients send is kept in `log`.
 */
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { deflateSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import type { BinaryNode, proto } from '@whiskeysockets/baileys';
import { Connection } from './connection.js';
import { MediaHost } from './media.js';
import { childOf, node, seconds, SERVER } from './nodes.js';
import { makeServerIdentity } from './noise.js';
import { offerRefs, signDevice, takeCodeStanza, takeDeviceSignature } from './pairing.js';
import { FakePhone } from './phone.js';
import { answerQuery } from './queries.js';
import {
  askAgain,
  historyOf,
  placeholderAnswer,
  takeChatState,
  takeMessage,
  takeReceipt,
} from './receiving.js';
import { deliverPeer } from './sending.js';
import { quietSignal, type Bundle } from './signal.js';
import {
  lidOf,
  pnOf,
  World,
  type Candidate,
  type Companion,
  type Group,
  type Network,
  type User,
} from './world.js';

/** How a connection can end. */
export type Ending = 'unavailable' | 'replaced' | 'removed' | 'restart';

const endings: Record<Ending, BinaryNode> = {
  unavailable: node('stream:error', { code: '503' }),
  replaced: node('stream:error', {}, [node('conflict', { type: 'replaced' })]),
  removed: node('stream:error', { code: '401' }, [node('conflict', { type: 'device_removed' })]),
  restart: node('stream:error', { code: '515' }),
};

quietSignal();

export class FakeWhatsApp implements Network {
  readonly world = new World();
  readonly media = new MediaHost();
  readonly candidates: Candidate[] = [];
  /** All that devices sent once they were logged in, and what candidates sent. */
  readonly log: BinaryNode[] = [];
  /** When each of these came, `performance.now()`. */
  readonly times: number[] = [];
  readonly problems: string[] = [];
  readonly refusals: (string | undefined)[] = [];
  /** The `reason` that logins fail with, the next first; the last stays. */
  loginFailures: string[] = [];
  mute = false;
  /** How many codes a device gets to show. */
  refs = 6;
  connections = 0;
  /** Of all kinds, files among them. */
  accepted = 0;
  private readonly identity = makeServerIdentity();
  private readonly open = new Set<Connection>();
  private readonly sockets = new Set<Socket>();
  private readonly reactions = new Map<string, Map<string, string>>();
  private server: Server | null = null;
  private port = 0;
  private count = 0;

  constructor(
    private readonly tls: { cert: string; key: string },
    /** What files are fetched and left by, where that is not this machine. */
    private readonly mediaHost: string | null = null,
  ) {}

  get listensAt(): number {
    return this.port;
  }

  /** PEM of the key that stands above the keys of this server. */
  get root(): string {
    return this.identity.root;
  }

  get url(): string {
    return `wss://127.0.0.1:${this.port}/ws/chat`;
  }

  async start(): Promise<void> {
    const server = createServer(this.tls, (request, response) => this.media.handle(request, response));
    server.on('connection', (socket: Socket) => {
      this.accepted++;
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    new WebSocketServer({ server, path: '/ws/chat' }).on('connection', (socket) => {
      this.connections++;
      this.open.add(new Connection(socket, this.identity, this));
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.media.hostname = this.mediaHost ?? `127.0.0.1:${this.port}`;
    this.server = server;
  }

  /** Cuts every connection at once; `start` opens the same port again. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  addUser(name: string): User {
    const number = ++this.count;
    const phone: FakePhone = new FakePhone(this, () => user);
    const [pn, lid] = [
      `4917000000${String(number).padStart(2, '0')}`,
      `2000000000000${String(number).padStart(2, '0')}`,
    ];
    const user: User = { pn, lid, name, phone, companions: new Map() };
    this.world.users.push(user);
    return user;
  }

  addGroup(subject: string, members: User[], addressing: 'pn' | 'lid' = 'lid'): Group {
    const group = { id: `12036300000000${++this.count}@g.us`, subject, addressing, members };
    this.world.groups.set(group.id, group);
    return group;
  }

  /** Links a device without the ceremony. */
  adopt(
    user: User,
    noiseKey: Uint8Array,
    bundle: Bundle,
  ): { me: { id: string; lid: string }; account: proto.IADVSignedDeviceIdentity } {
    const id = Math.max(0, ...user.companions.keys()) + 1;
    user.companions.set(id, { id, user, noiseKey, bundle, connection: null, active: false, pending: [] });
    return {
      me: { id: pnOf(user, id), lid: lidOf(user, id) },
      account: signDevice(user, bundle.identity, id),
    };
  }

  push(companion: Companion, stanza: BinaryNode): void {
    companion.pending.push(stanza);
    if (companion.active) companion.connection?.send(stanza);
  }

  settle(companion: Companion, id: string): void {
    const at = companion.pending.findIndex(({ attrs }) => attrs['id'] === id);
    if (at >= 0) companion.pending.splice(at, 1);
  }

  activate(companion: Companion): void {
    if (companion.active) return;
    companion.active = true;
    const { connection, pending } = companion;
    for (const { tag, attrs, content } of pending)
      connection?.send(node(tag, { ...attrs, offline: '0' }, content));
    connection?.send(node('ib', { from: SERVER }, [node('offline', { count: String(pending.length) })]));
  }

  /** Ends the connections of a user's devices. */
  end(user: User, how: Ending): void {
    for (const { connection } of user.companions.values()) {
      connection?.send(endings[how]);
      connection?.close();
    }
  }

  remove(companion: Companion): void {
    companion.user.companions.delete(companion.id);
    companion.connection?.send(endings.removed);
    companion.connection?.close();
  }

  garble(user: User, how: 'not encrypted' | 'not a stanza'): void {
    for (const connection of this.open) if (connection.companion?.user === user) connection.garble(how);
  }

  cut(): void {
    for (const connection of this.open) connection.cut();
  }

  sendHistory(user: User, chat: User, text: string): Promise<void> {
    return deliverPeer(user.phone, historyOf(pnOf(chat), text, deflateSync), 'HIST1');
  }

  /** A user's phone says that it could not read a message of a device. */
  askAgain(account: User, reader: User, id: string): void {
    for (const companion of account.companions.values()) askAgain(this, companion, reader, id);
  }

  /** Of the last message that a device sent. */
  lastMessageId(): string {
    return this.log.findLast(({ tag }) => tag === 'message')?.attrs['id'] ?? '';
  }

  /** An account's phone hands its devices a message that they could not read. */
  answerPlaceholder(account: User, message: proto.IWebMessageInfo): Promise<void> {
    return deliverPeer(account.phone, placeholderAnswer(message), 'PDO1');
  }

  /** The stanzas that clients sent to somebody, however addressed. */
  sentTo({ pn, lid }: User): BinaryNode[] {
    const names = (jid: string | undefined): boolean => [pn, lid].includes(/^\d+/.exec(jid ?? '')?.[0] ?? '');
    return this.log.filter(({ attrs }) => names(attrs['to']) || names(attrs['participant']));
  }

  reactionsTo(id: string | null | undefined): Map<string, string> {
    const known = this.reactions.get(id ?? '') ?? new Map<string, string>();
    this.reactions.set(id ?? '', known);
    return known;
  }

  opened(connection: Connection, payload: proto.ClientPayload): void {
    if (payload.devicePairingData) return this.welcome(connection, payload.devicePairingData);
    const user = this.world.users.find(({ pn }) => pn === String(payload.username));
    const companion = user?.companions.get(payload.device ?? 0);
    const failure = this.loginFailures.length > 1 ? this.loginFailures.shift() : this.loginFailures[0];
    const known = companion && Buffer.from(companion.noiseKey).equals(connection.clientKey);
    if (failure !== undefined || !known) {
      connection.send(node('failure', { reason: failure ?? '401', location: 'cln' }));
      return connection.close();
    }
    companion.connection?.send(endings.replaced);
    companion.connection?.close();
    Object.assign(companion, { connection, active: false });
    connection.companion = companion;
    connection.send(node('success', { t: seconds(), lid: lidOf(companion.user, companion.id), props: '27' }));
  }

  async received(connection: Connection, stanza: BinaryNode): Promise<void> {
    this.log.push(stanza);
    this.times.push(performance.now());
    const { companion } = connection;
    if (!companion) return this.receivedFromCandidate(connection, stanza);
    if (stanza.tag === 'iq') answerQuery(this, connection, stanza);
    else if (stanza.tag === 'message') await takeMessage(this, companion, stanza);
    else if (stanza.tag === 'receipt') await takeReceipt(this, companion, stanza);
    else if (stanza.tag === 'ack') this.settle(companion, stanza.attrs['id'] ?? '');
    else if (stanza.tag === 'chatstate') takeChatState(this, companion, stanza);
    else if (!['presence', 'ib'].includes(stanza.tag)) this.problems.push(`a stanza <${stanza.tag}>`);
  }

  closed(connection: Connection): void {
    this.open.delete(connection);
    const { companion } = connection;
    if (companion?.connection === connection) Object.assign(companion, { connection: null, active: false });
    const at = this.candidates.findIndex((candidate) => candidate.connection === connection);
    if (at >= 0) this.candidates.splice(at, 1);
  }

  failed(error: unknown): void {
    this.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  private welcome(connection: Connection, payload: proto.ClientPayload.IDevicePairingRegistrationData): void {
    const refs = Array.from({ length: this.refs }, () => `2@ref${++this.count}`);
    const candidate = { connection, payload, refs, hello: null, ephemeral: null, becomes: null };
    this.candidates.push(candidate);
    offerRefs(candidate);
  }

  private receivedFromCandidate(connection: Connection, stanza: BinaryNode): void {
    const candidate = this.candidates.find((known) => known.connection === connection);
    if (!candidate) return;
    if (childOf(stanza, 'link_code_companion_reg')) takeCodeStanza(this, candidate, stanza);
    else if (childOf(stanza, 'pair-device-sign')) takeDeviceSignature(candidate, stanza);
  }
}

/** A bundle as a device leaves it, from the keys that it holds. */
export const bundleOf = (
  creds: {
    registrationId: number;
    signedIdentityKey: { public: Uint8Array };
    signedPreKey: { keyId: number; keyPair: { public: Uint8Array }; signature: Uint8Array };
  },
  preKeys: { keyId: number; publicKey: Uint8Array }[],
): Bundle => ({
  registrationId: creds.registrationId,
  identity: creds.signedIdentityKey.public,
  signedPreKey: {
    keyId: creds.signedPreKey.keyId,
    publicKey: creds.signedPreKey.keyPair.public,
    signature: creds.signedPreKey.signature,
  },
  preKeys,
});
