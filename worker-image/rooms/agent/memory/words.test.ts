/** Tests of words and phrases in any script. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phraseMatcher, words } from './words.js';

describe('words', () => {
  it.each([
    ['Crème brûlée, s’il vous plaît!', ['creme', 'brulee', 's', 'il', 'vous', 'plait']],
    ['Straße STRASSE', ['strasse', 'strasse']],
    ['ΟΔΟΣ.Α οδος', ['οδοσ', 'α', 'οδοσ']],
    ['İstanbul ıstanbul', ['istanbul', 'istanbul']],
    ['C++ is not C', ['c', '+', '+', 'is', 'not', 'c']],
    ['我妹妹 Anna', ['我', '妹', '妹', 'anna']],
    ['हिन्दी की', ['हिन्दी', 'की']],
    ['かき かぎ', ['か', 'き', 'か', 'ぎ']],
    ['🎂 3 May', ['🎂', '3', 'may']],
    [' .,;"\' ', []],
  ])('of %s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('are the same however the letters are composed', () => {
    expect(words('é한が'.normalize('NFD'))).toEqual(words('é한が'.normalize('NFC')));
  });

  it('are words themselves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const once = words(text);
        expect(words(once.join(' '))).toEqual(once);
      }),
    );
  });
});

describe('phraseMatcher', () => {
  const holds = (text: string, phrase: string): boolean => phraseMatcher(words(phrase))(text);

  it('finds whole words next to each other, whatever stands between them', () => {
    expect(holds('My sister-in-law ANNA.', 'sister in law Anna')).toBe(true);
    expect(holds('My sister, Anna', 'Anna sister')).toBe(false);
    expect(holds('Annabel called', 'Anna')).toBe(false);
    expect(holds('programming in C', 'C++')).toBe(false);
  });

  it('finds a word within a text without spaces', () => {
    expect(holds('我妹妹的生日', '妹妹')).toBe(true);
  });
});
