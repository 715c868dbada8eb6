/** Checks the signatures of clients strictly, with Node's own Ed25519: the client's library takes any. */
import { createPublicKey, verify } from 'node:crypto';

const P = 2n ** 255n - 19n;
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** XEdDSA: the signature of a Curve25519 key, checked as one of the Edwards point that belongs to it. */
export function isSignedBy(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const u = fromLittleEndian(key.length === 33 ? key.subarray(1) : key);
  const y = toLittleEndian((((u - 1n + P) % P) * inverse((u + 1n) % P)) % P);
  const plain = Buffer.from(signature);
  if (plain.length !== 64) return false;
  // The sign of the point travels in the signature's last bit.
  y[31] = (y[31] ?? 0) | ((plain[63] ?? 0) & 0x80);
  plain[63] = (plain[63] ?? 0) & 0x7f;
  const point = createPublicKey({ key: Buffer.concat([ED25519, y]), format: 'der', type: 'spki' });
  return verify(null, message, point, plain);
}

const fromLittleEndian = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`) & (2n ** 255n - 1n);

const toLittleEndian = (value: bigint): Buffer =>
  Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();

function inverse(value: bigint): bigint {
  let [result, base] = [1n, value];
  for (let exponent = P - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}
