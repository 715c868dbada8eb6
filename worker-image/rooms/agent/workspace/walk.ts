/** Goes through what lies in a folder of the workspace, depth first and in the order of names. */
import type { Folder } from './folder.js';
import { isName } from './path.js';

/** Found on the way; `parent` is open until the next one is asked for. */
export interface Step {
  path: string;
  name: string;
  parent: Folder;
  isFolder: boolean;
  /** 1 where it goes no deeper. */
  depth: number;
}

/**
 * Files and folders that can be asked for by their path; links, special files and odd names are passed over.
 * `depth` 1 is the folder's own entries; `prefix` leads to the folder and ends with a slash, or is empty.
 */
export function* walk(folder: Folder, depth: number, prefix: string): Generator<Step> {
  const entries = folder.entries().filter((entry) => isName(entry.name));
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const step = {
      path: prefix + entry.name,
      name: entry.name,
      parent: folder,
      isFolder: entry.isDirectory(),
      depth,
    };
    if (entry.isFile() || step.isFolder) yield step;
    if (step.isFolder && depth > 1) yield* inside(step);
  }
}

function* inside({ name, path, parent, depth }: Step): Generator<Step> {
  const folder = parent.folderOrNull(name);
  try {
    if (folder) yield* walk(folder, depth - 1, `${path}/`);
  } finally {
    folder?.close();
  }
}
