/** One installation under watch: its gateway, database, queue and engine, and every place where it could keep something. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Installation } from '../../test/kit/installation.js';
import type { Person } from '../kit/person.js';
import type { Report } from '../proof.js';
import type { Assets } from './assets.js';
import * as engine from './engine.js';
import { HttpProbe } from './http.js';
import { piece, tree, type Place } from './place.js';
import { PostgresProbe } from './postgres.js';
import { RedisProbe } from './redis.js';

const IMAGE = 'ara-worker:local';

export class WatchedCentre {
  readonly http: HttpProbe;
  readonly people: Pick<Person, 'id'>[] = [];
  private readonly began = Math.floor(Date.now() / 1_000);
  /** What is found where it was planted; each is a value of its own. */
  private readonly controls = {
    row: control(),
    deletedRow: control(),
    key: control(),
    deletedKey: control(),
    standIn: {
      name: `ara-proof-${control()}`,
      label: control(),
      environment: control(),
      logged: control(),
      written: control(),
    },
  };

  private constructor(
    /** `polling` or `webhooks`. */
    readonly title: string,
    readonly ara: Installation,
    readonly postgres: PostgresProbe,
    readonly redis: RedisProbe,
  ) {
    this.http = new HttpProbe(ara);
  }

  /** Before the first user: so that nothing is missed. */
  static async watch(report: Report, title: string, ara: Installation): Promise<WatchedCentre> {
    const [postgres, redis] = await Promise.all([
      PostgresProbe.connect(report, ara.runDir),
      RedisProbe.connect(report, ara.runDir),
    ]);
    const centre = new WatchedCentre(title, ara, postgres, redis);
    const { row, deletedRow, key, deletedKey, standIn } = centre.controls;
    await Promise.all([
      postgres.plant(row, deletedRow),
      redis.plant(key, deletedKey),
      engine.startStandIn(report, IMAGE, standIn),
    ]);
    return centre;
  }

  /** Everything that can be read while it runs. */
  places(assets: Assets): Place[] {
    const { ara, postgres, redis, people, controls } = this;
    const { standIn } = controls;
    const account = people[0]?.id ?? '';
    const containers = [...people.map(({ id }) => `ara-${id}`), standIn.name];
    const { isForgery, isSecret } = assets;
    const queue = { allowed: isForgery };
    return [
      { name: 'Postgres tables', control: controls.row, read: () => postgres.tables() },
      {
        name: 'Postgres files and write-ahead log',
        control: controls.deletedRow,
        read: () => postgres.files(),
      },
      {
        name: 'Redis commands (MONITOR)',
        control: controls.deletedKey,
        read: () => redis.commandsSent(),
        ...queue,
      },
      { name: 'Redis keys, slow log and clients', control: controls.key, read: () => redis.keys(), ...queue },
      { name: 'Redis files (AOF)', control: controls.deletedKey, read: () => tree(redis.folder), ...queue },
      { name: 'Redis files (RDB)', control: controls.key, read: () => redis.files(), ...queue },
      { name: 'gateway log', control: account, read: () => tree(join(ara.dataDir, 'logs')) },
      {
        name: 'gateway output',
        control: 'Ara is at http',
        read: () => [piece('stdout and stderr', ara.output)],
      },
      {
        name: 'HTTP answers, health and metrics',
        control: account,
        read: () => this.http.everything(people.map(({ id }) => id)),
      },
      {
        name: 'data folder',
        control: account,
        read: () => tree(ara.dataDir, [redis.folder, postgres.folder]),
      },
      { name: 'run folder', control: account, read: () => tree(ara.runDir) },
      {
        name: 'environment and arguments of processes',
        control: standIn.environment,
        read: () => this.processes(containers),
      },
      {
        name: 'docker inspect of containers',
        control: standIn.environment,
        read: () => engine.inspected(containers),
      },
      {
        name: 'docker inspect of volumes',
        control: standIn.label,
        read: () => engine.inspectedVolumes(containers),
      },
      {
        name: 'docker inspect and history of the image',
        control: IMAGE,
        read: () => engine.inspectedImage(IMAGE),
      },
      {
        name: "the engine's folders of containers",
        control: standIn.logged,
        read: () => engine.engineFolders(containers),
      },
      { name: 'container logs', control: standIn.logged, read: () => engine.allLogs(containers) },
      {
        name: "containers' written layers",
        control: standIn.written,
        read: () => engine.writtenLayers(containers),
      },
      { name: 'docker events', control: standIn.label, read: () => engine.events(this.began, containers) },
      // Here everything of the user does live: only credentials may not lie open.
      {
        name: "credentials in the user's own volume",
        control: assets.values.get(`${this.title}: text asked`) ?? '',
        read: async () => (await Promise.all(people.map(({ id }) => engine.volumeFiles(`ara-${id}`)))).flat(),
        allowed: (name) => !isSecret(name),
      },
    ];
  }

  /** What is left on disk once everything has stopped. */
  placesAfterTheStop(assets: Assets): Place[] {
    const { ara, redis, postgres } = this;
    return [
      {
        name: 'data folder after the stop',
        control: this.people[0]?.id ?? '',
        read: () => tree(ara.dataDir),
        allowed: assets.isForgery,
      },
      {
        name: 'Postgres files after the stop',
        control: this.controls.row,
        read: () => tree(postgres.folder),
      },
      {
        name: 'Redis files after the stop',
        control: this.controls.key,
        read: () => tree(redis.folder),
        allowed: assets.isForgery,
      },
    ];
  }

  private async processes(containers: readonly string[]) {
    const server = await this.redis.processId();
    const postmaster = Number(
      readFileSync(join(this.postgres.folder, 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    const inside = (await Promise.all(containers.map((name) => engine.processesOf(name)))).flat();
    return engine.startedWith([
      this.ara.gatewayPid,
      server,
      postmaster,
      ...childrenOf(postmaster),
      ...inside,
    ]);
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const fields = /^\d+ \(.*\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'));
      return Number(fields?.[1]) === parent ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Not an asset: where it lies is the proof that it would be found. */
const control = (): string => randomBytes(16).toString('hex');
