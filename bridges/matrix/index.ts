/** The bridge to Matrix, for an account of the user's own homeserver. */
import type { Readable } from 'node:stream';
import type { ChannelState } from '../../contracts/channel-state.js';
import type { ChatId, PlatformMessageId } from '../../contracts/ids.js';
import {
  notReached,
  type Bridge,
  type BridgeHost,
  type CanDelete,
  type CanEdit,
  type CanFetch,
  type CanMarkRead,
  type CanReact,
  type CanSendFile,
  type CanShowFingerprint,
  type CanShowTyping,
  type OutgoingFile,
  type Part,
  type SentId,
  type Unlinked,
} from '../bridge.js';
import { matrixCapabilities } from './capabilities.js';
import { Choices } from './choices.js';
import { API, Client } from './client.js';
import type { MatrixCredential } from './credential.js';
import { removeBackup } from './crypto/backup-record.js';
import type { MachineKind } from './crypto/choose-machine.js';
import type { Engine } from './crypto/engine.js';
import { toPlatformError } from './failure.js';
import { makeChatId } from './ids.js';
import { Intake } from './intake.js';
import { Outbound } from './outbound.js';
import { matrixTiming, Recovery, type Timing } from './recovery.js';
import { render } from './render.js';
import { Rooms } from './rooms.js';
import { Syncer } from './syncer.js';
import { TransportError } from './transport.js';

export interface MatrixOptions {
  /** Shorter times for tests. */
  timing?: Partial<Timing>;
  /** Most events of one room in one sync. */
  timelineLimit?: number;
  /** Which crypto machine a new device gets, in tests. */
  machine?: MachineKind;
}

type Abilities = CanDelete &
  CanEdit &
  CanFetch &
  CanMarkRead &
  CanReact &
  CanSendFile &
  CanShowFingerprint &
  CanShowTyping;

export class MatrixBridge implements Bridge, Abilities {
  readonly kind = 'matrix';
  readonly capabilities = matrixCapabilities;
  private readonly timing: Timing;
  private readonly client: Client;
  private readonly rooms: Rooms;
  private readonly choices: Choices;
  private readonly outbound: Outbound;
  private engine: Promise<Engine> | null = null;
  private intake: Intake | null = null;
  private state: ChannelState | null = null;
  private running: { stop: AbortController; ended: Promise<void> } | null = null;

  constructor(
    private readonly host: BridgeHost,
    private readonly credential: MatrixCredential,
    private readonly options: MatrixOptions = {},
  ) {
    this.timing = { ...matrixTiming, ...options.timing };
    const { userId, encryption: mode } = credential;
    this.client = this.makeClient(this.timing.call);
    this.rooms = new Rooms(this.client, host.store, userId);
    this.choices = new Choices(this.client, host.store);
    const { client, rooms, choices } = this;
    this.outbound = new Outbound({
      ...{ client, rooms, choices, userId, mode },
      forFiles: this.makeClient(this.timing.upload),
      isOwner: (user) => this.isOwner(user),
      engine: () => this.openEngine(),
      onBadCredential: () => this.report('needs-relink'),
    });
  }

  start(): void {
    if (this.running) return;
    const stop = new AbortController();
    this.report('connecting');
    this.running = { stop, ended: this.run(stop) };
  }

  async stop(): Promise<void> {
    const { running, engine } = this;
    this.running = null;
    this.engine = null;
    running?.stop.abort();
    await running?.ended;
    await engine?.then((opened) => opened.close()).catch(() => undefined);
  }

  render(markdown: string): Part[] {
    return render(markdown, this.capabilities.maxText);
  }

  send(chat: ChatId, part: Part, key: string): Promise<SentId> {
    return this.outbound.send(chat, part, key);
  }

  edit(chat: ChatId, sent: SentId, part: Part): Promise<void> {
    return this.outbound.edit(chat, sent, part);
  }

  delete(chat: ChatId, sent: SentId): Promise<void> {
    return this.outbound.delete(chat, sent);
  }

