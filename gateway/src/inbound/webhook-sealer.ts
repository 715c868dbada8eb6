/** Seals webhook bodies to containers with the gateway's own key pair; the costly part is kept per container. */
import { Inject, Injectable } from '@nestjs/common';
import { Sealer } from '../../../contracts/seal.js';
import type { SealedHeader, SealedMessage } from '../../../contracts/sealed.js';
import type { Secrets } from '../secrets.js';
import { SECRETS } from '../settings.js';

const MAX_KEPT = 10_000;

@Injectable()
export class WebhookSealer {
  private readonly sealers = new Map<string, Sealer>();

  constructor(@Inject(SECRETS) private readonly secrets: Secrets) {}

  seal(publicKey: Buffer, header: SealedHeader, body: Buffer): SealedMessage {
    const name = publicKey.toString('base64');
    let sealer = this.sealers.get(name);
    if (!sealer) {
      if (this.sealers.size >= MAX_KEPT) this.sealers.clear();
      this.sealers.set(name, (sealer = new Sealer(this.secrets.gatewayKeys, publicKey)));
    }
    return sealer.seal(header, body);
  }
}
