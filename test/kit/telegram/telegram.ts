/** A Telegram on this machine: the Bot API over HTTP(S), with hands for the test to be the users and to break things. */
import { ApiProblem, type UpdateContent, unauthorized } from './telegram-problem.js';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiSuccess, Update } from '@grammyjs/types';
import { Listener, reset, sendJson, type ListenerOptions } from '../listener.js';
import { sendFile, sendProblem } from './telegram-answers.js';
import { Faults, problemOf, type Fault, type FaultTarget } from './telegram-faults.js';
import { tapButton } from './telegram-markup.js';
import { added, mediaOf, type Shared } from './telegram-media.js';
import { methods, type MethodEvents } from './telegram-methods.js';
import { methodNamed, readArguments, readParameters, type Method } from './telegram-parameters.js';
import { newBot, type BotState, type SentMessage } from './telegram-state.js';
import type { CallRecord, TimelineEntry } from './telegram-state.js';
import { OTHER_GET_UPDATES, UpdateQueue } from './telegram-updates.js';
import {
  blockedByUser,
  editedByUser,
  learnFrom,
  transcriptOf,
  transcriptsOf,
  userMessage,
  type Say,
} from './telegram-users.js';
import { WatchedList } from '../watched-list.js';

export type { CallRecord, Fault, FaultTarget, Say, SentMessage, TimelineEntry };

export interface FakeTelegramOptions extends ListenerOptions {
  /** The authority of the webhooks' certificates. */
  webhookCa?: string;
  /** Telegram itself never posts to plain HTTP. */
  allowHttpWebhooks?: boolean;
  webhookRetryDelayMs?: number;
}

/** What names a bot to the test; `addBot` makes it. */
export interface FakeBot {
  readonly token: string;
  readonly id: number;
  readonly username: string;
}

export async function startFakeTelegram(options: FakeTelegramOptions = {}): Promise<FakeTelegram> {
  const telegram = new FakeTelegram(options);
  await telegram.restart();
  return telegram;
}

export class FakeTelegram {
  /** Calls with unknown methods or parameters, or with parameters of the wrong form. A good client leaves this empty. */
  readonly violations: string[] = [];
  readonly calls: CallRecord[] = [];
  readonly timeline: TimelineEntry[] = [];
  readonly #listener: Listener;
  readonly #bots = new Map<string, BotState>();
  readonly #sent = new Map<string, WatchedList<SentMessage>>();
  readonly #faults = new Faults();
  readonly #events: MethodEvents;
  #lastBotId = 7_000_000_000;

