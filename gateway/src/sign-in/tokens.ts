/** Tokens: 256 random bits for whoever holds one, and only their hash for us. */
import { createHash, randomBytes } from 'node:crypto';

const FORM = /^[A-Za-z0-9_-]{43}$/;

export const newToken = (): string => randomBytes(32).toString('base64url');

/** Random enough that a plain hash cannot be searched. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const isToken = (text: string | undefined): text is string => text !== undefined && FORM.test(text);
