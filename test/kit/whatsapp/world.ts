/** Who there is at the fake WhatsApp: people with their phones, the devices linked to them, groups. */
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { Connection } from './connection.js';
import type { FakePhone } from './phone.js';
import type { Bundle } from './signal.js';
import { SERVER } from './nodes.js';

export interface User {
  /** The phone number, digits only. */
  readonly pn: string;
  /** The number that stands for it where phone numbers are hidden. */
  readonly lid: string;
  readonly name: string;
  readonly phone: FakePhone;
  readonly companions: Map<number, Companion>;
}

/** A linked device. */
export interface Companion {
  readonly id: number;
  readonly user: User;
  readonly noiseKey: Uint8Array;
  bundle: Bundle | null;
  connection: Connection | null;
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
