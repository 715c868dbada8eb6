/** Seals a credential for the user's own container, so that the gateway only ever passes on what it cannot open. */
import nacl from 'tweetnacl';

/** Base64 of: ephemeral public key (32 bytes), nonce (24), crypto_box. The counterpart is contracts/seal.ts. */
export function sealFor(recipientPublicKey: string, payload: object): string {
  const ephemeral = nacl.box.keyPair();
  const nonce = nacl.randomBytes(nacl.box.nonceLength);
  const text = new TextEncoder().encode(JSON.stringify(payload));
  const box = nacl.box(text, nonce, fromBase64(recipientPublicKey), ephemeral.secretKey);
  return toBase64(Uint8Array.from([...ephemeral.publicKey, ...nonce, ...box]));
}

/** A key pair for one answer: the public key goes along with the question, and the secret one stays in this page. */
export interface AnswerKey {
  publicKey: string;
  /** @throws Error when it was not sealed to this key. */
  open(sealed: string): unknown;
}

export function newAnswerKey(): AnswerKey {
  const keys = nacl.box.keyPair();
  return {
    publicKey: toBase64(keys.publicKey),
    open: (sealed) => {
      const bytes = fromBase64(sealed);
      const { publicKeyLength: key, nonceLength: nonce } = nacl.box;
      const text =
        bytes.length > key + nonce
          ? nacl.box.open(
              bytes.subarray(key + nonce),
              bytes.subarray(key, key + nonce),
              bytes.subarray(0, key),
              keys.secretKey,
            )
          : null;
      if (!text) throw new Error('sealed for somebody else');
      return JSON.parse(new TextDecoder().decode(text)) as unknown;
    },
  };
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
