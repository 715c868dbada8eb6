/**
 * Sealing and opening with `crypto_box`: authenticated encryption between two key pairs.
 * tweetnacl is the NaCl reference in JavaScript; it makes the same bytes as libsodium (a test holds the two together)
 * and costs a room 6 MB and 10 ms less than libsodium's WebAssembly.
 */
import { randomBytes } from 'node:crypto';
import nacl from 'tweetnacl';
import { sealedMessage, type SealedHeader, type SealedMessage } from './sealed.js';
import { AraError } from './errors.js';

export interface KeyPair {
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

export const newKeyPair = (): KeyPair => nacl.box.keyPair();

/** The key pair of a stored 32-byte secret key. */
export const keyPairOf = (secretKey: Uint8Array): KeyPair => nacl.box.keyPair.fromSecretKey(secretKey);

/** Seals and opens between one sender and one recipient; the costly key agreement is done once, here. */
export class Sealer {
  private readonly shared: Uint8Array;

  constructor(own: KeyPair, peerPublicKey: Uint8Array) {
    this.shared = nacl.box.before(peerPublicKey, own.secretKey);
  }

  seal(header: SealedHeader, payload: Uint8Array): SealedMessage {
    const nonce = randomBytes(nacl.box.nonceLength);
    const head = Buffer.from(headerText(header) + '\n');
    const box = nacl.box.after(Buffer.concat([head, payload]), nonce, this.shared);
    return { ...header, nonce: nonce.toString('base64'), box: Buffer.from(box).toString('base64') };
  }

  /** The payload. @throws AraError `forged` when the box was not made by this sender for this header. */
  open(message: SealedMessage): Buffer {
    const { nonce, box, ...header } = sealedMessage.parse(message);
    const opened = nacl.box.open.after(Buffer.from(box, 'base64'), Buffer.from(nonce, 'base64'), this.shared);
    const head = headerText(header) + '\n';
    const plain = opened && Buffer.from(opened);
    if (!plain || plain.subarray(0, head.length).toString('latin1') !== head) throw new AraError('forged');
    return plain.subarray(head.length);
  }
}

/** Seals for a recipient without being known to it: used once, for a credential on its way into a container. */
export function sealAnonymously(recipientPublicKey: Uint8Array, payload: Uint8Array): string {
  const ephemeral = newKeyPair();
  const nonce = randomBytes(nacl.box.nonceLength);
  const box = nacl.box(payload, nonce, recipientPublicKey, ephemeral.secretKey);
  return Buffer.concat([ephemeral.publicKey, nonce, box]).toString('base64');
}

/** @throws AraError `forged` when it was not sealed for this key pair. */
export function openAnonymous(own: KeyPair, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  const opened =
    bytes.length > 56 &&
    nacl.box.open(bytes.subarray(56), bytes.subarray(32, 56), bytes.subarray(0, 32), own.secretKey);
  if (!opened) throw new AraError('forged');
  return Buffer.from(opened);
}

function headerText(header: SealedHeader): string {
  return [header.v, header.kind, header.account, header.channel, header.id].join('|');
}
