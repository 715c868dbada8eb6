/** Passkeys: the browser's own dialog between two calls of the API. */
import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

interface Ceremony {
  ceremony: string;
  options: Record<string, unknown>;
}

interface PasskeyAnswer {
  ceremony: string;
  response: Record<string, unknown>;
}

/** An address that is a number, such as 127.0.0.1, can have none: passkeys belong to a name. */
export const hasPasskeys = (): boolean =>
  browserSupportsWebAuthn() && !/^[\d.]+$|^\[/.test(window.location.hostname);

/** @throws DOMException `NotAllowedError` when the user closes the browser's dialog */
export async function passkeyFor({ ceremony, options }: Ceremony): Promise<PasskeyAnswer> {
  const response = await startAuthentication({
    optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
  });
  return { ceremony, response: { ...response } };
}

/** @throws Error `InvalidStateError` when this device has a passkey here already */
export async function makePasskeyFor({ ceremony, options }: Ceremony): Promise<PasskeyAnswer> {
  const response = await startRegistration({
    optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON,
  });
  return { ceremony, response: { ...response } };
}
