/** Files and quotes that come with messages: through the journal, told to the agent, fetched on demand, wiped at the end. */
import { buffer } from 'node:stream/consumers';
import { DatabaseSync } from 'node:sqlite';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PlatformError } from '../../../../bridges/bridge.js';
import { MAX_INCOMING } from '../../media/limits.js';
import { openIncoming } from './incoming-files.js';
import { Journal } from '../journal/journal.js';
import { roomsDoor, type RoomsDoorParts } from '../rooms-door.js';
import {
  answered,
  delivered,
  DeskRig,
  lines,
  message,
  picture,
  ScriptedBridge,
  temporaryFolder,
  temporaryJournal,
  text,
} from '../test-rig.js';

const never = new AbortController().signal;

describe('in the journal', () => {
  it('they are kept until the outcome, and then are gone with the text', () => {
    const journal = temporaryJournal();
    const said = { ...message(''), attachments: [picture('secret-reference')], quoted: 'before' };
    const [row] = delivered(journal, said);
    expect(row).toMatchObject({
      kind: 'message',
      attachments: [picture('secret-reference')],
      quoted: 'before',
    });
    expect(journal.delivered()).toEqual([row]);
    journal.end([row?.seq ?? 0], 'answered', null);
    expect(journal.all('SELECT text, attachments, quoted FROM messages')).toEqual([
      { text: '', attachments: null, quoted: null },
    ]);
  });

  it('a message without them is as before', () => {
    const [row] = delivered(temporaryJournal(), message('hello'));
    expect(row).toMatchObject({ attachments: [], quoted: null });
  });

  it('a volume of an earlier version gets the columns, and its messages have none', () => {
    const path = join(temporaryFolder(), 'journal.sqlite');
    const old = new DatabaseSync(path);
    old.exec(`CREATE TABLE messages (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      channel TEXT NOT NULL, platform_id TEXT NOT NULL, chat TEXT NOT NULL, position INTEGER NOT NULL,
      kind TEXT NOT NULL, text TEXT NOT NULL, sent_at INTEGER NOT NULL,
      state TEXT NOT NULL, reason TEXT, attempts INTEGER NOT NULL DEFAULT 0,
      handed_in INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL, turn INTEGER,
      UNIQUE (channel, platform_id)
    ) STRICT;
    CREATE TABLE outgoing_files (
      seq INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, state TEXT NOT NULL,
      PRIMARY KEY (seq, number)
    ) STRICT;
    INSERT INTO outgoing_files VALUES (1, 1, 'a.txt', 3, 'planned');
    INSERT INTO messages (channel, platform_id, chat, position, kind, text, sent_at, state, changed_at)
      VALUES ('telegram', '1.1', '1', 1, 'message', 'old', 1, 'delivered', 1)`);
    old.close();
    for (let start = 0; start < 2; start++) {
      const journal = new Journal(path);
      expect(journal.delivered()).toMatchObject([{ text: 'old', attachments: [], quoted: null }]);
      expect(journal.get('SELECT kind, type, state FROM outgoing_files')).toEqual({
        kind: 'file',
        type: 'application/octet-stream',
        state: 'planned',
      });
      journal.close();
    }
  });
});

