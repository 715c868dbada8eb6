/** `read_file`: text by lines; an image is shown to the model. */
import * as z from 'zod/mini';
import { imageOf, MAX_IMAGE_BYTES } from '../inbox/looking.js';
import { forModel } from '../workspace/for-model.js';
import { imageType } from '../workspace/image.js';
import { sizeOf, stretchOf } from '../workspace/text.js';
import type { Workspace } from '../workspace/workspace.js';
import { ToolError, type Tool, type ToolContext } from './tool.js';

const LONGEST_TEXT = 20_000;

const parameters = z.object({
  path: z.string().check(z.describe('such as notes/trip.md')),
  from: z._default(z.int().check(z.minimum(1), z.maximum(5_000_000)), 1).check(z.describe('first line')),
  lines: z._default(z.int().check(z.minimum(1), z.maximum(10_000)), 10_000),
});
type Arguments = z.infer<typeof parameters>;

export const readFileTool = (workspace: Workspace): Tool<Arguments, string> => ({
  name: 'read_file',
  description: "Reads a text file of the user's workspace, or looks at an image there.",
  arguments: parameters,
  result: z.string(),
  progress: 'Reading a file',
  leavesTrace: false,
  run: (call, context) => forModel(() => lookAt(call, workspace, context) ?? readLines(call, workspace)),
});

/** Null for what is no image. */
function lookAt({ path }: Arguments, workspace: Workspace, context: ToolContext): string | null {
  const bytes = workspace.read(path);
  const mediaType = imageType(bytes);
  if (!mediaType) return null;
  const told = `${mediaType}, ${sizeOf(bytes.length)}`;
  if (bytes.length > MAX_IMAGE_BYTES) {
    throw new ToolError(`This image (${told}) is too large to look at. send_file gives it to the user.`);
  }
  const image = imageOf(bytes);
  if (!image) throw new ToolError(`This image (${told}) is damaged. send_file gives it to the user.`);
  context.showImage(image);
  return `[an image, ${told}, shown beside this]`;
}

/** One line about what is shown comes first, so that the text needs no other mark of its end. */
function readLines({ path, from, lines }: Arguments, workspace: Workspace): string {
  const text = workspace.readText(path);
  if (text === '') return '[an empty file]';
  const { first, last, total, cut, text: shown } = stretchOf(text, from, lines, LONGEST_TEXT);
  if (last < first) throw new ToolError(`This file has ${total} lines only.`);
  if (first === 1 && last === total && !cut) return `[all ${total} lines]\n${shown}`;
  const why = cut ? `; cut after ${LONGEST_TEXT} characters` : '';
  const onward = last < total ? `; read on from line ${last + 1}` : '';
  return `[lines ${first} to ${last} of ${total}${why}${onward}]\n${shown}`;
}
