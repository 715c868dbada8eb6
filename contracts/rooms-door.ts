/**
 * `rooms.sock`, inside the container: the bridge room listens, the agent room calls.
 * GET  /v1/turns/next?wait=SECONDS   200 an `errand`, or 204 when none came; the call is the agent's sign of life, and its
 *                                    header `x-ara-agent` names the process, so that a new one is known; `x-ara-cleared` says
 *                                    what it cleared first, when the bridge room left an order beside this socket
 * POST /v1/turns/:id/reply           newline-delimited `replyLine`s, streamed; answered when the answer is on disk
 * POST /v1/turns/:id/more            `moreResponse`: what this chat sent meanwhile; from now on part of the turn
 * GET  /v1/turns/:id/attachments/:number  the bytes of a file that came with the turn, fetched from its platform now,
 *                                    ≤ `MAX_INCOMING`; `too-large`, `not-found` when it is gone there, `platform-unreachable`
 * POST /v1/turns/:id/files?name=NAME the bytes of a file that goes to the chat behind the reply's text, ≤ `MAX_FILE`;
 *                                    `&path=PATH` where it lies in the workspace, for a chat that shows it from there
 * POST /v1/turns/:id/budget          `budgetResponse`: sets the caps that the user's own `/budget` message names
 * POST /v1/turns/:id/host            `hostDecision`: stops or allows the host that the user's own `/privacy` message names
 * POST /v1/turns                     `ownTurnRequest` → `ownTurnResponse`: a turn that nobody wrote, such as a reminder
 * POST /v1/models/:provider/*        the provider's own HTTP API; the bridge room adds the key, meters the call and refuses
 *                                    one that is over the budget; the header `x-ara-turn` names the turn that pays.
 *                                    `audio/transcriptions?model=NAME` takes the sound itself; the bridge room makes the form
 * GET  /v1/settings                  `agentSettings`
 * GET  /v1/spending                  `spending`
 * GET  /v1/hosts                     `hostTable`: what the container may reach, and what has gone there
 * PUT  /v1/wake                      `wakeRequest` of the gateway's door: give me the errand `wake` at this time
 * POST /v1/stopping                  the agent is idle and about to exit; 409 when a turn has just come
 */
import * as z from 'zod';
import { channelKind, chatId, linkableKind, provider } from './ids.js';
import { catalogue, modelChoice } from './gateway-door.js';
import { channelState } from './channel-state.js';
import { attachment } from './message.js';

/** Largest file that goes to a chat, in bytes: what Telegram takes from a bot. */
export const MAX_FILE = 50_000_000;

/** A file that came with a turn: what its sender says of it. How it is fetched, the agent room is not told. */
export const turnAttachment = attachment.omit({ reference: true }).extend({
  /** Names it within the turn, from 1 on. */
  number: z.int().positive(),
});
export type TurnAttachment = z.infer<typeof turnAttachment>;

/** What one message, or several that are one turn, brought beside their text. */
const brought = {
  /** In the order in which they came. */
  attachments: z.array(turnAttachment),
  /** What the messages reply to, a blank line between two; null for nothing. Somebody else may have written it. */
  quoted: z.string().nullable(),
};

/** What the agent room is told once it asks for a turn. */
export const turn = z.strictObject({
  /** The journal's sequence number of the turn's first message: turns of one chat come in this order. */
  id: z.int().positive(),
  /**
   * `message` goes to the model in order; `command` skips the queue of the model; `own` is one that the agent asked for by
   * `POST /v1/turns`, and takes its place among the messages of its chat.
   */
  kind: z.enum(['message', 'command', 'own']),
  channel: channelKind,
  chat: chatId,
  /** Of several messages, all texts, a blank line between two. */
  text: z.string(),
  ...brought,
  sentAt: z.int(),
  /** Whether the channel can put a sign on the user's message: a reply line `reaction`. */
  reactions: z.boolean(),
  /** For `own`: the key it was asked for with. */
  key: z.string().nullable(),
  /** Above 1 when an earlier try ended in a crash. */
  attempt: z.int().positive(),
  /** In order of preference; empty when no key is set. */
  models: z.array(modelChoice),
  /** Changes when `agentSettings` do. */
  settingsVersion: z.int(),
  /** For /status. */
  status: z.strictObject({
    /** Those that are linked. */
    channels: z.array(z.strictObject({ channel: linkableKind, state: channelState })),
    waiting: z.int().nonnegative(),
  }),
});
export type Turn = z.infer<typeof turn>;

