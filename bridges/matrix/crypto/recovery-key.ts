/** A recovery key as clients show it: 32 bytes in base58, with two bytes before them and one behind them that say so. */
import nacl from 'tweetnacl';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const HEAD = [0x8b, 0x01];
const LENGTH = 32;
/** What they come to in base58, spaces left out. */
const CHARACTERS = 48;

/** Null where it was not copied whole. Spaces do not count. */
export function parseRecoveryKey(text: string): Uint8Array | null {
  const characters = text.replace(/\s/g, '');
  if (characters.length !== CHARACTERS) return null;
  let number = 0n;
  for (const character of characters) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  const bytes = Buffer.from(number.toString(16).padStart(2 * (LENGTH + 3), '0'), 'hex');
  const isWhole =
    bytes.length === LENGTH + 3 &&
    bytes[0] === HEAD[0] &&
    bytes[1] === HEAD[1] &&
    bytes.reduce((parity, byte) => parity ^ byte, 0) === 0;
  return isWhole ? new Uint8Array(bytes.subarray(2, -1)) : null;
}

export function formatRecoveryKey(key: Uint8Array): string {
  const bytes = [...HEAD, ...key];
  const parity = bytes.reduce((sum, byte) => sum ^ byte, 0);
  let number = BigInt(`0x${Buffer.from([...bytes, parity]).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = `${ALPHABET[Number(number % 58n)]}${text}`;
  return text.match(/.{1,4}/g)?.join(' ') ?? '';
}

/** The public half of a backup's key, base64 without padding. */
export const publicKeyOf = (secret: Uint8Array): string =>
  base64(nacl.box.keyPair.fromSecretKey(new Uint8Array(secret)).publicKey);

/** Without padding, as Matrix writes it. */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
