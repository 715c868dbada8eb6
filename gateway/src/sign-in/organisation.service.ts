/** Sign-in by an organisation's own server (OpenID Connect), with PKCE, state and nonce, bound to the browser by a cookie. */
import { readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import type { Configuration, IDToken } from 'openid-client';
import { DataSource } from 'typeorm';
import { SettingsError, type Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { name as nameShape } from '../api/sign-in/shapes.js';
import { SETTINGS } from '../settings.js';
import { CeremoniesService } from './ceremonies.service.js';
import { Cookies } from './cookies.js';
import type { Asked, Reply } from './exchange.js';
import { LimitsService } from './limits.service.js';
import { OwnAddress } from './own-address.js';
import { rowsOf } from './rows.js';
import { newAccountId, SignUpService, type Newcomer } from './sign-up.service.js';
import { WelcomeService } from './welcome.service.js';

export const CALLBACK = '/v1/sign-in/organisation/callback';
const ANSWER_WITHIN_SECONDS = 10;
/** Names that are tried: `anna`, `anna 2` … */
const MOST_NAMESAKES = 20;

@Injectable()
export class OrganisationService {
  private readonly organisation: Settings['signIn']['organisation'];
  private readonly secret: string;
  private configuration: Promise<Configuration> | null = null;

  /** @throws SettingsError when the file of the secret is not there */
  constructor(
    @Inject(SETTINGS) { signIn }: Settings,
    private readonly database: DataSource,
    private readonly address: OwnAddress,
    private readonly cookies: Cookies,
    private readonly limits: LimitsService,
    private readonly ceremonies: CeremoniesService,
    private readonly signUp: SignUpService,
    private readonly welcome: WelcomeService,
  ) {
    this.organisation = signIn.organisation;
    this.secret = this.organisation ? readSecret(this.organisation.clientSecretFile) : '';
  }

  /** Where the browser goes to sign in. @throws AraError `not-found` when there is no organisation */
  async begin(asked: Asked, reply: Reply, invitation: string | null): Promise<string> {
    if (!this.organisation) throw new AraError('not-found', 'no organisation signs in here');
    await this.limits.take([['ceremony', this.address.client(asked)]]);
    if (invitation !== null) await this.signUp.admit(invitation);
    const redirect = this.address.needOrigin(asked) + CALLBACK;
    const client = await import('openid-client');
    const configuration = await this.discover();
    const [verifier, state, nonce] = [
      client.randomPKCECodeVerifier(),
      client.randomState(),
      client.randomNonce(),
    ];
    const token = await this.ceremonies.begin('organisation', null, {
      state,
      nonce,
      verifier,
      invitation,
      redirect,
    });
    this.cookies.set(asked, reply, 'ara-organisation', token);
    const parameters = {
      redirect_uri: redirect,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    };
    return client.buildAuthorizationUrl(configuration, parameters).href;
  }

  /** The browser came back. @throws AraError `sign-in-failed`, `not-allowed`, `invitation-ended` */
  async finish(asked: Asked, reply: Reply): Promise<void> {
    if (!this.organisation) throw new AraError('not-found', 'no organisation signs in here');
    const token = this.cookies.read(asked, 'ara-organisation');
    this.cookies.clear(asked, reply, 'ara-organisation');
    const ceremony = token ? await this.ceremonies.take('organisation', token) : null;
    if (!ceremony) throw new AraError('sign-in-failed');
    const { redirect, verifier, state, nonce, invitation } = ceremony.data;
    const address = new URL(redirect);
    address.search = new URL(asked.url, redirect).search;
    const claims = await this.exchange(address, { verifier, state, nonce });
    const known = await this.find(claims);
    if (known) return this.welcome.letIn(asked, reply, known);
    const admitted = await this.signUp.admit(invitation);
    const account = admitted?.account
      ? await this.join(claims, { name: '', invitation })
      : await this.joinByName(claims, invitation);
    await this.welcome.letIn(asked, reply, account, 'signed-up');
  }

  private async exchange(
    address: URL,
    { verifier, state, nonce }: { verifier: string; state: string; nonce: string },
  ): Promise<IDToken> {
    const { authorizationCodeGrant } = await import('openid-client');
    const tokens = await authorizationCodeGrant(await this.discover(), address, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    }).catch((error: unknown) => {
      throw new AraError('sign-in-failed', undefined, { cause: error });
    });
    const claims = tokens.claims();
    if (!claims) throw new AraError('sign-in-failed');
    return claims;
  }

  private async find({ iss, sub }: IDToken): Promise<AccountId | null> {
    const [row] = await rowsOf<{ account: AccountId }>(
      this.database,
      'SELECT account_id AS account FROM organisation_identities WHERE issuer = $1 AND subject = $2',
      [iss, sub],
    );
    return row?.account ?? null;
  }

  private join({ iss, sub }: IDToken, newcomer: Newcomer): Promise<AccountId> {
    return this.signUp.enter(newcomer, newAccountId(), async (account, manager) => {
      await rowsOf(
        manager,
        'INSERT INTO organisation_identities (issuer, subject, account_id) VALUES ($1, $2, $3)',
        [iss, sub, account],
      );
    });
  }

  /** Under the name that the organisation gives, or with a number behind it when somebody else has that. */
  private async joinByName(claims: IDToken, invitation: string | null): Promise<AccountId> {
    const wanted = [claims['preferred_username'], claims['name']].flatMap((each) => {
      const name = nameShape.max(60).safeParse(each);
      return name.success ? [name.data] : [];
    });
    const name = wanted[0] ?? 'user';
    for (let number = 1; ; number++) {
      try {
        return await this.join(claims, { name: number === 1 ? name : `${name} ${number}`, invitation });
      } catch (error) {
        const taken = error instanceof AraError && error.code === 'conflict';
        if (!taken || number === MOST_NAMESAKES) throw error;
      }
    }
  }

  /** Asked once; a server that was away is asked again with the next sign-in. */
  private async discover(): Promise<Configuration> {
    this.configuration ??= this.ask().catch((error: unknown) => {
      this.configuration = null;
      throw new AraError('platform-unreachable', 'the organisation', { cause: error });
    });
    return this.configuration;
  }

  private async ask(): Promise<Configuration> {
    const { issuer, clientId } = this.organisation ?? { issuer: '', clientId: '' };
    // The library marks it so that it is noticed; the settings allow that for this machine only.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const { discovery, allowInsecureRequests, enableNonRepudiationChecks, ClientSecretPost } =
      await import('openid-client');
    const server = new URL(issuer);
    return discovery(server, clientId, undefined, ClientSecretPost(this.secret), {
      timeout: ANSWER_WITHIN_SECONDS,
      // Left to itself the library trusts the connection and does not look at the signature.
      execute: [enableNonRepudiationChecks, ...(server.protocol === 'http:' ? [allowInsecureRequests] : [])],
    });
  }
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new SettingsError([`signIn.organisation.clientSecretFile: the file ${path} cannot be read`]);
  }
}
