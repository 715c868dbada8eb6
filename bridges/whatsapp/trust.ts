/** Whose certificates the handshake below TLS takes: those of the root that Baileys has pinned, unless the operator says otherwise. */
import { createPublicKey } from 'node:crypto';
import type { Library } from './library.js';

const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/;

/** `extraTrust` is PEM; an X25519 key in it is the root, in the place of WhatsApp's own. */
export function setTrust(
  { WA_CERT_DETAILS }: Pick<Library, 'WA_CERT_DETAILS'>,
  extraTrust: string | null,
): void {
  const pem = PUBLIC_KEY.exec(extraTrust ?? '')?.[0];
  const key = pem === undefined ? null : createPublicKey(pem);
  if (key?.asymmetricKeyType !== 'x25519') return;
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}
