/** Short ways to make and to read the nodes that WhatsApp's stanzas are built of. */
import type { BinaryNode } from '@whiskeysockets/baileys';

type Attributes = Record<string, string | undefined>;

export function node(tag: string, attrs: Attributes = {}, content?: BinaryNode['content']): BinaryNode {
  const given = Object.entries(attrs).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { tag, attrs: Object.fromEntries(given), ...(content === undefined ? {} : { content }) };
}

export const childrenOf = (parent: BinaryNode | undefined, tag?: string): BinaryNode[] =>
  Array.isArray(parent?.content)
    ? parent.content.filter((child) => tag === undefined || child.tag === tag)
    : [];

export const childOf = (parent: BinaryNode | undefined, ...path: string[]): BinaryNode | undefined =>
  path.reduce<BinaryNode | undefined>((found, tag) => childrenOf(found, tag)[0], parent);

/** The bytes within a child; a fault of the client where there are none. */
export function bytesOf(parent: BinaryNode | undefined, ...path: string[]): Buffer {
  const content = childOf(parent, ...path)?.content;
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return Buffer.from(content);
  throw new Error(`no bytes in <${path.join('><')}>`);
}

export const numberOf = (parent: BinaryNode | undefined, ...path: string[]): number => {
  const bytes = bytesOf(parent, ...path);
  return bytes.readUIntBE(0, bytes.length);
};

export function bigEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

export const SERVER = 's.whatsapp.net';

/** A stanza's `t`: whole seconds. */
export const seconds = (at = Date.now()): string => String(Math.floor(at / 1_000));
