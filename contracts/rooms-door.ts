/**
 * `rooms.sock`, inside the container: the bridge room listens, the agent room calls.
 * GET  /v1/turns/next?wait=SECONDS   200 a `turn`, or 204 when none came; the call is the agent's sign of life, and its
 *                                    header `x-ara-agent` names the process, so that a new one is known
 * POST /v1/turns/:id/reply           newline-delimited `replyLine`s, streamed; answered when the answer is on disk
 * POST /v1/models/:provider/*        the provider's own HTTP API; the bridge room adds the key, the rest passes through
 * POST /v1/stopping                  the agent is idle and about to exit; 409 when a turn has just come
 */
import * as z from 'zod';
import { channelKind, chatId } from './ids.js';
import { modelChoice } from './gateway-door.js';
import { channelState } from './channel-state.js';

/** What the agent room is told once it asks for a turn. */
export const turn = z.strictObject({
  /** The journal's sequence number of the message: turns of one chat come in this order. */
  id: z.int().positive(),
  /** `message` goes to the model in order; `command` skips the queue of the model. */
  kind: z.enum(['message', 'command']),
  channel: channelKind,
  chat: chatId,
  text: z.string(),
  sentAt: z.int(),
  /** Above 1 when an earlier try ended in a crash. */
  attempt: z.int().positive(),
  /** In order of preference; empty when no key is set. */
  models: z.array(modelChoice),
  /** For /status. */
  status: z.strictObject({
    channels: z.array(z.strictObject({ channel: channelKind, state: channelState })),
    waiting: z.int().nonnegative(),
  }),
});
export type Turn = z.infer<typeof turn>;

/** Why a turn has no answer; the words for the user lie with the agent. */
export const failureReason = z.enum([
  'no-key',
  'bad-key',
  'provider-down',
  'over-quota',
  'rate-limited',
  'timeout',
  'refused-by-provider',
  'too-long',
  'crashed',
  'internal',
]);
export type FailureReason = z.infer<typeof failureReason>;

export const replyLine = z.discriminatedUnion('type', [
  /** More of the answer, Markdown. */
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  /** The last line. For `failed` and `cancelled` the text so far already tells the user why. */
  z.strictObject({
    type: z.literal('end'),
    outcome: z.enum(['answered', 'failed', 'cancelled']),
    reason: failureReason.nullable(),
    model: modelChoice.nullable(),
    inputTokens: z.int().nonnegative(),
    outputTokens: z.int().nonnegative(),
  }),
]);
export type ReplyLine = z.infer<typeof replyLine>;
