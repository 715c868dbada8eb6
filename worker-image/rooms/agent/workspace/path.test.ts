/** Tests of the names that a file may have. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isName, parseFolder, parsePath } from './path.js';
import { refusalOf } from './test-rig.js';
import { WorkspaceError } from './workspace-error.js';

describe('parsePath', () => {
  it.each([
    ['trip.md', ['trip.md']],
    ['notes/trip.md', ['notes', 'trip.md']],
    ['a b/½ cup – “Größe” 日本語 🏳️ v1.2.txt', ['a b', '½ cup – “Größe” 日本語 🏳️ v1.2.txt']],
    ['Cafe\u0301.md', ['Caf\u00e9.md']],
  ])('takes %j', (written, names) => {
    expect(parsePath(written)).toEqual(names);
  });

  it.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a way up', '../secret.txt'],
    ['a way up in the middle', 'notes/../../secret.txt'],
    ['an absolute path', '/etc/passwd'],
    ['an absolute path by two slashes', '//etc/passwd'],
    ['an empty part', 'notes//trip.md'],
    ['a slash at the end', 'notes/'],
    ['a hidden file', '.ssh'],
    ['a hidden folder', 'notes/.git/config'],
    ['a backslash', 'notes\\trip.md'],
    ['a way up by backslashes', '..\\secret.txt'],
    ['NUL', 'notes\0.md'],
    ['a line end', 'notes\n.md'],
    ['an escape sequence', '\u001b[2Jnotes'],
    ['a C1 control', 'notes\u0085'],
    ['a line separator', 'notes\u2028.md'],
    ['U+2024 as a dot', '\u2024\u2024/secret.txt'],
    ['U+2025 as two dots', '\u2025/secret.txt'],
    ['U+2026 as dots', 'more\u2026.md'],
    ['a fullwidth slash', '\uff0fetc'],
    ['fullwidth dots', '\uff0e\uff0e/secret.txt'],
    ['a fullwidth backslash', 'notes\uff3ctrip'],
    ['a division slash', 'notes\u2215trip'],
    ['a fraction slash', 'notes\u2044trip'],
    ['a big solidus', 'notes\u29f8trip'],
    ['a set minus', 'notes\u2216trip'],
    ['a sign that NFKC makes a slash of', 'notes\u2105trip'],
    ['a number with a full stop', '\u2488md'],
    ['a right-to-left override', 'invoice\u202efdp.exe'],
    ['a bidi isolate', 'notes\u2066.md'],
    ['a zero-width space', 'no\u200btes'],
    ['a zero-width joiner', 'no\u200dtes'],
    ['a byte order mark', '\ufeffnotes'],
    ['a soft hyphen', 'no\u00adtes'],
    ['a Hangul filler', '\u3164'],
    ['a tag character', 'notes\u{e0041}'],
    ['half of a surrogate pair', 'notes\ud800'],
    ['a blank in front', ' notes'],
    ['a blank behind', 'notes /trip.md'],
    ['a blank alone', 'notes/ /trip.md'],
    ['a name too long', 'ä'.repeat(128)],
    ['a path too long', `${'a'.repeat(200)}/`.repeat(6) + 'b'],
    ['too many folders', 'a/'.repeat(12) + 'b'],
  ])('refuses %s', (_what, written) => {
    expect(refusalOf(() => parsePath(written))).toBe('bad-name');
  });

  it('says what to write instead, and does not repeat what it cannot show', () => {
    expect(() => parsePath('/etc/passwd')).toThrow(
      'Write the path from the workspace on, such as notes/trip.md.',
    );
    expect(() => parsePath('a\u202eb')).toThrow(
      /^This is no name for a file here\. It has a character that cannot be seen\.$/,
    );
  });

  const nasty = fc.constantFrom(
    ...[
      '.',
      '..',
      '/',
      '\\',
      '\0',
      '\n',
      ' ',
      'a',
      'Z',
      '~',
      '%2e',
      '%2f',
      ':',
      '*',
      'é',
      'e\u0301',
      '日',
      '😀',
      '\ufe0f',
    ],
    ...[
      '\u2024',
      '\u2025',
      '\uff0e',
      '\uff0f',
      '\uff3c',
      '\u2215',
      '\u2044',
      '\u202e',
      '\u200b',
      '\u2028',
      '\ud800',
      '\u0338',
    ],
  );

  it('lets nothing through that means another place, however it is put together', () => {
    const paths = fc.oneof(
      fc.array(nasty, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(paths, (written) => {
        let names: string[];
        try {
          names = parsePath(written);
        } catch (error) {
          expect(error).toBeInstanceOf(WorkspaceError);
          return;
        }
        expect(names.join('/')).toBe(written.normalize('NFC'));
        for (const name of names) {
          expect(isName(name)).toBe(true);
          expect(name).toMatch(
            /^[^./\\\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e][^/\\\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]*$/,
          );
          const looksLike = name.normalize('NFKC');
          expect(looksLike).not.toMatch(/[/\\]|^\.{1,2}$/);
          expect(parsePath(name)).toEqual([name]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parseFolder', () => {
  it('takes nothing for the workspace itself, and a slash at the end', () => {
    expect(parseFolder('')).toEqual([]);
    expect(parseFolder('notes/')).toEqual(['notes']);
    expect(refusalOf(() => parseFolder('/'))).toBe('bad-name');
    expect(refusalOf(() => parseFolder('..'))).toBe('bad-name');
  });
});
