/** The three lanes: Telegram, Matrix with a plain and an encrypted room, WhatsApp with a number of Ara's own. */
import { matrixCapabilities } from '../../bridges/matrix/capabilities.js';
import { telegramCapabilities } from '../../bridges/telegram/capabilities.js';
import { whatsappCapabilities } from '../../bridges/whatsapp/capabilities.js';
import { ask, see, type Seen } from '../../test/kit/chats/chat.js';
import { linkMatrix, newRoom, type MatrixChat } from '../../test/kit/chats/matrix.js';
import { TelegramChat } from '../../test/kit/chats/telegram.js';
import { linkWhatsApp, type WhatsAppChat } from '../../test/kit/chats/whatsapp.js';
import { Installation, type User } from '../../test/kit/installation.js';
import type { SeenEvent } from '../../test/kit/matrix/matrix-people.js';
import { lidOf, pnOf } from '../../test/kit/whatsapp/world.js';
import { Lane } from './lane.js';

export class TelegramLane extends Lane {
  readonly chat: TelegramChat;

  constructor(ara: Installation, user: User) {
    super(ara, user, telegramCapabilities.features, telegramCapabilities.maxText);
    this.chat = new TelegramChat(ara.internet.telegram, user);
  }

  async isBold({ id }: Seen): Promise<boolean> {
    const message = this.sent().find(({ messageId }) => String(messageId) === id);
    return Boolean(message?.entities.some(({ type }) => type === 'bold')) && !message?.text.includes('*');
  }

  async buttons(): Promise<string[]> {
    return this.ara.internet.telegram.keyboard(this.user.bot, this.user.owner).flat();
  }

  async tap(button: string): Promise<void> {
    this.ara.internet.telegram.tap(this.user.bot, this.user.owner, button);
  }

  async menu(): Promise<number> {
    const calls = this.ara.internet.telegram.calls.filter(
      ({ botId, method }) => botId === this.user.bot.id && method === 'setMyCommands',
    );
    return (calls.at(-1)?.params['commands'] as unknown[] | undefined)?.length ?? 0;
  }

  async threads(one: string, other: string): Promise<[string[], string[]]> {
    await this.ara.ask(this.user, one, 15_000, 5);
    await this.ara.ask(this.user, other, 15_000, 7);
    return [this.sent(5).map(({ text }) => text), this.sent(7).map(({ text }) => text)];
  }

  async read(): Promise<number> {
    return 0;
  }

  async group(text: string, stranger: string): Promise<string[]> {
    const { telegram } = this.ara.internet;
    const { bot, owner } = this.user;
    const chatId = -1_000_000 - owner;
    const mention = (words: string): string => `@${bot.username} ${words}`;
    telegram.say(bot, { userId: owner + 1, chatId, text: mention(stranger) });
    telegram.say(bot, { userId: owner, chatId, text: '/allow' });
    await Installation.until(() => telegram.messages(bot, chatId).length > 0);
    telegram.say(bot, { userId: owner + 1, chatId, text: mention(stranger) });
    const answer = telegram.waitForMessage(
      bot,
      (message) => message.chatId === chatId && message.text.includes(text),
    );
    telegram.say(bot, { userId: owner, chatId, text: mention(text) });
    await answer;
    return telegram.messages(bot, chatId).map((message) => message.text);
  }

  encrypted(): Promise<{ count: number; leaked: boolean }> {
    throw new Error('Telegram says that it has none');
  }

  swallow(): { taken: Promise<unknown>; release: () => void } {
    throw new Error('Telegram says that it repeats');
  }

  private sent(thread?: number) {
    return this.ara.internet.telegram.messages(this.user.bot, this.user.owner, thread);
  }
}

export class MatrixLane extends Lane {
  private constructor(
    ara: Installation,
    user: User,
    readonly chat: MatrixChat,
    private readonly sealed: MatrixChat,
  ) {
    super(ara, user, matrixCapabilities.features, matrixCapabilities.maxText);
  }

  static async open(ara: Installation, user: User): Promise<MatrixLane> {
    const plain = await linkMatrix(ara, user.id);
    return new MatrixLane(ara, user, plain, await newRoom(plain.people, plain.owner, plain.bot, true));
  }

  async isBold({ id }: Seen): Promise<boolean> {
    const event = (await this.events()).find((each) => each.id === id);
    return String(event?.content['formatted_body']).includes('<strong>loud</strong>');
  }

  async buttons(): Promise<string[]> {
    return (await this.offers()).map(({ key }) => key);
  }

  async tap(button: string): Promise<void> {
    const offer = (await this.offers()).find(({ key }) => key === button);
    const relation = { rel_type: 'm.annotation', event_id: offer?.event, key: button };
    await this.chat.owner.send(this.chat.room, { 'm.relates_to': relation }, 'm.reaction');
  }

  async menu(): Promise<number> {
    return 0;
  }

  async threads(one: string, other: string): Promise<[string[], string[]]> {
    const answers: string[][] = [];
    for (const text of [one, other]) {
      const root = await this.chat.owner.send(this.chat.room, {
        msgtype: 'm.notice',
        body: `thread of ${text}`,
      });
      const relation = { rel_type: 'm.thread', event_id: root };
      await this.chat.owner.send(this.chat.room, { msgtype: 'm.text', body: text, 'm.relates_to': relation });
      await see(this.chat, (seen) => seen.text === `echo: ${text}`);
      const inThread = (await this.events()).filter(
        ({ sender, content }) => sender === this.chat.bot.id && relationOf(content)['event_id'] === root,
      );
      answers.push(inThread.map(({ content }) => String(content['body'])));
    }
    return [answers[0] ?? [], answers[1] ?? []];
  }

