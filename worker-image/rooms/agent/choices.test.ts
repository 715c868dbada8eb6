/** Tests of which model answers. */
import { describe, expect, it } from 'vitest';
import { chatId } from '../../../contracts/ids.js';
import { choicesFor } from './choices.js';
import { DEFAULT_PREFERENCES } from './preferences.js';

const claude = { provider: 'anthropic' as const, model: 'claude-test' };
const opus = { provider: 'anthropic' as const, model: 'opus-test' };
const gpt = { provider: 'openai' as const, model: 'gpt-test' };
const turn = { channel: 'telegram' as const, chat: chatId.parse('1'), models: [claude, gpt] };

describe('choicesFor', () => {
  it('follows the account when nothing is wished', () => {
    expect(choicesFor(turn, DEFAULT_PREFERENCES)).toEqual([claude, gpt]);
  });

  it('puts the user’s choice first and the chat’s before it, each once', () => {
    const wishes = { ...DEFAULT_PREFERENCES, model: gpt, chatModels: { 'telegram|1': opus } };
    expect(choicesFor(turn, wishes)).toEqual([opus, gpt, claude]);
    expect(choicesFor({ ...turn, chat: chatId.parse('2') }, wishes)).toEqual([gpt, claude]);
  });

  it('leaves out a choice whose key is gone', () => {
    const wishes = { ...DEFAULT_PREFERENCES, model: gpt };
    expect(choicesFor({ ...turn, models: [claude] }, wishes)).toEqual([claude]);
  });

  it('asks one model only where the user wants no other', () => {
    const wishes = { ...DEFAULT_PREFERENCES, model: gpt, fallback: false };
    expect(choicesFor(turn, wishes)).toEqual([gpt]);
  });
});
