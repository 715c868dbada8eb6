/** Runs programs for the image scripts, the docker command above all, and says plainly what failed. */
import { spawn } from 'node:child_process';

/** What went wrong, in words for the person at the terminal. */
export class BuildError extends Error {}

export const say = (line) => console.log(`  ${line}`);

/**
 * Runs a program to its end and gives what it wrote to standard output.
 * `timeout` in milliseconds ends it; `anyCode` takes every exit code for a success.
 */
export function run(program, args, { cwd, timeout = 0, env, anyCode = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.once('error', (error) =>
      reject(
        new BuildError(error.code === 'ENOENT' ? `The program ${program} is not installed.` : error.message),
      ),
    );
    child.once('close', (code) => {
      if (code === 0 || (anyCode && code !== null)) return resolve(output.trim());
      const lines = (errors.trim() || output.trim()).split('\n');
      // The cause is at one end or the other.
      const tail = lines.length > 30 ? [...lines.slice(0, 15), '…', ...lines.slice(-15)] : lines;
      reject(new BuildError(`${program} ${args[0]} failed (${code ?? 'timed out'}):\n${tail.join('\n')}`));
    });
  });
}

export const docker = (args, options) => run('docker', args, options);

/** @throws BuildError when no engine answers. */
export async function needEngine() {
  try {
    await docker(['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 });
  } catch (error) {
    throw new BuildError(`Docker engine does not answer: ${error.message.split('\n').pop()}`);
  }
}

/** The image's id and our labels on it, or null when the engine has no such image. */
export async function image(tag) {
  const text = await docker(['image', 'inspect', tag]).catch(() => null);
  if (text === null) return null;
  const [found] = JSON.parse(text);
  return { id: found.Id, labels: found.Config?.Labels ?? {}, size: found.Size };
}

export async function isPullable(tag, timeout) {
  return docker(['pull', '--quiet', tag], { timeout }).then(
    () => true,
    () => false,
  );
}

export const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
