/**
 * The port of a tool: one file a tool in this folder and one line in `index.ts`. A tool runs in the agent room, so it has
 * no network and no secret; what needs either is asked of the bridge room.
 */
import type * as z from 'zod/mini';
import type { Turn } from '../../../../contracts/rooms-door.js';
import type { Image } from '../models/model.js';

/** The turn on whose behalf a tool runs. */
export interface ToolContext {
  turn: Pick<Turn, 'id' | 'channel' | 'chat' | 'sentAt'>;
  /** Fires when the turn is ended early. */
  signal: AbortSignal;
  /** Shows an image to the model, beside the result. */
  showImage(image: Image): void;
  /** Sends a file to the chat, behind the answer. @throws ToolError when it is too large or the bridge room refuses */
  sendFile(file: { name: string; path: string }, bytes: Uint8Array): Promise<void>;
  /** Puts an emoji on the user's message. */
  react(emoji: string): void;
}

export interface Tool<Arguments = unknown, Result = unknown> {
  /** `verb_noun`, as the model calls it. */
  name: string;
  /** To the model: what it does and when to use it, in as few words as will do; paid for with every message. */
  description: string;
  arguments: z.ZodMiniType<Arguments>;
  result: z.ZodMiniType<Result>;
  /** To the user, when it runs long: what is going on, such as `Searching your notes`. */
  progress: string;
  /** Whether it writes something down. Such a tool is not offered in a private turn. */
  leavesTrace: boolean;
  /** @throws ToolError, whose words the model is told; anything else is our mistake. */
  run(call: Arguments, context: ToolContext): Promise<Result> | Result;
}

/** A tool of any kind, as the registry keeps it. */
export interface AnyTool extends Omit<Tool, 'arguments' | 'result' | 'run'> {
  arguments: z.ZodMiniType;
  result: z.ZodMiniType;
  run(call: never, context: ToolContext): unknown;
}

/** What went wrong and what to do instead, in words for the model. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
