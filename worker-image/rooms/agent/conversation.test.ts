/** Tests of the conversation on disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turn as turnSchema, type Turn } from '../../../contracts/rooms-door.js';
import { Conversation, type Ended } from './conversation.js';

const turn = (id: number, text: string, other: Partial<Record<keyof Turn, unknown>> = {}): Turn =>
  turnSchema.parse({
    id,
    kind: 'message',
    channel: 'telegram',
    chat: '1',
    text,
    sentAt: id * 1_000,
    attempt: 1,
    models: [],
    status: { channels: [], waiting: 0 },
    ...other,
  });

const answered = (answer: string, other: Partial<Ended> = {}): Ended => ({
  outcome: 'answered',
  answer,
  reason: null,
  model: { provider: 'openai', model: 'gpt-test' },
  inputTokens: 3,
  outputTokens: 4,
  ...other,
});

describe('Conversation', () => {
  let folder: string;
  let conversation: Conversation;

  const say = (id: number, question: string, ended: Ended): void =>
    conversation.end(conversation.begin(turn(id, question)), ended);
  const shown = (asked: Turn, budget?: number): string[] =>
    conversation.messages(asked, conversation.begin(asked), budget).map(({ text }) => text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ara-conversation-'));
    conversation = new Conversation(join(folder, 'conversation.sqlite'));
  });
  afterEach(() => {
    conversation.close();
    rmSync(folder, { recursive: true });
  });

  it('shows the model what was said before in the same chat', () => {
    say(1, 'hello', answered('hi'));
    conversation.begin(turn(2, 'elsewhere', { chat: '2' }));
    expect(shown(turn(3, 'and now?'))).toEqual(['hello', 'hi', 'and now?']);
  });

  it('keeps one row of a turn that comes again, and its ending', () => {
    say(1, 'hello', answered('hi'));
    const again = conversation.begin(turn(1, 'hello', { attempt: 2 }));
    expect(again.ended).toEqual(answered('hi'));
    expect(conversation.turnCount(turn(2, ''))).toBe(1);
  });

  it('does not take a turn of a journal that counts anew for an old one', () => {
    say(1, 'hello', answered('hi'));
    expect(conversation.begin(turn(1, 'other', { sentAt: 77 })).ended).toBeNull();
  });

  it('drops the oldest first when the budget is full, and never the question', () => {
    say(1, 'a'.repeat(50), answered('b'.repeat(50)));
    say(2, 'c'.repeat(30), answered('d'.repeat(30)));
    expect(shown(turn(3, 'e'.repeat(500)), 120)).toEqual(['c'.repeat(30), 'd'.repeat(30), 'e'.repeat(500)]);
    expect(shown(turn(4, 'f'), 10)).toEqual(['f']);
  });

  it('leaves out what crashed us or was refused, and keeps the question of other failures', () => {
    say(1, 'much too long', answered('', { outcome: 'failed', reason: 'too-long' }));
    say(2, 'refused', answered('', { outcome: 'failed', reason: 'refused-by-provider' }));
    conversation.begin(turn(3, 'crashing'));
    say(4, 'was down', answered('', { outcome: 'failed', reason: 'provider-down' }));
    expect(shown(turn(5, 'now'))).toEqual(['was down\n\nnow']);
  });

  it('starts afresh with a new session, in that chat alone', () => {
    say(1, 'hello', answered('hi'));
    conversation.end(conversation.begin(turn(2, 'other', { chat: '2' })), answered('chat'));
    conversation.startSession(turn(3, '/new'));
    expect(conversation.turnCount(turn(3, ''))).toBe(0);
    expect(shown(turn(4, 'again'))).toEqual(['again']);
    expect(shown(turn(5, 'more', { chat: '2' }))).toEqual(['other', 'chat', 'more']);
  });

  it('remembers who answered last', () => {
    expect(conversation.lastProvider()).toBeNull();
    say(1, 'hello', answered('hi'));
    expect(conversation.lastProvider()).toBe('openai');
  });

  it('survives a restart', () => {
    say(1, 'hello', answered('hi'));
    conversation.close();
    conversation = new Conversation(join(folder, 'conversation.sqlite'));
    expect(shown(turn(2, 'now'))).toEqual(['hello', 'hi', 'now']);
  });

  it('loads a thousand turns within 5 ms', () => {
    for (let id = 1; id <= 1_000; id += 1)
      say(id, `question number ${id} of many`, answered('an answer of few words'));
    const asked = turn(1_001, 'now');
    const entry = conversation.begin(asked);
    const times = Array.from({ length: 5 }, () => {
      const before = performance.now();
      expect(conversation.messages(asked, entry).length).toBeGreaterThan(2_000);
      return performance.now() - before;
    });
    // The best of five: the machine may be busy with other tests.
    expect(Math.min(...times)).toBeLessThan(5);
  });
});