  async read(message: string): Promise<number> {
    const { owner, room, bot } = this.chat;
    const seen = await owner.do<{ type: string; event?: string; user?: string }[]>('ephemeral', { room });
    return seen.filter(({ type, event, user }) => type === 'receipt' && event === message && user === bot.id)
      .length;
  }

  async group(text: string, stranger: string): Promise<string[]> {
    const { people, owner, bot } = this.chat;
    const { synapse } = this.ara.internet.matrix;
    const other = await people.logIn(await synapse.addUser(`other-of-${bot.name}`));
    const room = await owner.createRoom({ invite: [bot.id, other.user.id], name: 'Friends' });
    await other.call('POST', `/join/${encodeURIComponent(room)}`, {});
    const path = `/rooms/${encodeURIComponent(room)}/joined_members`;
    await Installation.until(
      async () => bot.id in (await owner.call<{ joined: object }>('GET', path)).joined,
    );
    const mentioning = { 'm.mentions': { user_ids: [bot.id] } };
    const say = (who: typeof owner, body: string): Promise<string> =>
      who.send(room, { msgtype: 'm.text', body: `${bot.id} ${body}`, ...mentioning });
    await say(owner, '!allow');
    await say(other, stranger);
    await say(owner, text);
    const there = new (this.chat.constructor as typeof MatrixChat)(people, owner, bot, room);
    await see(there, (seen) => seen.text.includes(text));
    return (await there.shown()).map((seen) => seen.text);
  }

  async encrypted(words: string): Promise<{ count: number; leaked: boolean }> {
    const { synapse } = this.ara.internet.matrix;
    await ask(this.sealed, words);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(this.sealed.room)}/messages?dir=b&limit=50`;
    const { body } = await synapse.call(this.sealed.owner.user, 'GET', path);
    const events = body['chunk'] as { type: string }[];
    const count = events.filter(({ type }) => type === 'm.room.encrypted').length;
    return { count, leaked: JSON.stringify(body).includes(words) };
  }

  swallow(): { taken: Promise<unknown>; release: () => void } {
    return this.ara.internet.matrix.synapse.holdAnswers('/send/');
  }

  private events(): Promise<SeenEvent[]> {
    return this.chat.owner.events(this.chat.room);
  }

  private async offers(): Promise<{ event: string; key: string }[]> {
    const events = await this.events();
    const gone = new Set(events.map(({ redacts }) => redacts));
    return events.flatMap(({ id, type, sender, content }) => {
      const { event_id: event, key } = relationOf(content);
      const isOffer = type === 'm.reaction' && sender === this.chat.bot.id && !gone.has(id);
      return isOffer ? [{ event: String(event), key: String(key) }] : [];
    });
  }
}

const relationOf = (content: SeenEvent['content']): Record<string, unknown> =>
  (content['m.relates_to'] ?? {}) as Record<string, unknown>;

export class WhatsAppLane extends Lane {
  private constructor(
    ara: Installation,
    user: User,
    readonly chat: WhatsAppChat,
  ) {
    super(ara, user, whatsappCapabilities.features, whatsappCapabilities.maxText);
  }

  static async open(ara: Installation, user: User): Promise<WhatsAppLane> {
    const { whatsapp } = ara.internet;
    const [owner, number] = [whatsapp.addUser('Olga'), whatsapp.addUser('Ara')];
    return new WhatsAppLane(
      ara,
      user,
      await linkWhatsApp(ara, user.id, { owner, number, readReceipts: true }),
    );
  }

  async isBold({ text }: Seen): Promise<boolean> {
    return /(?<!\*)\*loud\*(?!\*)/.test(text);
  }

  async buttons(): Promise<string[]> {
    return [];
  }

  async tap(): Promise<void> {
    throw new Error('WhatsApp says that it has none');
  }

  async menu(): Promise<number> {
    return 0;
  }

  threads(): Promise<[string[], string[]]> {
    throw new Error('WhatsApp says that it has none');
  }

  async read(message: string): Promise<number> {
    return this.chat.owner.phone.readBy.filter(({ id }) => id === message).length;
  }

  async group(text: string, stranger: string): Promise<string[]> {
    const { whatsapp } = this.ara.internet;
    const { owner, account } = this.chat;
    const other = whatsapp.addUser('Other');
    const group = whatsapp.addGroup('Family', [owner, account, other]);
    const mention = (words: string): object => ({
      extendedTextMessage: {
        text: `@${account.lid} ${words}`,
        contextInfo: { mentionedJid: [lidOf(account), pnOf(account)] },
      },
    });
    await owner.phone.say(group, '/allow');
    await Installation.until(() => owner.phone.texts(group).length > 0);
    await other.phone.say(group, mention(stranger));
    await owner.phone.say(group, mention(text));
    await Installation.until(() => owner.phone.texts(group).some((each) => each.includes(text)), 20_000);
    return owner.phone.texts(group);
  }

  async encrypted(words: string): Promise<{ count: number; leaked: boolean }> {
    const { whatsapp } = this.ara.internet;
    const before = whatsapp.log.length;
    await ask(this.chat, words);
    const sent = whatsapp.log.slice(before).filter(({ tag }) => tag === 'message');
    const bytes = Buffer.from(JSON.stringify(sent, (_name, value: unknown) => plainOf(value)));
    return { count: sent.length, leaked: bytes.includes(words) };
  }

  swallow(): { taken: Promise<unknown>; release: () => void } {
    const { whatsapp } = this.ara.internet;
    whatsapp.mute = true;
    const before = this.chat.owner.phone.shown.length;
    const taken = Installation.until(() => this.chat.owner.phone.shown.length > before);
    return { taken, release: () => void (whatsapp.mute = false) };
  }
}

const plainOf = (value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
