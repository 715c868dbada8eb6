/** A room on Matrix with Ara in it and its owner, who has a client that nobody here wrote. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation } from '../installation.js';
import { MATRIX_HOST } from '../internet.js';
import { codeOf, link } from '../linking.js';
import type { MatrixPeople, Person, SeenEvent } from '../matrix/matrix-people.js';
import type { MatrixUser } from '../matrix/synapse.js';
import { see, type Chat, type Seen, type Sent } from './chat.js';
import { connected } from './whatsapp.js';

const kinds = { image: 'm.image', voice: 'm.audio', file: 'm.file' } as const;

export class MatrixChat implements Chat {
  readonly kind = 'matrix';

  constructor(
    readonly people: MatrixPeople,
    readonly owner: Person,
    readonly bot: MatrixUser,
    readonly room: string,
  ) {}

  say(text: string, replyTo?: string): Promise<string> {
    const relation =
      replyTo === undefined ? {} : { 'm.relates_to': { 'm.in_reply_to': { event_id: replyTo } } };
    return this.owner.send(this.room, { msgtype: 'm.text', body: text, ...relation });
  }

  async send({ kind, name, type, content, caption }: Sent): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'ara-matrix-file-'));
    try {
      const path = join(folder, 'content');
      writeFileSync(path, content);
      const { event } = await this.owner.do<{ event: string }>('upload', {
        room: this.room,
        path,
        content: {
          msgtype: kinds[kind],
          body: caption ?? name,
          filename: name,
          info: { mimetype: type, size: content.length },
          ...(kind === 'voice' ? { 'org.matrix.msc3245.voice': {} } : {}),
        },
      });
      return event;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async shown(): Promise<Seen[]> {
    const events = await this.owner.events(this.room);
    const gone = new Set(events.map(({ redacts }) => redacts));
    const ours = events.filter(
      ({ sender, type, id }) => sender === this.bot.id && type === 'm.room.message' && !gone.has(id),
    );
    const isEdit = (event: SeenEvent): boolean => relationOf(event)['rel_type'] === 'm.replace';
    return Promise.all(
      ours
        .filter((event) => !isEdit(event) && 'body' in event.content)
        .map(async (event) => {
          const edits = ours.filter((each) => isEdit(each) && relationOf(each)['event_id'] === event.id);
          const content = (edits.at(-1)?.content['m.new_content'] ?? event.content) as Record<
            string,
            unknown
          >;
          return {
            id: event.id,
            text: String(content['body']),
            file: 'url' in content || 'file' in content ? await this.fileOf(content) : null,
            edits: edits.length,
          };
        }),
    );
  }

  async signs(message: string): Promise<readonly string[]> {
    const events = await this.owner.events(this.room);
    const gone = new Set(events.map(({ redacts }) => redacts));
    return events.flatMap((event) => {
      const { event_id: at, key } = relationOf(event);
      const isOurs = event.type === 'm.reaction' && event.sender === this.bot.id && !gone.has(event.id);
      return isOurs && at === message ? [String(key)] : [];
    });
  }

  async typing(): Promise<number> {
    const seen = await this.owner.do<{ type: string; users?: string[] }[]>('ephemeral', { room: this.room });
    return seen.filter(({ type, users }) => type === 'typing' && users?.includes(this.bot.id)).length;
  }

  private readonly files = new Map<string, Promise<Buffer>>();

  private async fileOf(content: Record<string, unknown>): Promise<Seen['file']> {
    const at = JSON.stringify(content['url'] ?? content['file']);
    const bytes = this.files.get(at) ?? this.owner.download(content);
    this.files.set(at, bytes);
    return {
      name: String(content['filename'] ?? content['body']),
      content: await bytes,
      voice: 'org.matrix.msc3245.voice' in content,
    };
  }
}

const relationOf = ({ content }: SeenEvent): Record<string, unknown> =>
  (content['m.relates_to'] ?? {}) as Record<string, unknown>;

let count = 0;

export interface MatrixOptions {
  encrypted?: boolean;
  encryption?: 'off' | 'on' | 'required';
  /** Of the bot and of its owner; made up by default. */
  names?: [bot: string, owner: string];
}

/** Links an account of its own on the homeserver, and its owner says the code in a room of the two. */
export async function linkMatrix(
  ara: Installation,
  account: string,
  { encrypted = false, encryption = 'on', names }: MatrixOptions = {},
): Promise<MatrixChat> {
  const { synapse, people } = ara.internet.matrix;
  const number = ++count;
  const [botName, ownerName] = names ?? [`ara${number}`, `owner${number}`];
  const bot = await synapse.addUser(botName);
  const owner = await people.logIn(await synapse.addUser(ownerName));
  const answer = await link(ara, account, 'matrix', {
    credential: {
      homeserver: MATRIX_HOST,
      owner: owner.user.id,
      encryption,
      user: bot.name,
      password: bot.password,
    },
    hosts: [MATRIX_HOST],
  });
  await connected(ara, account, 'matrix', 'waiting-for-owner');
  const chat = await newRoom(people, owner, bot, encrypted);
  await chat.say(`!link ${codeOf(answer)}`);
  await see(chat, ({ text }) => text.startsWith('Linked'));
  await connected(ara, account, 'matrix');
  return chat;
}

/** One more room of the two. */
export async function newRoom(
  people: MatrixPeople,
  owner: Person,
  bot: MatrixUser,
  encrypted: boolean,
): Promise<MatrixChat> {
  const room = await owner.createRoom({ invite: [bot.id], encrypted });
  await Installation.until(async () => {
    const path = `/rooms/${encodeURIComponent(room)}/joined_members`;
    return bot.id in (await owner.call<{ joined: object }>('GET', path)).joined;
  });
  return new MatrixChat(people, owner, bot, room);
}
