/** How much of the workspace is in use: what is counted, and how. */
import { isUnfinished, type Folder } from './folder.js';

export interface Usage {
  files: number;
  bytes: number;
}

/** Counts every file, whatever its name; removes what a crash left unfinished. */
export function measure(folder: Folder): Usage {
  const used = { files: 0, bytes: 0 };
  for (const entry of folder.entries()) {
    if (entry.isDirectory()) add(used, inFolder(folder, entry.name, measure));
    else if (isUnfinished(entry.name)) folder.removeFile(entry.name);
    else add(used, { files: 1, bytes: folder.stat(entry.name)?.size ?? 0 });
  }
  return used;
}

/** Removes a folder with all in it, links as links. Tells what is gone. */
export function removeAll(parent: Folder, name: string): Usage {
  const removed = inFolder(parent, name, (folder) => {
    const used = { files: 0, bytes: 0 };
    for (const entry of folder.entries()) {
      if (entry.isDirectory()) add(used, removeAll(folder, entry.name));
      // Of a file that is on its way in nothing was counted yet.
      else if (isUnfinished(entry.name)) folder.removeFile(entry.name);
      else add(used, removeOne(folder, entry.name));
    }
    return used;
  });
  parent.removeFolder(name);
  return removed;
}

export function removeOne(folder: Folder, name: string): Usage {
  const bytes = folder.stat(name)?.size ?? 0;
  folder.removeFile(name);
  return { files: 1, bytes };
}

function inFolder(parent: Folder, name: string, work: (folder: Folder) => Usage): Usage {
  const folder = parent.folderOrNull(name);
  try {
    return folder ? work(folder) : { files: 0, bytes: 0 };
  } finally {
    folder?.close();
  }
}

function add(to: Usage, more: Usage): void {
  to.files += more.files;
  to.bytes += more.bytes;
}
