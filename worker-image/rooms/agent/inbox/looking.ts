/** The pictures of a question as a model is shown them, read from the workspace when it is asked. */
import { imageType } from '../workspace/image.js';
import type { Image } from '../models/model.js';
import type { Workspace } from '../workspace/workspace.js';
import { WorkspaceError } from '../workspace/workspace-error.js';
import type { KeptFile } from './arrival.js';
import { withoutMetadata } from './metadata/metadata.js';

/** What every provider takes of one picture, and what one request has room for, in bytes. */
export const MAX_IMAGE_BYTES = 5_000_000;
const MAX_ALL_BYTES = 15_000_000;

/**
 * Null for what is no picture, too large for a model, or damaged. Whatever way it came into the workspace, it is shown
 * without where and when it was made.
 */
export function imageOf(bytes: Buffer): Image | null {
  const mediaType = bytes.length <= MAX_IMAGE_BYTES ? imageType(bytes) : null;
  const clean = mediaType && withoutMetadata(bytes, mediaType);
  return clean && { mediaType, data: clean.toString('base64') };
}

/** The first ones, as far as one request has room. What is gone from the workspace is left out. */
export function imagesOf(files: readonly KeptFile[], workspace: Workspace): Image[] {
  let left = MAX_ALL_BYTES;
  return files.flatMap(({ path, type }) => {
    if (!type.startsWith('image/')) return [];
    const bytes = readIfThere(workspace, path);
    const image = bytes && bytes.length <= left ? imageOf(bytes) : null;
    if (!image) return [];
    left -= bytes?.length ?? 0;
    return [image];
  });
}

function readIfThere(workspace: Workspace, path: string): Buffer | null {
  try {
    return workspace.read(path);
  } catch (error) {
    if (error instanceof WorkspaceError) return null;
    throw error;
  }
}
