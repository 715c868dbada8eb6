/** Tests of the gate before the model: what is held, and what the user's word makes of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turn as turnSchema, type Turn } from '../../../contracts/rooms-door.js';
import { Conversation } from './conversation/conversation.js';
import { ConversationDatabase } from './conversation/database.js';
import { HeldMessages } from './conversation/held.js';
import { decide, type Decision } from './sensitive-gate.js';

const CARD = 'book it with 4111 1111 1111 1111 please';

describe('the gate', () => {
  let folder: string;
  let database: ConversationDatabase;
  let conversation: Conversation;
  let held: HeldMessages;

  const turn = (id: number, text: string, chat = '1'): Turn =>
    turnSchema.parse({
      id,
      kind: 'message',
      channel: 'telegram',
      chat,
      text,
      sentAt: id,
      key: null,
      attachments: [],
      quoted: null,
      reactions: false,
      attempt: 1,
      models: [],
      settingsVersion: 1,
      status: { channels: [], waiting: 0 },
    });
  const say = (id: number, text: string, chat?: string): Decision =>
    decide(turn(id, text, chat), { held, conversation });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ara-gate-'));
    database = new ConversationDatabase(join(folder, 'conversation.sqlite'));
    conversation = new Conversation(database);
    held = new HeldMessages(database);
  });
  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  it('lets an ordinary message through', () => {
    expect(say(1, 'hello')).toEqual({ type: 'ask', question: 'hello', files: [], released: false });
  });

  it('holds a card number, and says neither it nor anything to a model', () => {
    const decision = say(1, CARD);
    expect(decision).toMatchObject({ type: 'say', choices: ['send', 'mask', 'forget'] });
    expect(JSON.stringify(decision)).toContain('a card number');
    expect(JSON.stringify(decision)).not.toContain('4111');
  });

  it('sends, masks or forgets, as the user says', () => {
    say(1, CARD);
    expect(say(2, 'Send')).toEqual({ type: 'ask', question: CARD, files: [], released: true });
    expect(say(3, '*mask*')).toEqual({
      type: 'ask',
      question: 'book it with [card number] please',
      files: [],
      released: true,
    });
    expect(say(4, 'forget.')).toMatchObject({ type: 'say', choices: [] });
    expect(held.of(turn(5, ''))).toBeNull();
  });

  it('takes the words for what they are when nothing is held in this chat', () => {
    say(1, CARD);
    expect(say(2, 'send', 'another')).toMatchObject({ question: 'send', released: false });
  });

  it('holds a message once more when its turn comes again', () => {
    say(1, CARD);
    expect(say(1, CARD)).toMatchObject({ type: 'say' });
  });

  it('goes on with what a crash cut short after the user had said so', () => {
    say(1, CARD);
    const decision = say(2, 'mask');
    conversation.begin(turn(2, 'mask'), decision.type === 'ask' ? decision.question : '');
    held.drop(turn(2, 'mask'));
    expect(say(2, 'mask')).toEqual(decision);
  });
});
