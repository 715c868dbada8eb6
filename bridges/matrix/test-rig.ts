/** A real homeserver with the assistant's account, its owner and others, for the tests of this bridge. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { chatId, type ChatId } from '../../contracts/ids.js';
import { testCertificates } from '../../test/kit/certificates.js';
import { MatrixPeople, type Person, type SeenEvent } from '../../test/kit/matrix/matrix-people.js';
import { startSynapse, type MatrixUser, type Synapse } from '../../test/kit/matrix/synapse.js';
import type { BridgeHost } from '../bridge.js';
import type { ConformancePlatform } from '../conformance-platform.js';
import type { EncryptionMode, MatrixCredential } from './credential.js';
import { machineKinds, type MachineKind } from './crypto/choose-machine.js';
import { MatrixBridge, type MatrixOptions } from './index.js';

/** Short, so that tests are. */
const timing = {
  poll: 1_500,
  pollGrace: 5_000,
  call: 5_000,
  upload: 5_000,
  firstBackoff: 10,
  longestBackoff: 40,
  keyPatience: 500,
};

export interface Homeserver {
  readonly synapse: Synapse;
  readonly people: MatrixPeople;
  readonly agent: Agent;
  stop(): Promise<void>;
}

export async function startHomeserver(limits?: string): Promise<Homeserver> {
  const { ca, cert, key } = await testCertificates();
  const synapse = await startSynapse({ tls: { cert, key }, ...(limits === undefined ? {} : { limits }) });
  const people = await MatrixPeople.start(synapse.innerUrl);
  const agent = new Agent({ ca, keepAlive: true });
  return {
    synapse,
    people,
    agent,
    stop: async () => {
      agent.destroy();
      await people.stop();
      await synapse.stop();
    },
  };
}

export interface RigOptions {
  mode?: EncryptionMode;
  encrypted?: boolean;
  options?: MatrixOptions;
}

/** Accounts of their own on that homeserver: the assistant is in a room with its owner. */
export interface Rig {
  readonly bot: MatrixUser;
  readonly owner: Person;
  readonly room: string;
  readonly chat: ChatId;
  readonly credential: MatrixCredential;
  /** By another credential where one is given. */
  open(host: BridgeHost, credential?: MatrixCredential): MatrixBridge;
  /** The texts of the assistant that the owner sees in a room now. */
  seen(room?: string): Promise<string[]>;
  events(room?: string): Promise<SeenEvent[]>;
}

let rigs = 0;

export async function makeRig(home: Homeserver, rigOptions: RigOptions = {}): Promise<Rig> {
  const { synapse, people } = home;
  const { mode = 'off', encrypted = false, options = {} } = rigOptions;
  const number = ++rigs;
  const bot = await synapse.addUser(`ara${number}`);
  const owner = await people.logIn(await synapse.addUser(`owner${number}`));
  const room = await owner.createRoom({ invite: [bot.id], encrypted });
  await join(synapse, bot, room);
  const credential: MatrixCredential = {
    baseUrl: synapse.url,
    userId: bot.id,
    deviceId: bot.device,
    accessToken: bot.token,
    owner: owner.user.id,
    encryption: mode,
  };
  const events = (at = room): Promise<SeenEvent[]> => owner.events(at);
  return {
    bot,
    owner,
    room,
    chat: chatId.parse(room),
    credential,
    open: (host, as = credential) =>
      new MatrixBridge(host, as, { ...options, timing: { ...timing, ...options.timing } }),
    events,
    seen: async (at) => textsOf(await events(at), bot.id),
  };
}

/** The crypto machines that can be tried here; what is tried is printed, so that nobody takes one for both. */
export function machinesHere(): MachineKind[] {
  const kinds = machineKinds();
  process.stderr.write(`  Matrix encryption is tried with: ${kinds.join(', ')}\n`);
  return kinds;
}

export async function join(synapse: Synapse, user: MatrixUser, room: string): Promise<void> {
  const { status, body } = await synapse.call(
    user,
    'POST',
    `/_matrix/client/v3/join/${encodeURIComponent(room)}`,
    {},
  );
  if (status !== 200) throw new Error(`could not join: ${JSON.stringify(body)}`);
}

interface Shown extends SeenEvent {
  text: string;
}

