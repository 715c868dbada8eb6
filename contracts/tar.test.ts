/** Tar as we write and read it: the system's own tar agrees, and what is not as it should be is refused. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readTar, TAR_END, tarPieces } from './tar.js';

const LIMITS = { files: 100, bytes: 10_000_000 };
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ara-tar-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const files = {
  'a.txt': Buffer.from('a'),
  empty: Buffer.alloc(0),
  [`files/${'long/'.repeat(30)}name.bin`]: Buffer.alloc(70_000, 7),
  'files/Reise nach 日本.md': Buffer.from('Zoë'),
  block: Buffer.alloc(512, 1),
};

async function packed(entries: Record<string, Buffer> = files): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (const [name, bytes] of Object.entries(entries))
    for await (const piece of tarPieces({
      name,
      size: bytes.length,
      modified: 1_700_000_000_000,
      bytes: [bytes],
    }))
      pieces.push(piece);
  return Buffer.concat([...pieces, TAR_END]);
}

/** In pieces of an awkward size. */
async function* cut(bytes: Buffer, size = 333): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, limits = LIMITS): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  for await (const entry of readTar(cut(bytes), limits)) {
    const pieces: Buffer[] = [];
    for await (const piece of entry.bytes) pieces.push(Buffer.from(piece));
    found[entry.name] = Buffer.concat(pieces);
    expect(found[entry.name]).toHaveLength(entry.size);
  }
  return found;
}

it('gives what was put in', async () => {
  expect(await read(await packed())).toEqual(files);
});

it('passes over what nobody reads', async () => {
  const names: string[] = [];
  for await (const { name } of readTar(cut(await packed()), LIMITS)) names.push(name);
  expect(names).toEqual(Object.keys(files));
});

it("is what the system's tar reads, and reads what that writes in the same form", async () => {
  writeFileSync(join(folder, 'ours.tar'), await packed());
  execFileSync('tar', ['-xf', 'ours.tar'], { cwd: folder });
  for (const [name, bytes] of Object.entries(files)) expect(readFileSync(join(folder, name))).toEqual(bytes);
  execFileSync('tar', ['--format=pax', '-cf', 'theirs.tar', ...Object.keys(files)], { cwd: folder });
  expect(await read(readFileSync(join(folder, 'theirs.tar')))).toEqual(files);
});

it('refuses what is cut short, wherever', async () => {
  const whole = await packed({ 'a.txt': Buffer.alloc(2_000, 1) });
  for (const at of [0, 1, 511, 512, 1_500, 2_560, whole.length - 1_024, whole.length - 1])
    await expect(read(whole.subarray(0, at))).rejects.toMatchObject({ code: 'bad-archive' });
});

it('refuses links, folders and devices', async () => {
  symlinkSync('/etc/passwd', join(folder, 'link'));
  for (const what of ['link', '.']) {
    const tar = execFileSync('tar', ['--format=ustar', '-cf', '-', what], { cwd: folder });
    await expect(read(tar)).rejects.toMatchObject({ code: 'bad-archive' });
  }
});

it('refuses what is no tar, was changed, or goes on after its end', async () => {
  const whole = await packed({ 'a.txt': Buffer.from('a') });
  const changed = Buffer.from(whole);
  changed[0] = 98;
  const more = Buffer.concat([whole, Buffer.from('more')]);
  for (const bytes of [Buffer.alloc(2_048, 65), changed, more])
    await expect(read(bytes)).rejects.toMatchObject({ code: 'bad-archive' });
});

it('takes no more files and bytes than it may', async () => {
  const many = await packed({ a: Buffer.alloc(10), b: Buffer.alloc(10) });
  await expect(read(many, { files: 1, bytes: 100 })).rejects.toMatchObject({ code: 'too-large' });
  await expect(read(many, { files: 2, bytes: 19 })).rejects.toMatchObject({ code: 'too-large' });
  expect(Object.keys(await read(many, { files: 2, bytes: 20 }))).toEqual(['a', 'b']);
});

it('does not pack a file that is not as long as was said', async () => {
  const pack = async (size: number): Promise<void> => {
    for await (const _ of tarPieces({ name: 'a', size, modified: 0, bytes: [Buffer.alloc(5)] }));
  };
  await expect(pack(4)).rejects.toThrow('grew');
  await expect(pack(6)).rejects.toThrow('shrank');
});
