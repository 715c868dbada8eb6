/** Inside a user's container: runs a script as one of its users, as an attacker who got that far would. */
import { Writable } from 'node:stream';
import type Docker from 'dockerode';

export const BRIDGE = 10_001;
export const AGENT = 10_002;
export const ROOT = 0;

/** What dockerode does not declare of its own. */
interface Demultiplexer {
  demuxStream(from: NodeJS.ReadableStream, out: Writable, errors: Writable): void;
}

/** Gives what the script's function returned, which must be JSON. It may await and has `require`. */
export async function inside<T>(container: Docker.Container, uid: number, script: string): Promise<T> {
  const wrapped = `(async () => {${script}})().then(
    (value) => process.stdout.write(JSON.stringify({ value: value ?? null })),
    (error) => process.stdout.write(JSON.stringify({ error: String(error && error.stack) })),
  ).finally(() => process.exit(0))`;
  const exec = await container.exec({
    Cmd: ['/usr/bin/node', '-e', wrapped],
    User: `${uid}:${uid}`,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({});
  const output = { out: '', errors: '' };
  const into = (name: keyof typeof output): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        output[name] += chunk.toString();
        done();
      },
    });
  const { modem } = container as unknown as { modem: Demultiplexer };
  modem.demuxStream(stream, into('out'), into('errors'));
  await new Promise((resolve) => stream.once('end', resolve));
  if (!output.out.startsWith('{')) throw new Error(`the script said: ${output.out}${output.errors}`);
  const result = JSON.parse(output.out) as { value: T; error?: string };
  if (result.error) throw new Error(result.error);
  return result.value;
}
