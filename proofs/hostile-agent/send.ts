/** Sends the hunter into a container, as one of its users; what it looks for travels masked. */
import type Docker from 'dockerode';
import { build } from 'esbuild';
import { inside } from '../../test/kit/inside.js';
import { MASK, type HuntInput, type HuntResult } from './hunt.js';

export interface Hunt extends Pick<HuntInput, 'attack' | 'home' | 'ports'> {
  /** What to look for, by name. */
  values: Record<string, string>;
  plantInFile: string;
  plantInEnvironment: string;
}

export async function sendHunter(container: Docker.Container, user: number, hunt: Hunt): Promise<HuntResult> {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/hunt.ts`],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'iife',
    globalName: 'hunter',
  });
  const { attack, home, ports, values, plantInFile, plantInEnvironment } = hunt;
  const input: HuntInput = {
    attack,
    home,
    ports,
    masked: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mask(value)])),
    plantedInFile: mask(plantInFile),
    plantedInEnvironment: mask(plantInEnvironment),
  };
  const script = `${outputFiles[0]?.text ?? ''}; return hunter.hunt(${JSON.stringify(input)});`;
  return inside<HuntResult>(container, user, script);
}

const mask = (value: string): string =>
  Buffer.from([...Buffer.from(value)].map((byte) => byte ^ MASK)).toString('hex');
