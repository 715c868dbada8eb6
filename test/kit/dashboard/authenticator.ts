/** A passkey authenticator in software: makes P-256 keys, remembers them by site, signs what a browser would give it. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

interface CreationOptions {
  challenge: string;
  rp: { id: string };
  user: { id: string };
}
interface RequestOptions {
  challenge: string;
  rpId: string;
  allowCredentials?: { id: string }[];
}

interface Credential {
  id: string;
  site: string;
  user: string;
  key: KeyObject;
  counter: number;
}

/** What a hostile or a poor one does differently. */
export interface Behaviour {
  /** Whether it asked for a finger or a PIN. */
  verified?: boolean;
  /** What it counts up to; like those of phones it counts nothing unless told to. */
  counter?: number;
  origin?: string;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const WITH_CREDENTIAL = 0x40;

export class Authenticator {
  readonly credentials: Credential[] = [];

  /** @param origin of the page that it is asked by */
  constructor(private readonly origin: string) {}

  create(options: unknown, behaviour: Behaviour = {}): Record<string, unknown> {
    const { challenge, rp, user } = options as CreationOptions;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const rawId = randomBytes(32);
    const { counter = 0 } = behaviour;
    const id = rawId.toString('base64url');
    this.credentials.push({ id, site: rp.id, user: user.id, key: privateKey, counter });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const coseKey = cbor(
      new Map<number, number | Buffer>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    );
    const length = Buffer.alloc(2);
    length.writeUInt16BE(rawId.length);
    const authData = Buffer.concat([
      head(rp.id, WITH_CREDENTIAL, counter, behaviour),
      Buffer.alloc(16),
      length,
      rawId,
      coseKey,
    ]);
    const attestation = cbor(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    );
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.clientData('webauthn.create', challenge, behaviour).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  get(options: unknown, behaviour: Behaviour = {}): Record<string, unknown> {
    const { challenge, rpId, allowCredentials } = options as RequestOptions;
    const credential = this.credentials.findLast(
      ({ id, site }) => site === rpId && (allowCredentials?.some((each) => each.id === id) ?? true),
    );
    if (!credential) throw new Error('the authenticator has no passkey for this');
    const authData = head(rpId, 0, behaviour.counter ?? credential.counter, behaviour);
    const clientData = this.clientData('webauthn.get', challenge, behaviour);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    return {
      id: credential.id,
      rawId: credential.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, credential.key).toString('base64url'),
        userHandle: credential.user,
      },
    };
  }

  private clientData(type: string, challenge: string, { origin = this.origin }: Behaviour): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
}

function head(site: string, more: number, counter: number, { verified = true }: Behaviour): Buffer {
  const tail = Buffer.alloc(5);
  tail.writeUInt8(PRESENT | (verified ? VERIFIED : 0) | more);
  tail.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash('sha256').update(site).digest(), tail]);
}

/** As much of CBOR as WebAuthn writes: numbers, texts, bytes and maps. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value >= 0 ? start(0, value) : start(1, -1 - value);
  if (Buffer.isBuffer(value)) return Buffer.concat([start(2, value.length), value]);
  if (typeof value === 'string')
    return Buffer.concat([start(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (!(value instanceof Map)) throw new Error('not needed so far');
  const entries = [...(value as Map<unknown, unknown>)].flatMap(([key, each]) => [cbor(key), cbor(each)]);
  return Buffer.concat([start(5, value.size), ...entries]);
}

function start(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
}
