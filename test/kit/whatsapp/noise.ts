/** The server's side of WhatsApp's Noise_XX_25519_AESGCM_SHA256 handshake, and the frames that follow it. */
import { createCipheriv, createDecipheriv, createHash, createPublicKey, hkdfSync } from 'node:crypto';
import { Curve, NOISE_MODE, NOISE_WA_HEADER, proto, WA_CERT_DETAILS } from '@whiskeysockets/baileys';

export interface KeyPair {
  public: Uint8Array;
  private: Uint8Array;
}

/** What WhatsApp's server proves itself with: a leaf for its static key, below an intermediate, below the pinned root. */
export interface ServerIdentity {
  staticKey: KeyPair;
  chain: Uint8Array;
  /** The public key of the root, PEM. */
  root: string;
}

/** Before the bytes of an X25519 key. */
const X25519 = Buffer.from('302a300506032b656e032100', 'hex');

/** A root of our own; from here on it is the one that clients in this process trust. */
export function makeServerIdentity(): ServerIdentity {
  const [root, intermediate, staticKey] = [
    Curve.generateKeyPair(),
    Curve.generateKeyPair(),
    Curve.generateKeyPair(),
  ];
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(root.public);
  const certificate = (key: KeyPair, serial: number, issuerSerial: number, signer: KeyPair) => {
    const details = proto.CertChain.NoiseCertificate.Details.encode({
      serial,
      issuerSerial,
      key: key.public,
      notBefore: 1_700_000_000,
      notAfter: 2_500_000_000,
    }).finish();
    return { details, signature: Curve.sign(signer.private, details) };
  };
  const chain = proto.CertChain.encode({
    leaf: certificate(staticKey, 2, 1, intermediate),
    intermediate: certificate(intermediate, 1, WA_CERT_DETAILS.SERIAL, root),
  }).finish();
  return { staticKey, chain, root: pemOf(root.public) };
}

function pemOf(key: Uint8Array): string {
  const der = Buffer.concat([X25519, key]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
    .export({ format: 'pem', type: 'spki' })
    .toString();
}

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();
const NOTHING = Buffer.alloc(0);

function seal(key: Uint8Array, counter: number, data: Uint8Array, additional: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, ivOf(counter)).setAAD(additional);
  return Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, counter: number, data: Uint8Array, additional: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, ivOf(counter)).setAAD(additional);
  decipher.setAuthTag(data.subarray(data.length - 16));
  return Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]);
}

function ivOf(counter: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(counter, 8);
  return iv;
}

/** Reads frames off a connection: first the handshake's two, then binary nodes. */
export class ServerNoise {
  /** The client's static key; known once the handshake is over. */
  clientKey: Uint8Array | null = null;
  private hash: Buffer = Buffer.from(NOISE_MODE);
  private salt: Uint8Array = this.hash;
  private key: Uint8Array = this.hash;
  private counter = 0;
  private readonly ephemeral = Curve.generateKeyPair();
  private clientEphemeral: Uint8Array = NOTHING;
  private transport: { read: Uint8Array; write: Uint8Array; received: number; sent: number } | null = null;
  private buffered: Buffer = NOTHING;
  private introduced = false;

  constructor(private readonly identity: ServerIdentity) {
    this.authenticate(NOISE_WA_HEADER);
  }

  /** The whole frames in what has arrived. */
  frames(data: Buffer): Buffer[] {
    this.buffered = Buffer.concat([this.buffered, data]);
    if (!this.introduced) this.skipIntroduction();
    const frames: Buffer[] = [];
    while (this.buffered.length >= 3) {
      const size = this.buffered.readUIntBE(0, 3);
      if (this.buffered.length < size + 3) break;
      frames.push(this.buffered.subarray(3, size + 3));
      this.buffered = this.buffered.subarray(size + 3);
    }
    return frames;
  }

  /** Answers the client's hello. */
  hello(frame: Uint8Array): Buffer {
    const { clientHello } = proto.HandshakeMessage.decode(frame);
    if (clientHello?.ephemeral?.length !== 32) throw new Error('no client hello');
    this.clientEphemeral = clientHello.ephemeral;
    this.authenticate(this.clientEphemeral);
    this.authenticate(this.ephemeral.public);
    this.mix(Curve.sharedKey(this.ephemeral.private, this.clientEphemeral));
    const sealedKey = this.encrypt(this.identity.staticKey.public);
    this.mix(Curve.sharedKey(this.identity.staticKey.private, this.clientEphemeral));
    const payload = this.encrypt(this.identity.chain);
    const answer = { serverHello: { ephemeral: this.ephemeral.public, static: sealedKey, payload } };
    return this.frame(Buffer.from(proto.HandshakeMessage.encode(answer).finish()));
  }

  /** Takes the client's second message, and goes over to the transport's keys. */
  finish(frame: Uint8Array): proto.ClientPayload {
    const { clientFinish } = proto.HandshakeMessage.decode(frame);
    if (!clientFinish?.static || !clientFinish.payload) throw new Error('no client finish');
    this.clientKey = this.decrypt(clientFinish.static);
    this.mix(Curve.sharedKey(this.ephemeral.private, this.clientKey));
    const payload = proto.ClientPayload.decode(this.decrypt(clientFinish.payload));
    const [read, write] = this.derive(NOTHING);
    this.transport = { read, write, received: 0, sent: 0 };
    return payload;
  }

  get isOpen(): boolean {
    return this.transport !== null;
  }

  read(frame: Uint8Array): Buffer {
    if (!this.transport) throw new Error('the handshake is not over');
    return open(this.transport.read, this.transport.received++, frame, NOTHING);
  }

  write(data: Uint8Array): Buffer {
    if (!this.transport) throw new Error('the handshake is not over');
    return this.frame(seal(this.transport.write, this.transport.sent++, data, NOTHING));
  }

  private skipIntroduction(): void {
    // `ED 0 1`, three bytes of length and the routing information may come before the header.
    const routed = this.buffered.subarray(0, 2).toString() === 'ED';
    const skipped = (routed ? 7 + this.buffered.readUIntBE(4, 3) : 0) + NOISE_WA_HEADER.length;
    if (this.buffered.length < skipped) return;
    const header = this.buffered.subarray(skipped - NOISE_WA_HEADER.length, skipped);
    if (!header.equals(NOISE_WA_HEADER)) throw new Error('not WhatsApp');
    this.buffered = this.buffered.subarray(skipped);
    this.introduced = true;
  }

  private frame(data: Buffer): Buffer {
    const length = Buffer.alloc(3);
    length.writeUIntBE(data.length, 0, 3);
    return Buffer.concat([length, data]);
  }

  private authenticate(data: Uint8Array): void {
    this.hash = sha256(Buffer.concat([this.hash, data]));
  }

  private encrypt(data: Uint8Array): Buffer {
    const sealed = seal(this.key, this.counter++, data, this.hash);
    this.authenticate(sealed);
    return sealed;
  }

  private decrypt(data: Uint8Array): Buffer {
    const opened = open(this.key, this.counter++, data, this.hash);
    this.authenticate(data);
    return opened;
  }

  private mix(secret: Uint8Array): void {
    [this.salt, this.key] = this.derive(secret);
    this.counter = 0;
  }

  private derive(secret: Uint8Array): [Buffer, Buffer] {
    const derived = Buffer.from(hkdfSync('sha256', secret, this.salt, '', 64));
    return [derived.subarray(0, 32), derived.subarray(32)];
  }
}
