/** Picks what runs users' containers: a Docker engine if one answers, else child processes, and that loudly. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SettingsError, type Settings } from '../../../config/schema.js';
import { canHandOverDoors } from './door-folder.js';
import { ImageStorage } from './image-storage.js';
import type { Runtime } from './runtime.js';

export interface Choice {
  runtime: Runtime;
  /** Why it is child processes, when it is; to be said loudly. */
  warning: string | null;
}

/** @throws SettingsError when what is asked for is not there */
export async function chooseRuntime(settings: Settings, root: string): Promise<Choice> {
  const { runtime } = settings.containers;
  const reason = runtime === 'process' ? 'the settings ask for it' : await whyNotDocker();
  if (reason === null) {
    const { DockerRuntime } = await import('./docker-runtime.js');
    const images = new ImageStorage(join(settings.dataDir, 'volumes'), settings.containers.storageMegabytes);
    const inImages = await usesImages(settings, images);
    const installation = installationOf(settings);
    return {
      runtime: new DockerRuntime(settings.containers, installation, images, inImages),
      warning: null,
    };
  }
  if (runtime === 'docker' || settings.mode === 'production')
    throw new SettingsError([`containers.runtime: ${reason}`]);
  const { ProcessRuntime } = await import('./process-runtime.js');
  return { runtime: new ProcessRuntime(join(root, 'dist/rooms'), settings.dataDir), warning: reason };

  async function whyNotDocker(): Promise<string | null> {
    const { DockerRuntime } = await import('./docker-runtime.js');
    const docker = new DockerRuntime(settings.containers, '');
    if (!(await docker.answers())) return `no Docker engine answers at ${settings.containers.dockerSocket}`;
    if (!canHandOverDoors())
      return 'the gateway must be root, or in the group 10001 as docker-compose.yml has it, to hand users their doors';
    if (!(await docker.hasImage()))
      return `the image ${settings.containers.image} is missing: run \`npm run image\``;
    return null;
  }
}

/** @throws SettingsError when images are asked for and do not work here */
async function usesImages({ containers: { storage } }: Settings, images: ImageStorage): Promise<boolean> {
  if (storage === 'plain') return false;
  const reason = await images.whyNot();
  if (reason !== null && storage === 'image') throw new SettingsError([`containers.storage: ${reason}`]);
  return reason === null;
}

/** Tells this installation's containers from another's on the same engine. */
export const installationOf = ({ dataDir }: Settings): string =>
  createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
