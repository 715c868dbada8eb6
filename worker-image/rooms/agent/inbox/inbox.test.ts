/** Tests of whole turns with files, voice notes, quotes and signs: from the bridge room to the model and back. */
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueModel } from '../../../../contracts/gateway-door.js';
import type { TurnAttachment } from '../../../../contracts/rooms-door.js';
import { MAX_INCOMING } from '../../media/limits.js';
import { ogg } from '../../media/test-rig.js';
import { AgentRoom } from '../testing/agent-room.js';
import { FakeRoomsDoor, type Provider } from '../testing/fake-rooms-door.js';
import { breaksOff, doorRefuses, inTurn, refuses, replies, says } from '../testing/provider-streams.js';
import { CANARY, heic, jpeg, png, zip } from './test-rig.js';

const OPENAI = { provider: 'openai', model: 'gpt-test' };
const GOOGLE = { provider: 'google', model: 'gemini-test' };
const COMPATIBLE = { provider: 'compatible', model: 'llama' };
const ANTHROPIC = { provider: 'anthropic', model: 'claude-test' };

const attached = (number: number, more: Partial<TurnAttachment> = {}): TurnAttachment => ({
  number,
  kind: 'image',
  name: null,
  type: 'image/jpeg',
  size: null,
  ...more,
});
const voice = attached(1, { kind: 'voice', type: 'audio/ogg' });

