/** Tests of the list of messages that a model is shown. */
import { describe, expect, it } from 'vitest';
import { alternating } from './history.js';

describe('alternating', () => {
  it('starts with the user and alternates', () => {
    const earlier = [
      { question: 'a', answer: 'b' },
      { question: 'c', answer: 'd' },
    ];
    expect(alternating(earlier, 'e')).toEqual([
      { role: 'user', text: 'a' },
      { role: 'assistant', text: 'b' },
      { role: 'user', text: 'c' },
      { role: 'assistant', text: 'd' },
      { role: 'user', text: 'e' },
    ]);
  });

  it('makes one message of questions that got no answer', () => {
    const earlier = [
      { question: 'a', answer: '' },
      { question: 'b', answer: ' \n' },
    ];
    expect(alternating(earlier, 'c')).toEqual([{ role: 'user', text: 'a\n\nb\n\nc' }]);
  });
});
