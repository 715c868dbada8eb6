/** Tests of the list of messages that a model is shown. */
import { describe, expect, it } from 'vitest';
import type { ModelMessage } from '../models/model.js';
import { addUser, messagesOf } from './history.js';

const user = (...texts: string[]): ModelMessage => ({
  role: 'user',
  content: texts.map((text) => ({ type: 'text', text })),
});
const assistant = (text: string): ModelMessage => ({ role: 'assistant', content: [{ type: 'text', text }] });
const nothingBefore = { summary: '', earlier: [], now: '(now)' };

describe('messagesOf', () => {
  it('starts with the user and alternates, with the time behind the question', () => {
    const earlier = [
      { question: 'a', answer: 'b' },
      { question: 'c', answer: 'd' },
    ];
    expect(messagesOf({ ...nothingBefore, earlier, question: 'e' })).toEqual([
      user('a'),
      assistant('b'),
      user('c'),
      assistant('d'),
      user('e', '(now)'),
    ]);
  });

  it('makes one message of questions that got no answer', () => {
    const earlier = [
      { question: 'a', answer: '' },
      { question: 'b', answer: ' \n' },
    ];
    expect(messagesOf({ ...nothingBefore, earlier, question: 'c' })).toEqual([user('a\n\nb\n\nc', '(now)')]);
  });

  it('puts the summary in front', () => {
    const [first] = messagesOf({ ...nothingBefore, summary: '- we agreed', question: 'so?' });
    expect(first).toEqual(user('What we said before, summed up:\n- we agreed\n\nso?', '(now)'));
  });
});

describe('addUser', () => {
  it('adds to the user’s message, or begins one', () => {
    const messages = [user('a')];
    addUser(messages, [{ type: 'text', text: 'b' }]);
    expect(messages).toEqual([user('a', 'b')]);
    messages.push(assistant('c'));
    addUser(messages, [{ type: 'text', text: 'd' }]);
    expect(messages).toEqual([user('a', 'b'), assistant('c'), user('d')]);
  });
});