describe('in a turn', () => {
  it('an album of ten pictures is one turn, in order, and no reference is told', async () => {
    const rig = new DeskRig();
    rig.bring(
      { text: 'look', attachments: [picture('r1', { name: 'a.jpg' })], quoted: 'one' },
      ...Array.from({ length: 9 }, (_, index) => ({ text: '', attachments: [picture(`r${index + 2}`)] })),
    );
    const turn = await rig.next();
    expect(turn).toMatchObject({ text: 'look', quoted: 'one', reactions: true });
    expect(new Set(rig.bridge.read).size).toBe(10);
    expect(turn?.attachments.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(turn?.attachments[0]).toEqual({
      number: 1,
      kind: 'image',
      name: 'a.jpg',
      type: 'image/jpeg',
      size: 20,
    });
    expect(JSON.stringify(turn)).not.toContain('r1');
  });

  it('no more than twenty are in one', async () => {
    const rig = new DeskRig();
    const ten = Array.from({ length: 10 }, (_, index) => picture(`r${index}`));
    rig.bring(...['one', 'two', 'three'].map((words) => ({ text: words, attachments: ten })));
    expect((await rig.next())?.attachments).toHaveLength(20);
  });

  it('what joins a running turn goes on with its numbers', async () => {
    const rig = new DeskRig();
    rig.bridge.incoming.set('second', Buffer.from('the second picture'));
    rig.bring({ text: 'one', attachments: [picture('first')] });
    const turn = await rig.next();
    rig.bring({ text: '', attachments: [picture('second')], quoted: 'this' });
    const id = turn?.id ?? 0;
    const { messages } = rig.desk.more(id);
    expect(messages).toMatchObject([{ text: '', quoted: 'this', attachments: [{ number: 2 }] }]);
    const bytes = await rig.desk.fetchFile(id, 2, never);
    expect(String(await buffer(bytes))).toBe('the second picture');
    expect(rig.bridge.calls).toEqual(['fetch second']);
  });

  it('they come again with it after a crash', async () => {
    const rig = new DeskRig();
    rig.bring({ text: '', attachments: [picture('first')], quoted: 'this' });
    await rig.next();
    rig.restart();
    expect(await rig.next()).toMatchObject({ attempt: 2, quoted: 'this', attachments: [{ number: 1 }] });
  });

  it('a sign goes on the last message, three times at most, and is no part of the answer', async () => {
    const rig = new DeskRig();
    const rows = rig.bring({ text: 'one' }, { text: 'two' });
    const turn = await rig.next();
    const signs = ['👍', '🎉', '🔥', '👀'].map((emoji) => ({ type: 'reaction', emoji }));
    await rig.desk.take(turn?.id ?? 0, lines(...signs, text('done'), answered));
    await rig.ended(2);
    const last = rows[1]?.platformId;
    expect(rig.bridge.reactions).toEqual([`${last} 👍`, `${last} 🎉`, `${last} 🔥`]);
    expect(rig.bridge.seen).toEqual(['<done>']);
  });
});

describe('fetching', () => {
  const pieces = async (bytes: AsyncIterable<Buffer>): Promise<number> => (await buffer(bytes)).length;
  const open = (bridge: ScriptedBridge, more = {}) => openIncoming(bridge, picture('r', more), never, [1, 1]);

  it('tries again when the platform cannot be reached, and no more than so often', async () => {
    const bridge = new ScriptedBridge();
    bridge.incoming.set('r', Buffer.from('bytes'));
    bridge.plan.push('unreachable', { refusal: 'rate-limited', retryAfter: 2 });
    expect(await pieces(await open(bridge))).toBe(5);
    bridge.plan.push('unreachable', 'uncertain', 'unreachable');
    await expect(open(bridge)).rejects.toMatchObject({ code: 'platform-unreachable' });
    expect(bridge.calls).toHaveLength(6);
  });

  it('says why not, without a cause that could name an address', async () => {
    const bridge = new ScriptedBridge();
    const refusal = await open(bridge).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'not-found' });
    expect((refusal as Error).cause).toBeUndefined();
    bridge.plan.push({ refusal: 'rate-limited', retryAfter: 3_600_000 });
    await expect(open(bridge)).rejects.toMatchObject({ code: 'platform-unreachable' });
    await expect(open(bridge, { size: MAX_INCOMING + 1 })).rejects.toMatchObject({ code: 'too-large' });
    await expect(openIncoming(null, picture('r'), never)).rejects.toMatchObject({ code: 'not-allowed' });
    expect(bridge.calls).toHaveLength(2);
  });

  it('ends with the first byte too many, and closes the connection behind it', async () => {
    const bridge = new ScriptedBridge();
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1_000_000);
      })(),
    );
    bridge.fetch = () => Promise.resolve(endless);
    expect(await pieces(await open(bridge, { size: null }))).toBe(MAX_INCOMING + 1);
    expect(endless.destroyed).toBe(true);
  });
});

describe('over rooms.sock', () => {
  async function door() {
    const rig = new DeskRig();
    const unused = {} as RoomsDoorParts;
    const server = roomsDoor({
      ...unused,
      desk: rig.desk,
      contentInUse: () => false,
      onAgent: () => undefined,
    });
    const socketPath = join(rig.folder, 'rooms.sock');
    await server.listen(socketPath);
    onTestFinished(() => server.close());
    const get = async (path: string): Promise<IncomingMessage> => {
      const outgoing = request({ socketPath, path });
      outgoing.end();
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      return response;
    };
    rig.bring({ text: '', attachments: [picture('r')] });
    const turn = await rig.next();
    return { rig, get, path: `/v1/turns/${turn?.id}/attachments` };
  }

  it('the bytes come as they are', async () => {
    const { rig, get, path } = await door();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    rig.bridge.incoming.set('r', bytes);
    expect((await buffer(await get(`${path}/1`))).equals(bytes)).toBe(true);
  });

  it('refusals are typed; a turn that is not open gives nothing', async () => {
    const { get, path } = await door();
    const statusOf = async (of: string): Promise<number | undefined> => {
      const response = await get(of);
      response.resume();
      return response.statusCode;
    };
    expect(await statusOf(`${path}/1`)).toBe(404);
    expect(await statusOf(`${path}/2`)).toBe(404);
    expect(await statusOf(`${path}/x`)).toBe(400);
    expect(await statusOf('/v1/turns/4711/attachments/1')).toBe(409);
  });

  it('half a file does not look whole', async () => {
    const { rig, get, path } = await door();
    rig.bridge.fetch = () =>
      Promise.resolve(
        Readable.from(
          (async function* () {
            yield Buffer.from('half');
            await Promise.resolve();
            throw new PlatformError('unreachable');
          })(),
        ),
      );
    await expect(buffer(await get(`${path}/1`))).rejects.toThrow('aborted');
  });
});
