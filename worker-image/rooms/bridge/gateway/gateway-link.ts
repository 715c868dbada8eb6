/** The bridge room's side of `gateway.sock`: says hello, notices when the gateway goes and comes back, and calls it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelState } from '../../../../contracts/channel-state.js';
import {
  deletionPreview,
  deletionStarted,
  type DeletionOrder,
  type DeletionPreview,
  type DeletionStarted,
} from '../../../../contracts/deletion.js';
import { DoorClient } from '../../../../contracts/door-http.js';
import {
  DOOR_VERSION,
  helloResponse,
  keyResponse,
  type Figure,
  type HelloResponse,
  type KeyCall,
  type RoomTrouble,
} from '../../../../contracts/gateway-door.js';
import { hostTable, type HostTable } from '../../../../contracts/hosts.js';
import type { ChannelKind, Provider } from '../../../../contracts/ids.js';
import type { SealedMessage } from '../../../../contracts/sealed.js';

const FIRST_RETRY = 50;
const LAST_RETRY = 1_000;

export class GatewayLink {
  private readonly door: DoorClient;
  private stopped = false;

  constructor(socketPath: string) {
    this.door = new DoorClient(socketPath, 'queue-unavailable');
  }

  /** Asks until the gateway answers; it may be starting. */
  async hello(): Promise<HelloResponse> {
    for (let wait = FIRST_RETRY; ; wait = Math.min(wait * 2, LAST_RETRY)) {
      try {
        return await this.door.call('POST', '/v1/hello', { version: DOOR_VERSION }, helloResponse);
      } catch (error) {
        if (this.stopped) throw error;
        await sleep(wait);
      }
    }
  }

  ready(publicKey: Uint8Array): Promise<void> {
    return this.door.call('POST', '/v1/ready', { publicKey: Buffer.from(publicKey).toString('base64') });
  }

  /** Holds a call open that ends when the gateway does; then greets the next one and tells `onReturn` its hello. */
  async watch(onReturn: (hello: HelloResponse) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        const response = await this.door.open('GET', '/v1/watch', undefined, 0);
        for await (const _chunk of response);
      } catch {
        // Gone, or not there yet: both are answered by the next hello.
      }
      if (this.stopped) return;
      await sleep(FIRST_RETRY);
      const hello = await this.hello().catch(() => null);
      if (!hello) return;
      await onReturn(hello).catch(() => undefined);
    }
  }

  /** @throws AraError `queue-unavailable` when the queue does not hold them; none of them is to be counted then. */
  handIn(messages: SealedMessage[], attempt: number): Promise<void> {
    return this.door.call('POST', '/v1/messages', { messages, attempt });
  }

  report(channel: ChannelKind, state: ChannelState, secretHash: string | null): Promise<void> {
    const webhook = secretHash ? { secretHash } : null;
    return this.door.call('PUT', `/v1/channels/${channel}`, { channel, state, webhook });
  }

  /** @throws AraError `no-key` */
  async key(provider: Provider): Promise<string> {
    return (await this.door.call('POST', `/v1/keys/${provider}`, {}, keyResponse)).key;
  }

  /** The provider does not take the key any more. */
  keyRefused(provider: Provider): Promise<void> {
    return this.door.call('POST', `/v1/keys/${provider}/refused`, {});
  }

  figures(batch: number, figures: Figure[], calls: KeyCall[]): Promise<void> {
    return this.door.call('POST', '/v1/figures', { batch, figures, ...(calls.length > 0 ? { calls } : {}) });
  }

  /** What this container may reach, and what has gone there. */
  hosts(): Promise<HostTable> {
    return this.door.call('GET', '/v1/hosts', undefined, hostTable);
  }

  /** @throws AraError `not-found` for a host that is not on the list */
  setHost(host: string, stopped: boolean): Promise<HostTable> {
    return this.door.call('PUT', '/v1/hosts', { host, stopped }, hostTable);
  }

  /** When this container wants to be awake; null takes an earlier wish back. */
  wake(at: number | null): Promise<void> {
    return this.door.call('PUT', '/v1/wake', { at });
  }

  previewDeletion(order: DeletionOrder): Promise<DeletionPreview> {
    return this.door.call('POST', '/v1/deletions/preview', order, deletionPreview);
  }

  /** Kept by the gateway when it resolves; the same key is the same deletion. @throws AraError `being-deleted` */
  beginDeletion(request: DeletionOrder & { key: string }): Promise<DeletionStarted> {
    return this.door.call('POST', '/v1/deletions', request, deletionStarted);
  }

  /** For the gateway's log: a container has none. */
  trouble(trouble: RoomTrouble): Promise<void> {
    return this.door.call('POST', '/v1/trouble', trouble);
  }

  idle(idleSeconds: number): Promise<void> {
    return this.door.call('POST', '/v1/idle', { idleSeconds });
  }

  close(): void {
    this.stopped = true;
    this.door.close();
  }
}