  constructor(private readonly options: FakeTelegramOptions) {
    this.#listener = new Listener(options, (request, response, body) => this.#take(request, response, body));
    this.#events = {
      sent: (bot, message) => this.#sent.get(bot.token)?.add(message),
      changed: (bot, message) => this.#sent.get(bot.token)?.changed(message),
      allowHttpWebhooks: options.allowHttpWebhooks ?? false,
    };
  }

  /** The `apiRoot` for a client. */
  get url(): string {
    return this.#listener.url;
  }

  get port(): number {
    return this.#listener.port;
  }

  addBot({ username, token: given }: { username: string; token?: string }): FakeBot {
    const id = given === undefined ? ++this.#lastBotId : Number(given.split(':')[0]);
    const token = given ?? `${id}:${randomBytes(26).toString('base64url')}`;
    const webhookOptions = {
      retryDelayMs: this.options.webhookRetryDelayMs ?? 100,
      ...(this.options.webhookCa !== undefined && { ca: this.options.webhookCa }),
    };
    const updates = new UpdateQueue(webhookOptions, (updateId) => {
      this.timeline.push({ kind: 'delivered', at: performance.now(), botId: id, updateId });
    });
    this.#sent.set(token, new WatchedList());
    this.#bots.set(token, newBot(id, token, username, updates));
    return { token, id, username };
  }

  /** A user writes to the bot; in a private chat unless told otherwise. */
  say(bot: FakeBot, say: Say): { updateId: number; messageId: number } {
    const state = this.#state(bot);
    const message = userMessage(state, say);
    const entry = { chatId: message.chat.id, messageId: message.message_id, text: say.text };
    const updateId = ++state.lastUpdateId;
    this.timeline.push({ kind: 'say', at: performance.now(), botId: bot.id, updateId, ...entry });
    state.updates.add({ update_id: updateId, message: message as NonNullable<Update['message']> });
    return { updateId, messageId: message.message_id };
  }

  /** The owner of a private chat taps a button of its reply keyboard. */
  tap(bot: FakeBot, userId: number, button: string): { updateId: number; messageId: number } {
    tapButton(this.#state(bot).chats.get(userId), button);
    return this.say(bot, { userId, text: button });
  }

  /** The buttons of the reply keyboard that the user sees, row by row; none when it is put away or removed. */
  keyboard(bot: FakeBot, chatId: number): string[][] {
    const keyboard = this.#state(bot).chats.get(chatId)?.keyboard;
    return keyboard?.open ? keyboard.buttons : [];
  }

  /** Any update as Telegram would send it; with an `update_id` of its own it repeats or skips. */
  push(bot: FakeBot, update: UpdateContent & { update_id?: number }): number {
    const state = this.#state(bot);
    learnFrom(state, update);
    const updateId = update.update_id ?? state.lastUpdateId + 1;
    state.lastUpdateId = Math.max(state.lastUpdateId, updateId);
    state.updates.add({ ...update, update_id: updateId });
    return updateId;
  }

  /** A user changes a message of theirs. */
  edit(bot: FakeBot, change: { chatId: number; messageId: number; text: string }): number {
    return this.push(bot, editedByUser(this.#state(bot), change.chatId, change.messageId, change.text));
  }

  /** A user blocks the bot: it gets 403 until it is let in again with `false`. */
  block(bot: FakeBot, userId: number, blocked = true): void {
    this.push(bot, blockedByUser(this.#state(bot), userId, blocked));
  }

  /** Something for `getFile` and the download that follows; answers the file id. */
  addFile(bot: FakeBot, path: string, content: Buffer): string {
    return added(this.#state(bot), '', content, path).file_id;
  }

  /** A user sends something else than a text, perhaps with a text below it. Answers the message's number. */
  share(bot: FakeBot, { caption, ...say }: Omit<Say, 'text'> & { caption?: string }, shared: Shared): number {
    const state = this.#state(bot);
    const { text: _none, entities: _entities, ...message } = userMessage(state, { ...say, text: '' });
    this.push(bot, {
      message: { ...message, ...mediaOf(state, shared), ...(caption !== undefined && { caption }) } as never,
    });
    return message.message_id;
  }

  /** The signs on a message, by whomever. */
  reactions(bot: FakeBot, chatId: number, messageId: number): readonly string[] {
    return this.#state(bot).chats.get(chatId)?.lines.get(messageId)?.reactions ?? [];
  }

  /** The people that this bot writes to take no voice notes. */
  refuseVoice(bot: FakeBot): void {
    this.#state(bot).refusesVoice = true;
  }

  /** The next downloads break off in the middle. */
  breakDownloads(bot: FakeBot, times: number): void {
    this.#state(bot).brokenDownloads = times;
  }

  /** What the bot sent, oldest first, deleted ones too. */
  messages(bot: FakeBot, chatId?: number, threadId?: number): SentMessage[] {
    const sent = this.#sent.get(bot.token)?.items ?? [];
    return sent.filter(
      (message) =>
        (chatId === undefined || message.chatId === chatId) &&
        (threadId === undefined || message.threadId === threadId),
    );
  }

  /** The first message that fits, now or after any later send, edit or deletion. */
  waitForMessage(
    bot: FakeBot,
    predicate: (message: SentMessage) => boolean,
    timeoutMs = 5000,
  ): Promise<SentMessage> {
    const list = this.#sent.get(bot.token) ?? new WatchedList<SentMessage>();
    return list.waitFor(predicate, timeoutMs, () => transcriptsOf(this.#state(bot)));
  }

  transcript(bot: FakeBot, chatId: number): string {
    const chat = this.#state(bot).chats.get(chatId);
    return chat ? transcriptOf(chat) : '';
  }

  /** Every chat of every bot. */
  transcripts(): string {
    return [...this.#bots.values()].map(transcriptsOf).join('\n');
  }

  /** Updates that the bot has not confirmed yet. */
  pendingUpdates(bot: FakeBot): number {
    return this.#state(bot).updates.pending.length;
  }

  fail(bot: FakeBot, target: FaultTarget, fault: Fault, times = 1): void {
    this.#faults.add(bot.token, target, fault, times);
  }

  /** Takes back the faults that have not struck yet. */
  heal(bot: FakeBot): void {
    this.#faults.clear(bot.token);
  }

  /** As if another program polled with the same token: the poll under way, or else the next one, gets 409. */
  conflict(bot: FakeBot): void {
    const struck = this.#state(bot).updates.interrupt(new ApiProblem(409, OTHER_GET_UPDATES));
    if (!struck) this.fail(bot, 'getUpdates', { status: 409 });
  }

  /** The owner took the token back at BotFather. */
  revoke(bot: FakeBot): void {
    const state = this.#state(bot);
    state.revoked = true;
    state.updates.deleteWebhook();
    state.updates.interrupt(unauthorized());
  }

  /** Cuts every connection; users can go on writing meanwhile. */
  async stop(): Promise<void> {
    for (const { updates } of this.#bots.values()) updates.suspend();
    await this.#listener.stop();
  }

  /** Comes up again at the same address with everything it knew. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#listener.start();
    for (const { updates } of this.#bots.values()) updates.resume();
  }

  #state(bot: FakeBot): BotState {
    const state = this.#bots.get(bot.token);
    if (!state) throw new Error(`no bot @${bot.username} here`);
    return state;
  }

  async #take(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const [path = '', query] = (request.url ?? '').split('?', 2);
    const [, file, token = '', rest = ''] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(path) ?? [];
    const bot = this.#bots.get(token);
    if (rest === '') sendProblem(response, new ApiProblem(404, 'Not Found'));
    else if (!bot || bot.revoked) sendProblem(response, unauthorized());
    else if (file) sendFile(response, bot, rest);
    else await this.#call(bot, rest, () => readParameters(request, query, body), response);
  }

  async #call(
    bot: BotState,
    name: string,
    read: () => Record<string, unknown>,
    response: ServerResponse,
  ): Promise<void> {
    const call: CallRecord = {
      kind: 'call',
      at: performance.now(),
      botId: bot.user.id,
      method: name,
      params: {},
    };
    this.calls.push(call);
    this.timeline.push(call);
    const answer = (status: number): void => {
      call.status = status;
      call.answeredAt = performance.now();
    };
    try {
      const method = methodNamed(name);
      if (!method) throw this.#violation(name, new ApiProblem(404, 'Not Found: method not found'));
      call.method = method;
      call.params = read();
      const result = await this.#run(bot, method, call.params, response);
      answer(result ? 200 : 0);
      if (result === 'reset') reset(response);
      else if (result) sendJson(response, 200, result);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      answer(error.status);
      sendProblem(response, error);
    }
  }

  /** The answer, or what becomes of the connection instead; nothing where it is left to hang. */
  async #run(
    bot: BotState,
    method: Method,
    params: Record<string, unknown>,
    response: ServerResponse,
  ): Promise<ApiSuccess<unknown> | 'reset' | undefined> {
    const fault = this.#faults.take(bot.token, method);
    if (fault === 'hang') return undefined;
    if (fault === 'reset-before-taking') return 'reset';
    if (fault && fault !== 'reset-after-taking') throw problemOf(fault);
    const given = this.#arguments(method, params);
    const closed = new AbortController();
    response.once('close', () => closed.abort());
    const result =
      method === 'getUpdates'
        ? await bot.updates.poll(given, closed.signal)
        : // Each method takes its own arguments, which `readArguments` has just seen to.
          methods[method as 'getMe'](bot, given, this.#events);
    return fault ? 'reset' : { ok: true, result };
  }

  #arguments(method: Method, params: Record<string, unknown>): object {
    try {
      return readArguments(method, params);
    } catch (error) {
      throw error instanceof ApiProblem ? this.#violation(method, error) : error;
    }
  }

  #violation(method: string, problem: ApiProblem): ApiProblem {
    this.violations.push(`${method}: ${problem.description}`);
    return problem;
  }
}
