/** Passwords as they are kept: Argon2id by Node itself, with its parameters beside it (the PHC string format). */
import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<'argon2id', Argon2Parameters, Buffer>(argon2);

/** What OWASP asks for at least: 19 MiB, two passes. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const LENGTH = 32;
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** The same characters however a keyboard puts them together. */
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFKC'));

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive('argon2id', {
    message: bytesOf(password),
    nonce: salt,
    tagLength: LENGTH,
    ...COST,
  });
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(hash)}`;
}

/** A hash of nothing that anybody knows: who is not there takes as long as who is. */
const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(randomBytes(16))}$${base64(randomBytes(LENGTH))}`;

/** @param stored null when there is none: takes the same time, and is never right */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parts = FORM.exec(stored ?? NOBODY);
  if (!parts) throw new Error('a stored password is not of the expected form');
  const [, memory, passes, parallelism, salt = '', hash = ''] = parts;
  const expected = Buffer.from(hash, 'base64');
  const offered = await derive('argon2id', {
    message: bytesOf(password),
    nonce: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return timingSafeEqual(offered, expected) && stored !== null;
}