/** What is there of somebody's messages, with the edits done, oldest first. */
export function shownBy(events: readonly SeenEvent[], sender: string): Shown[] {
  const gone = new Set(events.map(({ redacts }) => redacts));
  const messages = events.filter(
    (event) => event.sender === sender && event.type === 'm.room.message' && !gone.has(event.id),
  );
  const edits = messages.filter((event) => relationOf(event)?.['rel_type'] === 'm.replace');
  return messages
    .filter((event) => !edits.includes(event) && 'body' in event.content)
    .map((event) => {
      const last = edits.findLast((edit) => relationOf(edit)?.['event_id'] === event.id);
      const content = (last?.content['m.new_content'] ?? event.content) as Record<string, unknown>;
      return { ...event, content, text: String(content['body']) };
    });
}

export const relationOf = ({ content }: SeenEvent): Record<string, unknown> | undefined =>
  content['m.relates_to'] as Record<string, unknown> | undefined;

const isFile = ({ content }: SeenEvent): boolean => 'url' in content || 'file' in content;
const textsOf = (events: readonly SeenEvent[], sender: string): string[] =>
  shownBy(events, sender).flatMap((event) => (isFile(event) ? [] : [event.text]));

export async function conformancePlatform(
  home: Homeserver,
  options: RigOptions,
): Promise<ConformancePlatform> {
  const rig = await makeRig(home, options);
  const { synapse, people } = home;
  const { bot, owner, room } = rig;
  let stranger: Promise<{ person: Person; room: string }> | null = null;
  const makeStranger = async (): Promise<{ person: Person; room: string }> => {
    const person = await people.logIn(await synapse.addUser(`stranger-of-${bot.name}`));
    return { person, room: await person.createRoom({ invite: [bot.id] }) };
  };
  const offered = async (): Promise<{ event: string; key: string }[]> => {
    const events = await rig.events();
    const gone = new Set(events.map(({ redacts }) => redacts));
    return events.flatMap((event) => {
      const { event_id: at, key } = relationOf(event) ?? {};
      const isOffer = event.type === 'm.reaction' && event.sender === bot.id && !gone.has(event.id);
      return isOffer && !gone.has(String(at)) ? [{ event: String(at), key: String(key) }] : [];
    });
  };
  // What is said goes out in order, and the platform answers nothing before it has.
  let said: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = said.then(work);
    said = done.catch(() => undefined);
    return done;
  };
  const later = (work: () => Promise<unknown>): void => void inTurn(work);
  return {
    agent: home.agent,
    ownerId: owner.user.id,
    ownerChat: rig.chat,
    open: (host) => rig.open(host),
    say: (text, speaker) =>
      later(async () => {
        if (speaker === 'owner') return owner.say(room, text);
        stranger ??= makeStranger();
        const { person, room: theirs } = await stranger;
        return person.say(theirs, text);
      }),
    echo: (text) =>
      later(() =>
        synapse.call(
          bot,
          'PUT',
          `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/echo`,
          { msgtype: 'm.text', body: text },
        ),
      ),
    seen: () => inTurn(() => rig.seen()),
    files: () =>
      inTurn(async () => {
        const events = shownBy(await rig.events(), bot.id).filter(isFile);
        const files = [];
        for (const { content } of events)
          files.push({ name: String(content['filename']), content: await owner.download(content) });
        return files;
      }),
    give: (name, content) =>
      later(async () => {
        const folder = mkdtempSync(joinPath(tmpdir(), 'ara-matrix-'));
        try {
          const path = joinPath(folder, 'content');
          writeFileSync(path, content);
          const info = { mimetype: 'application/pdf', size: content.length };
          const event = { msgtype: 'm.file', body: name, filename: name, info };
          await owner.do('upload', { room, path, content: event });
        } finally {
          rmSync(folder, { recursive: true });
        }
      }),
    signs: (message) =>
      inTurn(async () => {
        const events = await rig.events();
        const gone = new Set(events.map(({ redacts }) => redacts));
        return events.flatMap((event) => {
          const { event_id: at, key } = relationOf(event) ?? {};
          const isOurs = event.type === 'm.reaction' && event.sender === bot.id && !gone.has(event.id);
          return isOurs && at === message ? [String(key)] : [];
        });
      }),
    ...(options.encrypted
      ? {}
      : {
          buttons: {
            offered: () => inTurn(async () => (await offered()).map(({ key }) => key)),
            tap: (text: string) =>
              later(async () => {
                const { event, key } = (await offered()).find((offer) => offer.key === text)!;
                const relation = { rel_type: 'm.annotation', event_id: event, key };
                return owner.send(room, { 'm.relates_to': relation }, 'm.reaction');
              }),
          },
        }),
    goDown: () => synapse.goDown(),
    comeBack: () => synapse.comeBack(),
    revoke: () => later(() => synapse.call(bot, 'POST', '/_matrix/client/v3/logout', {})),
    close: async () => {
      await said;
      await synapse.comeBack();
    },
  };
}
