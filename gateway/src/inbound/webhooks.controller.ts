/** Webhooks: checks the secret, seals the raw body to its owner's container, enqueues, answers. Reads no content. */
import { createHash } from 'node:crypto';
import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { AraError } from '../../../contracts/errors.js';
import { accountId, channelKind } from '../../../contracts/ids.js';
import { Access } from '../api/access.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { ChannelsService } from '../channels/channels.service.js';
import { DeletionGate } from '../deletion/gate.js';
import { WebhookSealer } from './webhook-sealer.js';
import { InboundService } from './inbound.service.js';
import { checkShape } from './webhook-shape.js';

const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

interface RawRequest {
  body: unknown;
  headers: Record<string, string | string[] | undefined>;
}

@Controller('webhooks')
@Access('anyone')
export class WebhooksController {
  constructor(
    private readonly channels: ChannelsService,
    private readonly records: ContainerRecords,
    private readonly sealer: WebhookSealer,
    private readonly inbound: InboundService,
    private readonly gate: DeletionGate,
  ) {}

  /** @throws AraError `wrong-secret`, `wrong-type`, `bad-request`, `too-deep`, `queue-unavailable`, `being-deleted` */
  @Post(':kind/:account')
  @HttpCode(200)
  async take(
    @Param('kind') kind: string,
    @Param('account') account: string,
    @Req() request: RawRequest,
  ): Promise<void> {
    const channel = channelKind.safeParse(kind);
    const owner = accountId.safeParse(account);
    const secret = request.headers[SECRET_HEADER];
    if (!channel.success || !owner.success || typeof secret !== 'string') throw new AraError('wrong-secret');
    await this.channels.ownerOfWebhook(owner.data, channel.data, secret);
    // After the secret: nobody else learns what is going on. The platform tries again.
    this.gate.check(owner.data);
    const { body } = request;
    if (!Buffer.isBuffer(body)) throw new AraError('wrong-type');
    checkShape(body);
    const publicKey = await this.records.publicKey(owner.data);
    const header = {
      v: 1 as const,
      kind: 'webhook' as const,
      account: owner.data,
      channel: channel.data,
      // The same body is the same job: a replay is known without reading it.
      id: createHash('sha256').update(body).digest('hex').slice(0, 32),
    };
    await this.inbound.add([this.sealer.seal(publicKey, header, body)], 0);
  }
}
