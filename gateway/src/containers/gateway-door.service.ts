/** `gateway.sock`, one user's: what the gateway does for that user's bridge room, which it trusts in nothing. */
import { readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import * as z from 'zod';
import type { Settings } from '../../../config/schema.js';
import { route, type DoorCall, type Route } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import {
  channelReport,
  DOOR_VERSION,
  figuresRequest,
  handInRequest,
  helloRequest,
  idleRequest,
  readyRequest,
  roomTrouble,
  wakeRequest,
  type HelloResponse,
  type Settings as ContainerSettings,
} from '../../../contracts/gateway-door.js';
import { deletionOrder, deletionRequest } from '../../../contracts/deletion.js';
import { hostChange } from '../../../contracts/hosts.js';
import { linkableKind, provider, type AccountId } from '../../../contracts/ids.js';
import { ChannelsService } from '../channels/channels.service.js';
import { DeletionGate } from '../deletion/gate.js';
import { DeletionRequests } from '../deletion/requests.js';
import { AllowlistService } from '../egress/allowlist.service.js';
import { HostControl } from '../egress/host-control.service.js';
import { InboundService } from '../inbound/inbound.service.js';
import { catalogueOf, modelOf } from '../keys/account-models.js';
import { KeysService } from '../keys/keys.service.js';
import { log } from '../log.js';
import type { Secrets } from '../secrets.js';
import { AuditService } from '../sign-in/audit.service.js';
import { INSTANCE, SECRETS, SETTINGS } from '../settings.js';
import { UsageService } from '../usage/usage.service.js';
import { WakesService } from '../wakes/wakes.service.js';
import { Allowance } from './allowance.js';
import { ContainerRecords } from './container-records.service.js';

/** What the manager of containers is told. */
export interface ContainerEvents {
  onReady(account: AccountId): void;
  onGone(account: AccountId): void;
  onIdle(account: AccountId, seconds: number): void;
  /** It said hello in another version of the doors, and was refused. */
  onOtherVersion(account: AccountId): void;
  /** What its container follows from has changed. */
  settingsChanged(account: AccountId): Promise<void>;
}

/** What a wish to be woken, or about a host, takes of a container's allowance: few are needed, and each is several writes. */
const CHANGE = 10;

@Injectable()
export class GatewayDoorRoutes {
  private readonly extraCa: string | null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(SECRETS) private readonly secrets: Secrets,
    @Inject(INSTANCE) private readonly instance: string,
    private readonly records: ContainerRecords,
    private readonly keys: KeysService,
    private readonly channels: ChannelsService,
    private readonly allowlist: AllowlistService,
    private readonly hosts: HostControl,
    private readonly audit: AuditService,
    private readonly inbound: InboundService,
    private readonly usage: UsageService,
    private readonly wakes: WakesService,
    private readonly gate: DeletionGate,
    private readonly deletions: DeletionRequests,
  ) {
    const { extraCaFile } = settings.egress;
    this.extraCa = extraCaFile ? readFileSync(extraCaFile, 'utf8') : null;
  }

  /** What a container needs to know of its account's settings. */
  async containerSettings(account: AccountId): Promise<ContainerSettings> {
    const [keys, declared] = await Promise.all([this.keys.list(account), this.allowlist.declared(account)]);
    return {
      models: keys.map((key) => ({ provider: key.provider, model: modelOf(key, this.settings) })),
      catalogue: catalogueOf(keys, this.settings),
      compatibleUrl: keys.find((key) => key.provider === 'compatible')?.baseUrl ?? null,
      publicUrl: this.settings.publicUrl,
      hosts: declared.map(({ rule: _rule, ...host }) => host),
    };
  }

  of(account: AccountId, events: ContainerEvents): Route[] {
    const allowance = new Allowance();
    return [
      route('POST', '/v1/hello', helloRequest, ({ body }) => {
        if (body.version === DOOR_VERSION) return this.hello(account);
        events.onOtherVersion(account);
        throw new AraError('version-mismatch');
      }),
      route('POST', '/v1/ready', readyRequest, async ({ body }) => {
        await this.records.setPublicKey(account, Buffer.from(body.publicKey, 'base64'));
        events.onReady(account);
      }),
      { method: 'GET', path: '/v1/watch', handle: (call) => watch(call, () => events.onGone(account)) },
      route('POST', '/v1/messages', handInRequest, async ({ body: { messages, attempt } }) => {
        if (messages.some((message) => message.account !== account)) throw new AraError('not-allowed');
        this.gate.check(account);
        allowance.take(messages.length);
        await this.inbound.add(messages, attempt);
      }),
      route('PUT', '/v1/channels/:kind', channelReport, async ({ params, body }) => {
        if (linkableKind.parse(params['kind']) !== body.channel) throw new AraError('bad-request', 'channel');
        allowance.take(1);
        // Which hosts it may reach follows from what its user linked, and never from what it says.
        if (body.state !== 'unlinked' && !(await this.channels.isLinked(account, body.channel)))
          throw new AraError('not-allowed');
        await this.channels.report(account, body.channel, body.state, body.webhook?.secretHash ?? null);
        if (body.state === 'unlinked') this.allowlist.changed(account);
        log.info('channel', { account, channel: body.channel, state: body.state });
      }),
      route('POST', '/v1/keys/:provider', z.strictObject({}), async ({ params }) => {
        allowance.take(1);
        return { key: await this.keys.release(account, provider.parse(params['provider'])) };
      }),
      route('POST', '/v1/keys/:provider/refused', z.strictObject({}), async ({ params }) => {
        allowance.take(1);
        await this.keys.refused(account, provider.parse(params['provider']));
      }),
      route('POST', '/v1/figures', figuresRequest, async ({ body: { batch, figures, calls = [] } }) => {
        allowance.take(figures.length + calls.length);
        await this.usage.add(account, batch, figures, calls);
      }),
      { method: 'GET', path: '/v1/hosts', handle: () => this.hosts.table(account) },
      route('PUT', '/v1/hosts', hostChange, async ({ body: { host, stopped } }) => {
        allowance.take(CHANGE);
        if (await this.hosts.set(account, host, stopped)) {
          await this.audit.add(stopped ? 'host-stopped' : 'host-allowed', { by: account, account });
          void events.settingsChanged(account).catch(() => undefined);
        }
        return this.hosts.table(account);
      }),
      route('PUT', '/v1/wake', wakeRequest, async ({ body }) => {
        allowance.take(CHANGE);
        await this.wakes.wish(account, body.at);
      }),
      route('POST', '/v1/deletions/preview', deletionOrder, ({ body }) => {
        allowance.take(CHANGE);
        return this.deletions.preview(account, body);
      }),
      // The user's own word, which the bridge room has checked. It is believed for its own account, and for no other.
      route('POST', '/v1/deletions', deletionRequest, ({ body }) => {
        allowance.take(CHANGE);
        return this.deletions.begin(account, body);
      }),
      route('POST', '/v1/trouble', roomTrouble, ({ body }) => {
        allowance.take(1);
        log.warn('trouble in a container', { account, ...body });
      }),
      route('POST', '/v1/idle', idleRequest, ({ body }) => events.onIdle(account, body.idleSeconds)),
    ];
  }

  private async hello(account: AccountId): Promise<HelloResponse> {
    const [containerKey, settings] = await Promise.all([
      this.records.key(account),
      this.containerSettings(account),
    ]);
    return {
      account,
      instance: this.instance,
      containerKey: containerKey.toString('base64'),
      gatewayPublicKey: Buffer.from(this.secrets.gatewayKeys.publicKey).toString('base64'),
      settings,
      extraCa: this.extraCa,
    };
  }
}

/** A call that is never answered: it ends when one of the two sides does, and that is what it is for. */
function watch({ response }: DoorCall, onGone: () => void): Promise<never> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  response.once('close', onGone);
  return new Promise<never>(() => undefined);
}