  sendFile(chat: ChatId, file: OutgoingFile, key: string): Promise<SentId> {
    return this.outbound.sendFile(chat, file, key);
  }

  fetch(reference: string, stop: AbortSignal): Promise<Readable> {
    return this.outbound.fetch(reference, stop);
  }

  showTyping(chat: ChatId): Promise<void> {
    return this.outbound.showTyping(chat);
  }

  react(chat: ChatId, message: PlatformMessageId, emoji: string | null): Promise<void> {
    return this.outbound.react(chat, message, emoji);
  }

  markRead(chat: ChatId, message: PlatformMessageId): Promise<void> {
    return this.outbound.markRead(chat, message);
  }

  /** Ends the session: the device and its keys are gone from the account, and the backup that only we can open. */
  async unlink(): Promise<Unlinked> {
    await this.stop();
    const { client, host } = this;
    try {
      await removeBackup(client, host.store).catch((error: unknown) => {
        // A homeserver that cannot be reached need not be waited for twice.
        if (error instanceof TransportError) throw error;
      });
      await client.call('POST', `${API}/logout`, { body: {} });
      return { reached: true };
    } catch (error) {
      return notReached(toPlatformError(error));
    }
  }

  /** What a client shows of this device, for comparing by hand; null where encryption is off. */
  async fingerprint(): Promise<{ device: string; key: string } | null> {
    const engine = await this.openEngine();
    return engine && { device: this.credential.deviceId, key: engine.fingerprint };
  }

  private async run(stop: AbortController): Promise<void> {
    const { host, client, rooms, choices, timing } = this;
    const { userId, encryption: mode } = this.credential;
    const report = (state: ChannelState): void => this.report(state);
    const recovery = new Recovery(report, timing, stop.signal);
    let engine: Engine | null = null;
    if (!(await recovery.insist(async () => void (engine = await this.openEngine())))) return;
    const intake = new Intake(
      {
        ...{ host, client, rooms, choices, userId, mode },
        keyPatience: timing.keyPatience,
        isOwner: (user) => this.isOwner(user),
        notify: (chat, text) => void this.notify(chat, text),
      },
      engine,
    );
    this.intake = intake;
    const { timelineLimit = 100 } = this.options;
    await new Syncer({ host, client, timing, timelineLimit, report }, intake, engine, recovery).run();
  }

  /** Loaded at the first need: it is large. */
  private async openEngine(): Promise<Engine | null> {
    const { userId, deviceId, encryption } = this.credential;
    if (encryption === 'off') return null;
    this.engine ??= import('./crypto/engine.js').then(({ Engine: Loaded }) =>
      Loaded.open({
        ...{ userId, deviceId, client: this.client, rooms: this.rooms, store: this.host.store },
        owners: () => this.owners(),
        tell: (room, text) => this.tell(room, text),
        machine: this.options.machine,
      }),
    );
    const opening = this.engine;
    opening.catch(() => {
      if (this.engine === opening) this.engine = null;
    });
    return opening;
  }

  /** Until somebody has proved to be the owner, the one whom the user named may try. */
  private owners(): readonly string[] {
    const owners = this.host.owners();
    return owners.length > 0 ? owners : [this.credential.owner];
  }

  private isOwner(user: string): boolean {
    return this.owners().includes(user);
  }

  /** False where there is no chat to say it in. */
  private tell(room: string | null, text: string): boolean {
    const chat = room === null ? this.intake?.lastChat : makeChatId({ room, thread: null });
    if (chat) void this.notify(chat, text);
    return Boolean(chat);
  }

  private async notify(chat: ChatId, text: string): Promise<void> {
    for (const part of this.render(text)) await this.outbound.notify(chat, part).catch(() => undefined);
  }

  /** Tells the host what has changed. */
  private report(state: ChannelState): void {
    if (state === this.state) return;
    this.state = state;
    this.host.report(state);
  }

  private makeClient(timeout: number): Client {
    const { baseUrl, accessToken } = this.credential;
    return new Client({ baseUrl, accessToken, agent: this.host.agent, timeout });
  }
}
