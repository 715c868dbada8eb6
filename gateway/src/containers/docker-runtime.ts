/** Containers by a Docker engine: the one place that talks to it. */
import Docker from 'dockerode';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import type { ImageStorage } from './image-storage.js';
import {
  PLAIN_VOLUME,
  type ContainerStatus,
  type Runtime,
  type Storage,
  type VolumeKeys,
} from './runtime.js';
import {
  containerName,
  containerOptions,
  LABEL_ACCOUNT,
  LABEL_INSTALLATION,
  LABEL_TEMPLATE,
  templateVersion,
  volumeName,
  type TemplateInput,
} from './template.js';

const NOT_FOUND = 404;
const NOT_MODIFIED = 304;
const CONFLICT = 409;

/** Empty for a container that does not run. */
interface MemoryStats {
  usage?: number;
  stats?: { inactive_file?: number };
}

export class DockerRuntime implements Runtime {
  readonly kind = 'docker';
  private readonly docker: Docker;
  private input: Promise<TemplateInput> | null = null;
  private keyOf: VolumeKeys = () => Promise.reject(new AraError('container-unavailable'));

  constructor(
    private readonly settings: Settings['containers'],
    private readonly installation: string,
    private readonly images: ImageStorage | null = null,
    /** Whether a new user's data goes into an image; one that has one keeps it. */
    private readonly newInImages = false,
  ) {
    this.docker = new Docker({ socketPath: settings.dockerSocket });
  }

  useVolumeKeys(keyOf: VolumeKeys): void {
    this.keyOf = keyOf;
  }

  /** Whether an engine answers. */
  async answers(): Promise<boolean> {
    return this.docker.ping().then(
      () => true,
      () => false,
    );
  }

  /** Whether the image is there. */
  async hasImage(): Promise<boolean> {
    return (await unless(NOT_FOUND, this.docker.getImage(this.settings.image).inspect())) !== null;
  }

  async create(account: AccountId, doors: string): Promise<void> {
    const options = containerOptions(await this.template(), account, doors);
    await this.removeContainer(account);
    await this.readyVolume(account);
    await unless(CONFLICT, this.docker.createContainer(options));
  }

  async start(account: AccountId): Promise<void> {
    if (this.images?.has(account)) await this.mount(this.images, account);
    await unless(NOT_MODIFIED, this.container(account).start());
  }

  async stop(account: AccountId, graceSeconds: number): Promise<void> {
    await unless(NOT_FOUND, unless(NOT_MODIFIED, this.container(account).stop({ t: graceSeconds })));
    // What the engine still holds for a moment goes with the next stop, or with the host.
    await this.images?.unmount(account).catch(() => undefined);
  }

  async remove(account: AccountId): Promise<void> {
    await this.removeContainer(account);
    await unless(NOT_FOUND, this.docker.getVolume(volumeName(account)).remove());
    await this.images?.remove(account);
  }

  async inspect(account: AccountId): Promise<ContainerStatus | null> {
    const info = await unless(NOT_FOUND, this.container(account).inspect());
    if (!info) return null;
    const version = templateVersion(await this.template());
    return { account, running: info.State.Running, current: info.Config.Labels[LABEL_TEMPLATE] === version };
  }

  async list(): Promise<ContainerStatus[]> {
    const filters = { label: [`${LABEL_INSTALLATION}=${this.installation}`] };
    const [found, input] = await Promise.all([
      this.docker.listContainers({ all: true, filters }),
      this.template(),
    ]);
    const version = templateVersion(input);
    return found.flatMap(({ Labels, State }) => {
      const account = accountId.safeParse(Labels[LABEL_ACCOUNT]);
      if (!account.success) return [];
      return [
        { account: account.data, running: State === 'running', current: Labels[LABEL_TEMPLATE] === version },
      ];
    });
  }

  async traces(account: AccountId): Promise<Record<string, number>> {
    const byLabel = { label: [`${LABEL_ACCOUNT}=${account}`] };
    const [labelled, named, volumes] = await Promise.all([
      this.docker.listContainers({ all: true, filters: byLabel }),
      this.docker.listContainers({ all: true, filters: { name: [account] } }),
      this.docker.listVolumes({ filters: { name: [account] } }),
    ]);
    const containers = new Set([...labelled, ...named].map(({ Id }) => Id)).size;
    // An engine without volumes says null, whatever its types say.
    const counted = { containers, volumes: ((volumes.Volumes as unknown[] | null) ?? []).length };
    return this.images ? { ...counted, images: this.images.has(account) ? 1 : 0 } : counted;
  }

  async memory(account: AccountId): Promise<number | null> {
    const stats = await unless(NOT_FOUND, this.container(account).stats({ stream: false, 'one-shot': true }));
    const { usage, stats: parts } = (stats?.memory_stats ?? {}) as MemoryStats;
    // As `docker stats` does: what the kernel can drop at once is not counted.
    return usage === undefined ? null : Math.max(0, usage - (parts?.inactive_file ?? 0));
  }

  async storage(account: AccountId): Promise<Storage> {
    // A plain volume is the engine's: a disk under it that is encrypted is not seen from here.
    if (!this.images?.has(account)) return PLAIN_VOLUME;
    return { ...(await this.images.amount(account)), encrypted: this.images.isEncrypted(account) };
  }

  get storageWords(): string {
    if (!this.newInImages) return 'plain volumes, without a limit, not encrypted';
    const reason = this.images?.whyPlain ?? null;
    const encryption = reason === null ? 'encrypted with a key of theirs' : `not encrypted (${reason})`;
    return `an image of ${this.settings.storageMegabytes} MB for each new user, ${encryption}`;
  }

  /** The volume that the template names: of the engine, or one that leads into the user's image. */
  private async readyVolume(account: AccountId): Promise<void> {
    const { images } = this;
    if (!images) return;
    const name = volumeName(account);
    if (!images.has(account)) {
      const known = await unless(NOT_FOUND, this.docker.getVolume(name).inspect());
      // What a user has stays where it is.
      if (known || !this.newInImages) return;
      await images.make(account);
    }
    await this.mount(images, account);
    await unless(
      CONFLICT,
      this.docker.createVolume({
        Name: name,
        Driver: 'local',
        // The folder is there only while the image is mounted: without it the container does not start.
        DriverOpts: { type: 'none', o: 'bind', device: images.data(account) },
      }),
    );
  }

  /** @throws AraError */
  private async mount(images: ImageStorage, account: AccountId): Promise<void> {
    const key = await this.keyOf(account);
    try {
      await images.mount(account, key);
    } catch (error) {
      throw new AraError('container-unavailable', 'its volume cannot be mounted or opened', { cause: error });
    } finally {
      key.fill(0);
    }
  }

  private async removeContainer(account: AccountId): Promise<void> {
    await unless(NOT_FOUND, this.container(account).remove({ force: true }));
  }

  private container(account: AccountId): Docker.Container {
    return this.docker.getContainer(containerName(account));
  }

  private template(): Promise<TemplateInput> {
    this.input ??= this.docker
      .getImage(this.settings.image)
      .inspect()
      .then(({ Id }) => ({ settings: this.settings, imageId: Id, installation: this.installation }));
    // An engine that was away is asked again.
    this.input.catch(() => (this.input = null));
    return this.input;
  }
}

/** The engine's answer, or null when it is the one that means there is nothing to do. @throws AraError */
async function unless<T>(status: number, call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AraError) throw error;
    if ((error as { statusCode?: number }).statusCode === status) return null;
    throw new AraError('container-unavailable', undefined, { cause: error });
  }
}
