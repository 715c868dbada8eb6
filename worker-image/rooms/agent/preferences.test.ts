/** Tests of the user's settings on disk. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PREFERENCES, PreferenceStore } from './preferences.js';

describe('PreferenceStore', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ara-preferences-'));
    path = join(folder, 'preferences.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('begins with the defaults and keeps what is changed', () => {
    const store = new PreferenceStore(path);
    expect(store.current).toEqual(DEFAULT_PREFERENCES);
    store.change({ busy: 'queue' });
    store.change({ timeZone: 'Europe/Berlin' });
    expect(new PreferenceStore(path).current).toEqual({
      ...DEFAULT_PREFERENCES,
      busy: 'queue',
      timeZone: 'Europe/Berlin',
    });
    expect(readdirSync(folder)).toEqual(['preferences.json']);
  });

  it.each([
    '',
    '{"busy":',
    '[]',
    'null',
    '{"timeZone":"Mars/Olympus","busy":"fast","quietHours":{"from":"later"}}',
  ])('takes a file that says %j for none', (text) => {
    writeFileSync(path, text);
    expect(new PreferenceStore(path).current).toEqual(DEFAULT_PREFERENCES);
  });

  it('keeps what can be read of a file that was edited by hand', () => {
    writeFileSync(path, '{"timeZone":"Europe/Berlin","busy":"fast"}');
    expect(new PreferenceStore(path).current).toEqual({ ...DEFAULT_PREFERENCES, timeZone: 'Europe/Berlin' });
  });
});
