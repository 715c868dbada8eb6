/** Who there is at the fake WhatsApp: people with their phones, the devices linked to them, groups. */
import type { BinaryNode, proto } from '@whiskeysockets/baileys';
import type { MediaHost, MediaKind } from './media.js';
import type { KeyPair } from './noise.js';
import { SERVER } from './nodes.js';
import type { Bundle, SignalDevice } from './signal.js';

export interface User {
  /** The phone number, digits only. */
  readonly pn: string;
  /** The number that stands for it where phone numbers are hidden. */
  readonly lid: string;
  readonly name: string;
  readonly phone: Phone;
  readonly companions: Map<number, Companion>;
}

/** A message as its reader sees it. */
export interface ShownMessage {
  readonly id: string;
  /** The other side, or the group; by phone number. */
  readonly chat: string;
  /** Who wrote it. */
  readonly from: string;
  readonly content: proto.IMessage;
  text: string;
  readonly file: {
    kind: MediaKind;
    name: string | null;
    type: string | null;
    voice: boolean;
    content: Buffer;
  } | null;
  edits: number;
  deleted: boolean;
  /** By who reacted. */
  readonly reactions: Map<string, string>;
}

export interface Saying {
  id?: string;
  /** How a chat of two is addressed; a group says it itself. */
  addressing?: 'pn' | 'lid';
  /** Seconds since 1970. */
  at?: number;
}

/** What a person does with their phone in a test, and what they see on it. */
export interface Phone {
  readonly network: Network;
  readonly signal: SignalDevice;
  readonly jid: string;
  readonly shown: ShownMessage[];
  /** Receipts of type read that have come for messages of this phone. */
  readonly readBy: { id: string; by: string }[];
  /** Who is shown as typing to this phone, in order. */
  readonly typing: string[];
  /** What its own devices asked it for. */
  readonly asked: proto.Message.IProtocolMessage[];
  /** Sent messages, so that a device can ask for one again. */
  readonly sent: Map<string, { to: string; message: proto.IMessage; saying: Saying }>;
  online: boolean;
  /** The next message of each device cannot be read, as after a lost session. */
  deaf: boolean;
  readonly me: () => User;
  /** Writes into a chat: of another user, a group, or its own. Gives the message's id. */
  say(chat: User | Group, what: string | proto.IMessage, saying?: Saying): Promise<string>;
  sendFile(
    chat: User | Group,
    kind: MediaKind,
    content: Buffer,
    more?: Record<string, unknown>,
  ): Promise<string>;
  /** Scans the code on the screen of a device that wants to be linked. */
  scan(qr: string): void;
  /** Types the code that a device shows, behind the notification that it brought. */
  enterCode(code: string): void;
  /** Removes all linked devices, as in the phone's list of them. */
  unlinkDevices(): void;
  /** The texts of a chat now, oldest first. */
  texts(chat?: User | Group): string[];
  inChat(chat?: User | Group): ShownMessage[];
}

/** A connection of a device, as far as others need it. */
export interface Line {
  /** The device's static key of the handshake. */
  readonly clientKey: Uint8Array;
  send(stanza: BinaryNode): void;
  close(): void;
}

/** A device that is connected and belongs to nobody yet. */
export interface Candidate {
  readonly connection: Line;
  readonly payload: proto.ClientPayload.IDevicePairingRegistrationData;
  readonly refs: string[];
  /** What it sent to be linked by a code, and the phone's half of the answer. */
  hello: { ref: Buffer; wrapped: Buffer; user: User } | null;
  ephemeral: { phone: KeyPair; companion: Uint8Array } | null;
  /** The device that it becomes once it has signed. */
  becomes: { companion: Companion; details: Uint8Array; account: User } | null;
}

/** The server, as its parts know it. */
export interface Network {
  readonly world: World;
  readonly media: MediaHost;
  readonly candidates: Candidate[];
  /** Where a client broke the protocol; empty at the end of every test. */
  readonly problems: string[];
  /** The errors that the next messages are refused with; undefined takes one. */
  readonly refusals: (string | undefined)[];
  /** Takes messages without a word. */
  mute: boolean;
  /** Sends a stanza, and again at each login until it is acknowledged. */
  push(companion: Companion, stanza: BinaryNode): void;
  settle(companion: Companion, id: string): void;
  /** The device takes stanzas from here on, those first that wait for it. */
  activate(companion: Companion): void;
  remove(companion: Companion): void;
  /** Reactions to a message that was written on a phone. */
  reactionsTo(id: string | null | undefined): Map<string, string>;
}

/** A linked device. */
export interface Companion {
  readonly id: number;
  readonly user: User;
  readonly noiseKey: Uint8Array;
  bundle: Bundle | null;
  connection: Line | null;
  /** Whether it has said that it takes stanzas. */
  active: boolean;
  /** Stanzas that it has not acknowledged, in order. */
  readonly pending: BinaryNode[];
}

export interface Group {
  readonly id: string;
  readonly subject: string;
  readonly addressing: 'pn' | 'lid';
  readonly members: User[];
}

export const pnOf = (user: User, device = 0): string =>
  `${user.pn}${device > 0 ? `:${device}` : ''}@${SERVER}`;
export const lidOf = (user: User, device = 0): string => `${user.lid}${device > 0 ? `:${device}` : ''}@lid`;

export class World {
  readonly users: User[] = [];
  readonly groups = new Map<string, Group>();

  /** The user and the device that an address names; null where there is none. */
  find(jid: string | undefined): { user: User; device: number } | null {
    const [, name, device, server] = /^(\d+)(?::(\d+))?@(s\.whatsapp\.net|lid)$/.exec(jid ?? '') ?? [];
    const user = this.users.find(({ pn, lid }) => name === (server === 'lid' ? lid : pn));
    return user ? { user, device: Number(device ?? 0) } : null;
  }

  phoneKey(jid: string): User | null {
    const found = this.find(jid);
    return found?.device === 0 ? found.user : null;
  }
}