describe('what comes with a message', () => {
  let door: FakeRoomsDoor;
  let room: AgentRoom;

  beforeEach(async () => {
    door = new FakeRoomsDoor();
    await door.listen();
    room = new AgentRoom(door);
    door.provider = says(['ok']);
  });
  afterEach(async () => {
    await room.stop();
    await door.close();
  });

  const inbox = (): string[] => {
    try {
      return readdirSync(join(door.folder, 'workspace/inbox')).sort();
    } catch {
      return [];
    }
  };
  const stored = (name: string): Buffer => readFileSync(join(door.folder, 'workspace/inbox', name));
  /** What the model was asked last, part by part. */
  const shown = (call = door.modelCalls.length - 1): Record<string, unknown>[] => {
    const content = door.modelCalls[call]?.body.messages.at(-1)?.content;
    return content as Record<string, unknown>[];
  };
  const textOf = (call?: number): string => String(shown(call)[0]?.['text']);
  const pictures = (call?: number): Buffer[] =>
    shown(call).flatMap(({ source }) =>
      source ? [Buffer.from((source as { data: string }).data, 'base64')] : [],
    );

  it('is kept in the workspace, without where it was made, and shown to the model', async () => {
    door.attachments.set(1, jpeg.full(6)).set(2, png.full()).set(3, Buffer.from('%PDF-1.7 x'));
    const reply = await door.reply(
      door.give({
        text: 'What is this?',
        attachments: [
          attached(1, { name: 'IMG_1.jpg' }),
          attached(2),
          attached(3, { kind: 'file', name: 'a.pdf' }),
        ],
      }),
    );
    expect(reply.text).toBe('ok');
    expect(inbox()).toEqual(['IMG_1.jpg', 'a.pdf', 'picture-2023-11-14.png']);
    expect(stored('IMG_1.jpg').includes(CANARY)).toBe(false);
    expect(stored('picture-2023-11-14.png').equals(png.plain)).toBe(true);
    expect(textOf()).toMatch(
      /^What is this\?\n\n\[attached: "inbox\/IMG_1.jpg", image\/jpeg, \d+ bytes\]\n\[attached: "inbox\/picture-2023-11-14.png", image\/png, \d+ bytes\]\n\[attached: "inbox\/a.pdf", application\/pdf, 10 bytes\]$/,
    );
    expect(pictures().map((each) => each.equals(stored('IMG_1.jpg')))).toEqual([true, false]);
    expect(door.modelCalls.map(({ raw }) => raw).join()).not.toContain(
      Buffer.from(CANARY).toString('base64').slice(4, 20),
    );
  });

  it('needs no words', async () => {
    door.attachments.set(1, jpeg.plain);
    expect((await door.reply(door.give({ text: '', attachments: [attached(1)] }))).text).toBe('ok');
    expect(textOf()).toMatch(/^\[attached: "inbox\/picture-2023-11-14.jpg"/);
  });

  it('is what its content says, not what its sender claims', async () => {
    door.attachments.set(1, Buffer.from('#!/bin/sh\necho'));
    await door.reply(door.give({ text: 'x', attachments: [attached(1, { name: 'holiday.jpg' })] }));
    expect(textOf()).toContain('[attached: "inbox/holiday.jpg", text/plain, 14 bytes]');
    expect(pictures()).toEqual([]);
  });

  it('takes no name that is there', async () => {
    door.attachments.set(1, Buffer.from('one')).set(2, Buffer.from('two'));
    const both = [1, 2].map((number) => attached(number, { kind: 'file', name: 'a.txt' }));
    await door.reply(door.give({ text: 'x', attachments: both }));
    await door.reply(door.give({ text: 'y', attachments: both }));
    expect(inbox()).toEqual(['a (2).txt', 'a (3).txt', 'a (4).txt', 'a.txt']);
  });

  it('is told of to a model that sees nothing', async () => {
    const blind = {
      ...ANTHROPIC,
      images: false,
      contextTokens: 9_000,
      outputTokens: 1_000,
      thinking: false,
      price: null,
    };
    door.catalogue = [blind as CatalogueModel];
    door.attachments.set(1, jpeg.plain);
    await door.reply(door.give({ text: 'x', attachments: [attached(1)] }));
    expect(pictures()).toEqual([]);
    expect(shown()[1]).toMatchObject({ text: '[an image, which this model cannot see]' });
  });

  it('is a path in what comes after, and no bytes', async () => {
    door.attachments.set(1, jpeg.plain);
    await door.reply(door.give({ text: 'look', attachments: [attached(1)] }));
    await door.reply(door.give({ text: 'and?' }));
    expect(door.said(1)[0]).toContain('[attached: "inbox/');
    expect(door.modelCalls[1]?.raw).not.toContain('base64');
    const database = readFileSync(join(door.folder, 'conversation.sqlite'));
    expect(database.includes(jpeg.plain.subarray(20, 60))).toBe(false);
  });

  it('is shown again by /retry', async () => {
    door.attachments.set(1, jpeg.plain);
    await door.reply(door.give({ text: 'look', attachments: [attached(1)] }));
    await door.reply(door.give({ text: '/retry' }));
    expect(pictures(1)).toHaveLength(1);
    expect(textOf(1)).toBe(textOf(0));
    expect(door.attachmentsAsked).toBe(1);
  });

  it('is fetched again when it breaks off, and not after a crash of the room', async () => {
    door.attachments.set(1, jpeg.plain);
    door.brokenAttachments = 2;
    door.provider = inTurn(breaksOff([], 'silent'), says(['ok']));
    const turn = door.give({ text: 'look', attachments: [attached(1)] });
    await door.until(() => door.modelCalls.length === 1);
    expect(door.attachmentsAsked).toBe(3);
    await room.stop();
    room = new AgentRoom(door);
    const answered = door.until(() => door.replies.find(({ end }) => end));
    door.give({ ...turn, attempt: 2 });
    expect((await answered).text).toBe('ok');
    expect([door.attachmentsAsked, inbox()]).toEqual([3, ['picture-2023-11-14.jpg']]);
    expect(pictures(1)).toHaveLength(1);
  });

  it.each<[string, Buffer | string, Partial<TurnAttachment>, RegExp]>([
    ['gone', 'not-found', {}, /no longer gives it out/],
    ['out of reach', 'platform-unreachable', {}, /could not be fetched .* send it again/],
    ['too large, as it says', jpeg.plain, { size: MAX_INCOMING + 1 }, /up to 20 MB/],
    ['too large, as it turns out', Buffer.alloc(MAX_INCOMING + 1), {}, /up to 20 MB/],
    [
      'a bomb',
      zip([{ name: 'a', content: Buffer.alloc(20_000_000) }]),
      { kind: 'file' },
      /hundred times its size/,
    ],
    ['damaged', jpeg.full().subarray(0, 100), {}, /It is damaged/],
    ['of a place that cannot be found', heic({ lengthOfExif: 0 }).file, {}, /It is damaged/],
  ])('is not taken when it is %s, and the user is told why', async (_what, bytes, more, words) => {
    door.attachments.set(1, bytes);
    const reply = await door.reply(door.give({ text: '', attachments: [attached(1, more)] }));
    expect(reply.text).toMatch(words);
    expect(reply.end?.outcome).toBe('answered');
    expect([inbox(), door.modelCalls.length]).toEqual([[], 0]);
    const withWords = await door.reply(door.give({ text: 'and this', attachments: [attached(1, more)] }));
    expect(withWords.text).toMatch(/^\*I could not take the .*\*\n\nok$/);
    expect(textOf()).toMatch(/^and this\n\n\[attached, but not taken: a /);
  });

  it('is not taken when the workspace is full, or its inbox leads elsewhere', async () => {
    mkdirSync(join(door.folder, 'workspace'), { recursive: true });
    symlinkSync(door.folder, join(door.folder, 'workspace/inbox'));
    door.attachments.set(1, Buffer.from('text'));
    const reply = await door.reply(door.give({ text: '', attachments: [attached(1, { name: 'a.txt' })] }));
    expect(reply.text).toMatch(/^\*I could not take `a.txt`\./);
    expect(readdirSync(door.folder)).not.toContain('a.txt');
  });

  it('joins a question that is being asked', async () => {
    door.attachments.set(1, jpeg.plain).set(2, png.plain);
    door.provider = inTurn(breaksOff([], 'silent'), says(['both']));
    const turn = door.give({ text: 'these', attachments: [attached(1)] });
    await door.until(() => door.modelCalls.length === 1);
    door.more = [{ text: '', attachments: [attached(2)], quoted: 'earlier' }];
    door.send({ kind: 'nudge', turn: turn.id });
    expect((await door.reply(turn)).text).toBe('both');
    expect(pictures(1)).toHaveLength(2);
    await door.reply(door.give({ text: '/retry' }));
    expect(pictures(2)).toHaveLength(2);
    expect(textOf(1)).toMatch(
      /^these\n\n\[attached.*\n\n\[The message that this one replies to.*\n> earlier\n\n\[attached/s,
    );
  });

  it('with a command is left aside, and the user is told', async () => {
    door.attachments.set(1, jpeg.plain);
    const reply = await door.reply(door.give({ text: '/status', attachments: [attached(1)] }));
    expect(reply.text).toMatch(/^\*A command takes no pictures/);
    expect([inbox(), door.attachmentsAsked]).toEqual([[], 0]);
  });

  describe('a private question', () => {
    it('is asked with a picture that is kept nowhere', async () => {
      door.attachments.set(1, jpeg.full());
      const given = { text: '/private what is it?', attachments: [attached(1)] };
      expect((await door.reply(door.give(given))).text).toBe('ok');
      expect(pictures()).toHaveLength(1);
      expect(pictures()[0]?.includes(CANARY)).toBe(false);
      expect(inbox()).toEqual([]);
    });

    it('is not asked when what it quotes holds a card number', async () => {
      const given = { text: '/private is it mine?', quoted: 'pay with 4111 1111 1111 1111' };
      const reply = await door.reply(door.give(given));
      expect(reply.text).toMatch(/card number/);
      expect([reply.end?.leaveNoTrace, door.modelCalls.length]).toEqual([true, 0]);
    });
  });

  describe('a voice note', () => {
    const speaks = (words: string): Provider =>
      replies(200, 'application/json', JSON.stringify({ text: words }));
    const heard = (...models: object[]) => door.give({ text: '', attachments: [voice], models });
    /** The speech by the first, the answer by the second. */
    const first = (hears: Provider): Provider => inTurn(hears, says(['ok']));

    beforeEach(() => door.attachments.set(1, ogg(3)));

    it('is written down by OpenAI and asked as what was said; the sound is kept nowhere', async () => {
      door.provider = first(speaks('Call mum tomorrow'));
      expect((await door.reply(heard(ANTHROPIC, OPENAI))).text).toBe('ok');
      const [call] = door.modelCalls;
      expect(call?.path).toBe('openai/v1/audio/transcriptions');
      expect(call?.headers).toMatchObject({ 'content-type': 'audio/ogg' });
      expect(call?.headers['x-ara-turn']).toMatch(/^\d+$/);
      expect(textOf()).toBe('(said in a voice note) Call mum tomorrow');
      expect(inbox()).toEqual([]);
    });

    it('is written down by Google', async () => {
      const answer = {
        candidates: [{ content: { parts: [{ text: 'thinking', thought: true }, { text: 'Hello' }] } }],
      };
      door.provider = first(replies(200, 'application/json', JSON.stringify(answer)));
      await door.reply(heard(ANTHROPIC, GOOGLE));
      expect(door.modelCalls[0]?.path).toBe('google/v1beta/models/gemini-test:generateContent');
      expect(JSON.stringify(door.modelCalls[0]?.body)).toContain(ogg(3).toString('base64'));
      expect(textOf()).toBe('(said in a voice note) Hello');
    });

    it('is written down by the next provider when one fails', async () => {
      door.provider = inTurn(
        refuses({ status: 401 }),
        replies(200, 'application/json', '{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}'),
        says(['ok']),
      );
      await door.reply(heard(ANTHROPIC, OPENAI, GOOGLE));
      expect(textOf()).toBe('(said in a voice note) Hi');
    });

    it('is tried once with a server of the user’s own, which may not hear', async () => {
      door.provider = refuses({ status: 404 });
      const reply = await door.reply(heard(COMPATIBLE));
      expect(reply.text).toMatch(/I need a key of OpenAI or Google/);
      expect(door.modelCalls.map(({ path }) => path)).toEqual(['compatible/audio/transcriptions']);
    });

    it('needs a key of somebody who hears, and the user is told so', async () => {
      const reply = await door.reply(heard(ANTHROPIC));
      expect(reply.text).toMatch(
        /^\*I could not take the voice note\. To understand voice notes I need a key/,
      );
      expect(door.modelCalls).toEqual([]);
    });

    it('over the budget is not written down, by nobody', async () => {
      door.provider = doorRefuses(402, 'over-budget');
      const reply = await door.reply(heard(OPENAI, GOOGLE));
      expect(reply.text).toMatch(/beyond the budget/);
      expect(door.modelCalls).toHaveLength(1);
    });

    it.each([
      ['too long', ogg(601), /up to 10 minutes/],
      ['no sound', jpeg.plain, /no sound that I know/],
    ])('that is %s goes to nobody', async (_what, bytes, words) => {
      door.attachments.set(1, bytes);
      expect((await door.reply(heard(OPENAI))).text).toMatch(words);
      expect(door.modelCalls).toEqual([]);
    });

    it('passes the gate as text does', async () => {
      door.provider = first(speaks('my card is 4111 1111 1111 1111'));
      const reply = await door.reply(heard(OPENAI));
      expect(reply.text).toMatch(/looks like a card number/);
      expect(door.modelCalls).toHaveLength(1);
      await door.reply(door.give({ text: 'mask', models: [ANTHROPIC] }));
      expect(textOf()).toBe('(said in a voice note) my card is [card number]');
    });
  });

  describe('a held message', () => {
    const CARD = 'book it with 4111 1111 1111 1111';
    it('keeps its pictures for when it is sent', async () => {
      door.attachments.set(1, jpeg.plain);
      await door.reply(door.give({ text: CARD, attachments: [attached(1)] }));
      expect(door.modelCalls).toEqual([]);
      await door.reply(door.give({ text: 'send' }));
      expect(pictures()).toHaveLength(1);
    });

    it('takes them along when it is forgotten', async () => {
      door.attachments.set(1, jpeg.plain);
      await door.reply(door.give({ text: CARD, attachments: [attached(1)] }));
      expect(inbox()).toHaveLength(1);
      await door.reply(door.give({ text: 'forget' }));
      expect(inbox()).toEqual([]);
    });

    it('is one whose quote holds a secret, too', async () => {
      const reply = await door.reply(door.give({ text: 'what about it?', quoted: CARD }));
      expect(reply.text).toMatch(/card number/);
      expect(door.modelCalls).toEqual([]);
    });
  });

  describe('a sign on a message', () => {
    const react = (emoji: string) => ({
      calls: [{ id: '1', name: 'react', json: [JSON.stringify({ emoji })] }],
    });

    it('is offered only where the channel has such a thing', async () => {
      await door.reply(door.give({ text: 'a' }));
      await door.reply(door.give({ text: 'b', reactions: true }));
      expect(door.modelCalls.map(({ raw }) => raw.includes('"react"'))).toEqual([false, true]);
    });

    it('goes out beside the answer, or is the answer', async () => {
      door.provider = inTurn(says([], react('🎉')), says(['Well done']), says([], react('❤')), says([]));
      const reply = await door.reply(door.give({ text: 'I did it', reactions: true }));
      expect(reply).toMatchObject({ reactions: ['🎉'], text: 'Well done' });
      const short = await door.reply(door.give({ text: 'thanks', reactions: true }));
      expect(short).toMatchObject({ reactions: ['❤️'], text: '❤️' });
    });

    it('is one emoji', async () => {
      door.provider = inTurn(says([], react('🎉🎉')), says(['hm']));
      expect((await door.reply(door.give({ text: 'x', reactions: true }))).reactions).toEqual([]);
      expect(door.modelCalls[1]?.raw).toContain('Give exactly one emoji.');
    });
  });

  it('/stop ends the fetching', async () => {
    door.attachments.set(1, jpeg.plain);
    door.holdAttachments = true;
    const turn = door.give({ text: 'x', attachments: [attached(1)] });
    await door.until(() => door.attachmentsAsked === 1);
    door.give({ text: '/stop' });
    const reply = await door.reply(turn);
    expect([reply.end?.outcome, reply.text]).toEqual(['cancelled', '*Stopped.*']);
    // The chat is free for what comes next.
    door.holdAttachments = false;
    expect((await door.reply(door.give({ text: 'hello' }))).text).toBe('ok');
  });
});
