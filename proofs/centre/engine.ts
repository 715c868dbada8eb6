/** What the Docker engine holds of a user's container, and a stand-in beside it that shows that we would see it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Docker from 'dockerode';
import type { Report } from '../proof.js';
import { piece, tree, type Piece } from './place.js';

export const docker = new Docker({ socketPath: '/var/run/docker.sock' });

/** A container that does everything wrong: a secret each in a label, in its environment, in its log and in a file. */
export interface StandIn {
  name: string;
  label: string;
  environment: string;
  logged: string;
  written: string;
}

export async function startStandIn(report: Report, image: string, standIn: StandIn): Promise<void> {
  const { name, label, environment, logged, written } = standIn;
  await docker.createVolume({ Name: name, Labels: { 'ara.proof': label } });
  report.later(() => docker.getVolume(name).remove());
  const container = await docker.createContainer({
    name,
    Image: image,
    Entrypoint: ['/bin/sh', '-c'],
    Cmd: [`echo ${logged}; echo ${written} > /control; sleep 600`],
    Env: [`PATH=/usr/bin`, `CONTROL=${environment}`],
    Labels: { 'ara.proof': label },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'json-file', Config: {} } },
  });
  report.later(() => container.remove({ force: true }));
  await container.start();
  for (const end = Date.now() + 5_000; Date.now() < end; await new Promise((soon) => setTimeout(soon, 20))) {
    if ((await logs(name)).includes(logged)) return;
  }
  throw new Error('the stand-in did not come up');
}

export async function inspected(names: readonly string[]): Promise<Piece[]> {
  return Promise.all(
    names.map(async (name) =>
      piece(`inspect ${name}`, JSON.stringify(await docker.getContainer(name).inspect())),
    ),
  );
}

export async function inspectedVolumes(names: readonly string[]): Promise<Piece[]> {
  return Promise.all(
    names.map(async (name) =>
      piece(`inspect volume ${name}`, JSON.stringify(await docker.getVolume(name).inspect())),
    ),
  );
}

export async function inspectedImage(image: string): Promise<Piece[]> {
  const details = await docker.getImage(image).inspect();
  const history: unknown = await docker.getImage(image).history();
  return [
    piece(`inspect image ${image}`, JSON.stringify(details)),
    piece(`history of ${image}`, JSON.stringify(history)),
  ];
}

/** The engine's own folder of a container: its configuration, and its log if it keeps one. */
export async function engineFolders(names: readonly string[]): Promise<Piece[]> {
  const all = await Promise.all(
    names.map(async (name) => {
      const { HostsPath, HostnamePath } = await docker.getContainer(name).inspect();
      return tree(dirname(HostnamePath || HostsPath));
    }),
  );
  return all.flat();
}

/** What a container wrote beside its volume and its memory. */
export async function writtenLayers(names: readonly string[]): Promise<Piece[]> {
  const all = await Promise.all(
    names.map(async (name) => {
      const { GraphDriver } = await docker.getContainer(name).inspect();
      const { UpperDir } = GraphDriver.Data as { UpperDir?: string };
      if (!UpperDir || !existsSync(UpperDir))
        throw new Error(`${GraphDriver.Name}: the written layer cannot be read here`);
      return [piece(`the folder of ${name}`, UpperDir), ...tree(UpperDir)];
    }),
  );
  return all.flat();
}

/** The log as the engine hands it out; a refusal is kept as what it says. */
async function logs(name: string): Promise<Buffer> {
  try {
    return await docker.getContainer(name).logs({ stdout: true, stderr: true, follow: false });
  } catch (error) {
    return Buffer.from(String(error));
  }
}

export async function allLogs(names: readonly string[]): Promise<Piece[]> {
  return Promise.all(names.map(async (name) => piece(`logs of ${name}`, await logs(name))));
}

/** What the engine told its listeners since then. */
export async function events(since: number, names: readonly string[]): Promise<Piece[]> {
  const until = Math.ceil(Date.now() / 1_000);
  const stream = await docker.getEvents({ since, until, filters: { container: [...names] } });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
  return [piece('docker events', Buffer.concat(chunks))];
}

/** The processes of a container, as the host numbers them. */
export async function processesOf(name: string): Promise<number[]> {
  const { Titles, Processes } = (await docker.getContainer(name).top()) as {
    Titles: string[];
    Processes: string[][];
  };
  const at = Titles.indexOf('PID');
  return Processes.map((row) => Number(row[at]));
}

/** What anybody on this machine, or root, can read of how a process was started. */
export function startedWith(pids: readonly number[]): Piece[] {
  return pids.flatMap((pid) =>
    ['cmdline', 'environ'].flatMap((name) => {
      try {
        return [piece(`/proc/${pid}/${name}`, readFileSync(`/proc/${pid}/${name}`))];
      } catch {
        return []; // It has ended.
      }
    }),
  );
}

export async function volumeFiles(name: string): Promise<Piece[]> {
  return tree((await docker.getVolume(name).inspect()).Mountpoint);
}
