/** The export through the room's own door: what is in it, who opens it, how long it waits. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXPORT_KEPT_HOURS } from '../../../../contracts/archive.js';
import { hasAge, openedByAge } from '../../../../test/kit/age.js';
import { KEPT } from '../export/expiry.js';
import {
  begin,
  decrypted,
  done,
  exported,
  furnish,
  manifestOf,
  PASSPHRASE,
  room,
  state,
  stopRooms,
  type Room,
} from './archive-test-rig.js';

afterEach(stopRooms);

describe('the export', () => {
  let of: Room;
  beforeEach(async () => {
    of = await room();
    await furnish(of);
  });

  it('has everything, each file as its manifest says, and is shown to nobody without the passphrase', async () => {
    const archive = await exported(of);
    for (const word of ['first question', 'likes tea', 'manifest.json', PASSPHRASE])
      expect(archive.includes(word)).toBe(false);
    const files = await decrypted(of, archive);
    const listed = await manifestOf(of, archive);
    expect(listed.files.map(({ path }) => path)).toEqual([...files.keys()].slice(0, -1));
    for (const { path, sha256, bytes } of listed.files) {
      expect(createHash('sha256').update(files.get(path)!).digest('hex')).toBe(sha256);
      expect(files.get(path)).toHaveLength(bytes);
    }
    const all = [...files].map(([path, bytes]) => `${path}\n${bytes.toString('utf8')}`).join('\n');
    for (const word of [
      'first question',
      'first *answer*',
      '日本',
      'likes tea',
      'met Kim',
      'plan',
      'Zoë',
      'water',
      'the news',
      'alice',
    ])
      expect(all).toContain(word);
    expect(all).not.toContain('this one still runs');
    expect(
      [...files.keys()].filter((path) => path.endsWith('.md') && path.startsWith('conversations')),
    ).toHaveLength(3);
    expect(listed.excluded.length).toBeGreaterThan(4);
  });

  it.runIf(hasAge)('is opened by age itself', async () => {
    const files = openedByAge(await exported(of), PASSPHRASE);
    expect(files.get('memory/MEMORY.md')?.toString()).toBe('- likes tea\n');
    expect(files.get('files/notes/Reise nach 日本.md')?.toString()).toBe('plan');
    const listed = await manifestOf(of, await of.rig.bytes('exports/archive'));
    expect(files.size).toBe(listed.files.length + 1);
  });

  it('waits a day, and is then removed when the room is woken for it', async () => {
    expect(KEPT).toBe(EXPORT_KEPT_HOURS * 3_600_000);
    await exported(of);
    const ready = await state(of);
    if (ready.state !== 'ready') throw new Error('not ready');
    expect(ready.expiresAt - ready.madeAt).toBe(86_400_000);
    const path = join(of.rig.assistant.folder, 'export', 'export.age');
    const agenda = await of.rig.assistant.agenda();
    expect(of.rig.bridge.wakes.at(-1)).toBeLessThanOrEqual(ready.expiresAt);
    await agenda.fire();
    expect(existsSync(path)).toBe(true);
    const old = (Date.now() - KEPT - 1_000) / 1_000;
    utimesSync(path, old, old);
    expect(await state(of)).toEqual({ state: 'none' });
    await expect(of.rig.bytes('exports/archive')).rejects.toMatchObject({ code: 'not-found' });
    await agenda.fire();
    expect(existsSync(path)).toBe(false);
  });

  it('is removed when its owner says so, and made anew in the place of the old', async () => {
    const [one, other] = [await exported(of), await exported(of)];
    expect(one.equals(other)).toBe(false);
    await of.rig.delete('exports');
    expect(await state(of)).toEqual({ state: 'none' });
    expect(of.rig.filesHolding('age-encryption.org')).toEqual([]);
  });

  it('leaves nothing of one that failed, and says that it failed', async () => {
    await begin(of, '0'.repeat(32));
    expect(await done(of)).toEqual({ state: 'failed' });
    expect(readdirSync(join(of.rig.assistant.folder, 'export'))).toEqual([]);
    expect(await exported(of)).not.toHaveLength(0);
  });

  it('is one at a time', async () => {
    const [first, second] = await Promise.allSettled([begin(of), begin(of)]);
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
    await done(of);
  });

  it('says which files it could not read', async () => {
    const notes = join(of.rig.assistant.folder, 'memory', 'notes');
    writeFileSync(join(notes, '2026-11-25.md'), Buffer.from([0xff, 0xfe]));
    symlinkSync('/etc/passwd', join(of.rig.assistant.folder, 'workspace', 'link'));
    const { skipped, files } = await manifestOf(of, await exported(of));
    expect(skipped).toEqual([{ path: 'memory/notes/2026-11-25.md', why: 'unusable' }]);
    expect(files.some(({ path }) => path.includes('link'))).toBe(false);
  });
});
