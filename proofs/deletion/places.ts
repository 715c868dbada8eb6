/** Every place where something of a user could be left, and what is found in each because it was put there. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Installation } from '../../test/kit/installation.js';
import { docker } from '../centre/engine.js';
import { piece, tree, type Piece, type Place } from '../centre/place.js';
import type { PostgresProbe } from '../centre/postgres.js';
import type { RedisProbe } from '../centre/redis.js';
import { canaryOf, type Resident } from './people.js';
import type { Assets } from '../centre/assets.js';

export interface Grounds {
  ara: Installation;
  postgres: PostgresProbe;
  redis: RedisProbe;
  assets: Assets;
  /** Somebody who deletes nothing: what is theirs is found to the end. */
  survivor: Resident;
  everybody: readonly Resident[];
}

const control = (): string => randomBytes(16).toString('hex');
const controls = { row: control(), deletedRow: control(), key: control(), deletedKey: control() };

export async function plantControls(postgres: PostgresProbe, redis: RedisProbe): Promise<void> {
  await postgres.plant(controls.row, controls.deletedRow);
  await redis.plant(controls.key, controls.deletedKey);
}

export function places({ ara, postgres, redis, assets, survivor, everybody }: Grounds): Place[] {
  const { id } = survivor.person;
  const theirs = (what: 'question'): string => assets.values.get(canaryOf(survivor.title, what)) ?? '';
  return [
    { name: 'Postgres tables', control: survivor.name, read: () => postgres.tables() },
    { name: 'Postgres files and write-ahead log', control: controls.row, read: () => postgres.files() },
    { name: 'Redis keys, slow log and clients', control: controls.key, read: () => redis.keys() },
    { name: 'Redis files', control: controls.key, read: () => tree(redis.folder) },
    { name: 'gateway log', control: id, read: () => tree(join(ara.dataDir, 'logs')) },
    { name: 'gateway output', control: 'Ara is at', read: () => [piece('stdout and stderr', ara.output)] },
    { name: 'data folder', control: id, read: () => tree(ara.dataDir, [redis.folder, postgres.folder]) },
    { name: 'run folder', control: id, read: () => tree(ara.runDir) },
    {
      name: 'volumes of containers',
      control: theirs('question'),
      read: () =>
        eachOf(everybody, async (name) => tree((await docker.getVolume(name).inspect()).Mountpoint)),
    },
    {
      name: 'the engine: containers, volumes and their folders',
      control: id,
      read: async () => [
        piece('containers', JSON.stringify(await docker.listContainers({ all: true }))),
        piece('volumes', JSON.stringify(await docker.listVolumes())),
        ...(await eachOf(everybody, engineFolder)),
      ],
    },
  ];
}

async function engineFolder(name: string): Promise<Piece[]> {
  const { HostsPath, HostnamePath, GraphDriver } = await docker.getContainer(name).inspect();
  const { UpperDir = '' } = (GraphDriver.Data ?? {}) as { UpperDir?: string };
  return [...tree(dirname(HostnamePath || HostsPath)), ...(existsSync(UpperDir) ? tree(UpperDir) : [])];
}

/** Of those that are there. */
async function eachOf(
  everybody: readonly Resident[],
  read: (name: string) => Promise<Piece[]>,
): Promise<Piece[]> {
  const all = await Promise.all(
    everybody.map(({ person }) =>
      read(`ara-${person.id}`).catch((error: unknown) => {
        if ((error as { statusCode?: number }).statusCode === 404) return [];
        throw error;
      }),
    ),
  );
  return all.flat();
}
