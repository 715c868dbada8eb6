/** A workspace in a folder of its own, beside files that it must not reach. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Workspace, type WorkspaceOptions } from './workspace.js';
import { WorkspaceError, type WorkspaceRefusal } from './workspace-error.js';

export const SECRET = 'what lies outside';

export interface Rig {
  readonly root: string;
  /** A folder beside the workspace, with `secret.txt` in it. */
  readonly outside: string;
  readonly workspace: Workspace;
  /** Everything that lies outside, with its content. */
  surroundings(): string[];
}

export function makeRig(quota?: number, options?: WorkspaceOptions): Rig {
  const home = mkdtempSync(join(tmpdir(), 'ara-workspace-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const root = join(home, 'workspace');
  const outside = join(home, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret.txt'), SECRET);
  return {
    root,
    outside,
    workspace: new Workspace(root, quota, options),
    surroundings: () => everythingIn(home).filter((line) => !line.startsWith('workspace/')),
  };
}

export const write = (workspace: Workspace, path: string, text: string): { replaced: boolean } =>
  workspace.write(path, Buffer.from(text));

/** What the work is refused with, or `none`. Anything but a refusal is thrown on. */
export function refusalOf(work: () => unknown): WorkspaceRefusal | 'none' {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof WorkspaceError) return error.refusal;
    throw error;
  }
}

/** Each file and link below a folder as `path: content`. */
export function everythingIn(folder: string, prefix = ''): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) return everythingIn(path, `${prefix}${name}/`);
    return [`${prefix}${name}: ${stats.isFile() ? readFileSync(path, 'utf8') : 'no file'}`];
  });
}
