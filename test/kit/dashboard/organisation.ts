/** An organisation's sign-in server (OpenID Connect) that checks what we send, and can be told to answer wrongly. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Member {
  subject: string;
  name?: string;
}

interface Grant {
  member: Member;
  challenge: string;
  redirect: string;
  nonce: string;
}

/** What an answer says in the place of the truth. */
export interface Lies {
  nonce?: string;
  audience?: string;
  issuer?: string;
  /** Signed by a key that is not the server's. */
  signedByOther?: boolean;
}

const CLIENT = 'ara';
const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Organisation {
  readonly clientSecret = randomBytes(16).toString('hex');
  lies: Lies = {};
  private readonly keys = keyPair();
  private readonly others = keyPair();
  private readonly grants = new Map<string, Grant>();

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  static async start(): Promise<Organisation> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const organisation = new Organisation(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => void organisation.answer(request, response));
    return organisation;
  }

  /** The member signs in there, at the address that the browser was sent to; where the browser is sent back to. */
  signIn(address: string, member: Member): URL {
    const { origin, pathname, searchParams } = new URL(address);
    const asked = Object.fromEntries(searchParams);
    const { redirect_uri: redirect = '', code_challenge: challenge = '', nonce = '', state = '' } = asked;
    if (
      origin + pathname !== `${this.issuer}/authorize` ||
      asked['response_type'] !== 'code' ||
      asked['client_id'] !== CLIENT ||
      asked['code_challenge_method'] !== 'S256' ||
      !asked['scope']?.split(' ').includes('openid') ||
      [redirect, challenge, nonce, state].includes('')
    )
      throw new Error(`the organisation does not take ${address}`);
    const code = randomBytes(16).toString('hex');
    this.grants.set(code, { member, challenge, redirect, nonce });
    const back = new URL(redirect);
    back.search = new URLSearchParams({ code, state }).toString();
    return back;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (request.url === '/.well-known/openid-configuration') return json(200, this.metadata());
    if (request.url === '/keys') {
      return json(200, {
        keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }],
      });
    }
    if (request.url !== '/token' || request.method !== 'POST') return json(404, {});
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked = Object.fromEntries(new URLSearchParams(text));
    const grant = this.grants.get(asked['code'] ?? '');
    // A code works once.
    this.grants.delete(asked['code'] ?? '');
    const verifier = createHash('sha256')
      .update(asked['code_verifier'] ?? '')
      .digest('base64url');
    const good =
      asked['client_id'] === CLIENT &&
      asked['client_secret'] === this.clientSecret &&
      grant?.redirect === asked['redirect_uri'] &&
      grant?.challenge === verifier;
    if (!grant || !good) return json(400, { error: 'invalid_grant' });
    return json(200, { access_token: 'unused', token_type: 'bearer', id_token: this.idToken(grant) });
  }

  private metadata() {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    };
  }

  private idToken({ member, nonce }: Grant): string {
    const now = Math.floor(Date.now() / 1_000);
    const { lies } = this;
    const claims = {
      iss: lies.issuer ?? this.issuer,
      aud: lies.audience ?? CLIENT,
      sub: member.subject,
      nonce: lies.nonce ?? nonce,
      iat: now,
      exp: now + 60,
      ...(member.name ? { preferred_username: member.name } : {}),
    };
    const text = `${encode({ alg: 'ES256', kid: 'one', typ: 'JWT' })}.${encode(claims)}`;
    const { privateKey: key } = lies.signedByOther ? this.others : this.keys;
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }
}