/** What the agent room may be given: a turn, which ends with a reply, or a word that needs no answer. */
export const errand = z.discriminatedUnion('kind', [
  turn,
  /** The time of `PUT /v1/wake` has come. Comes again until a later time is set, or none. */
  z.strictObject({ kind: z.literal('wake') }),
  /** Somebody wants to see the content: listen on `agent.sock`. */
  z.strictObject({ kind: z.literal('content') }),
  /** The chat of a running turn has sent more: `POST /v1/turns/:id/more` takes it in. */
  z.strictObject({ kind: z.literal('nudge'), turn: z.int().positive() }),
]);
export type Errand = z.infer<typeof errand>;

/** Messages that have just become part of a turn, in their order. They share its outcome, and come again with it. */
export const moreResponse = z.strictObject({
  messages: z.array(z.strictObject({ text: z.string(), sentAt: z.int(), ...brought })),
});
export type MoreResponse = z.infer<typeof moreResponse>;

export const ownTurnRequest = z.strictObject({
  /** Names it for good: asked for twice, it comes once. */
  key: z.string().regex(/^[a-z]+\.[A-Za-z0-9._-]{1,150}$/),
  channel: channelKind,
  chat: chatId,
  text: z.string().min(1).max(10_000),
});
export type OwnTurnRequest = z.infer<typeof ownTurnRequest>;
export const ownTurnResponse = z.strictObject({ fresh: z.boolean() });

/** What the agent room may know of the account's settings. */
export const agentSettings = z.strictObject({
  version: z.int(),
  models: z.array(modelChoice),
  catalogue,
  /** Where the dashboard is, as far as it is known here: absent on one machine. */
  address: z.url().optional(),
});
export type AgentSettings = z.infer<typeof agentSettings>;

const micros = z.int().nonnegative();

/** Millionths of a US dollar; null is no cap. */
export const caps = z.strictObject({ day: micros.nullable(), month: micros.nullable() });
export type Caps = z.infer<typeof caps>;

/** What was spent, in millionths of a US dollar. Days and months are of UTC. */
export const spending = z.strictObject({
  caps,
  today: micros,
  thisMonth: micros,
  /** The last 31 days, newest first. */
  rows: z.array(
    z.strictObject({
      day: z.iso.date(),
      provider,
      model: z.string(),
      calls: z.int().nonnegative(),
      inputTokens: z.int().nonnegative(),
      cachedTokens: z.int().nonnegative(),
      outputTokens: z.int().nonnegative(),
      costMicros: micros,
    }),
  ),
});
export type Spending = z.infer<typeof spending>;

/** `understood` is false when the message named no amount that could be read; then nothing has changed. */
export const budgetResponse = z.strictObject({ understood: z.boolean(), spending });

/** What came of a `/privacy stop HOST` or `/privacy allow HOST`. */
export const hostDecision = z.strictObject({
  outcome: z.enum([
    'stopped',
    'allowed',
    /** It carries the chat that the command came from: it is stopped when the answer is out. */
    'stops-after-this',
    /** So it would be, once the user says so twice. */
    'needs-yes',
    'unknown-host',
    'not-understood',
  ]),
  host: z.string().nullable(),
});
export type HostDecision = z.infer<typeof hostDecision>;

/** Why a turn has no answer; the words for the user lie with the agent. */
export const failureReason = z.enum([
  'no-key',
  'bad-key',
  'provider-down',
  'host-stopped',
  'over-quota',
  'over-budget',
  'rate-limited',
  'timeout',
  'refused-by-provider',
  'too-long',
  'storage-full',
  'crashed',
  'internal',
]);
export type FailureReason = z.infer<typeof failureReason>;

export const replyLine = z.discriminatedUnion('type', [
  /** More of the answer, Markdown. */
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  /** One short line shown below the text as long as no more of it comes; never part of the answer. */
  z.strictObject({ type: z.literal('progress'), text: z.string().max(200) }),
  /** Short answers that the user may choose from; where a channel has buttons, as buttons that send their own text. */
  z.strictObject({
    type: z.literal('choices'),
    choices: z.array(z.string().min(1).max(40)).min(1).max(6),
  }),
  /** A sign on the user's last message, beside the answer; the last one counts. Nothing where the channel has none. */
  z.strictObject({ type: z.literal('reaction'), emoji: z.string().min(1).max(32) }),
  /** The last line. For `failed` and `cancelled` the text so far already tells the user why. */
  z.strictObject({
    type: z.literal('end'),
    outcome: z.enum(['answered', 'failed', 'cancelled']),
    reason: failureReason.nullable(),
    model: modelChoice.nullable(),
    /** A channel to unlink once this answer is out; taken from a turn whose text is `/unlink …` only. */
    unlink: linkableKind.nullable(),
    /** Nothing of this turn may stay on the disk once it is over. */
    leaveNoTrace: z.boolean(),
  }),
]);
export type ReplyLine = z.infer<typeof replyLine>;
