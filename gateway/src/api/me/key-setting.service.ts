/** Setting a key from the dashboard: the provider takes it before it is saved; what is said of a key can change without it. */
import { Inject, Injectable } from '@nestjs/common';
import type * as z from 'zod';
import type { Settings } from '../../../../config/schema.js';
import type { AccountId, Provider } from '../../../../contracts/ids.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import type { ApiKey } from '../../keys/api-key.entity.js';
import { KeyCheck } from '../../keys/key-check.js';
import { NO_KEY, readKeyChange, readKeyReplacement, readKeyRequest } from '../../keys/key-request.js';
import { KeyUsesService } from '../../keys/key-uses.service.js';
import { KeysService } from '../../keys/keys.service.js';
import { SETTINGS } from '../../settings.js';
import type { keyRequest } from './shapes.js';

type KeyRequest = z.infer<typeof keyRequest>;

@Injectable()
export class KeySetting {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly keys: KeysService,
    private readonly check: KeyCheck,
    private readonly uses: KeyUsesService,
    private readonly containers: ContainerManager,
  ) {}

  /** @throws AraError as `KeyCheck.check` does, `bad-request`; ZodError */
  async set(account: AccountId, provider: Provider, request: KeyRequest): Promise<void> {
    const stored = await this.keys.find(account, provider);
    if (stored && request.key === undefined) await this.change(account, stored, request);
    else await this.setNew(account, provider, stored, request);
    await this.containers.settingsChanged(account);
  }

  private async setNew(
    account: AccountId,
    provider: Provider,
    stored: ApiKey | null,
    request: KeyRequest,
  ): Promise<void> {
    const wanted = stored
      ? readKeyReplacement(stored, request, this.settings)
      : readKeyRequest(provider, request, this.settings);
    const { key, baseUrl } = wanted;
    await this.check.check(account, { provider, key: key === NO_KEY ? null : key, baseUrl });
    await this.uses.add(account, [{ kind: 'checked', provider }]);
    await this.keys.set(account, provider, wanted);
  }

  private async change(account: AccountId, stored: ApiKey, request: KeyRequest): Promise<void> {
    const { provider } = stored;
    const change = readKeyChange(stored, request, this.settings);
    // A key that is stored is opened for its owner's container only; a server that needs none can be asked.
    if (provider === 'compatible' && stored.lastFour === NO_KEY)
      await this.check.check(account, { provider, key: null, baseUrl: change.baseUrl });
    await this.keys.change(account, provider, change);
  }
}
