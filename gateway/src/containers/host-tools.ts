/** Runs the tools of the host that make, mount and lock users' disk images. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const WITHIN = 30_000;
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/**
 * @param input what it reads: never an argument, which everybody on the host can see
 * @returns what it printed
 * @throws Error when there is no such tool, or it failed
 */
export async function tool(name: string, args: readonly string[], input?: Buffer): Promise<string> {
  const folder = FOLDERS.find((each) => existsSync(join(each, name)));
  if (!folder) throw new Error(`there is no ${name}`);
  const running = run(join(folder, name), args, { timeout: WITHIN, env: {} });
  // One that ended without reading says so by how it ended.
  running.child.stdin?.on('error', () => undefined);
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** What a tool said first of why it failed. */
export const firstLine = (error: unknown): string =>
  ((error as { stderr?: string }).stderr || (error as Error).message).trim().split('\n')[0] ?? '';
