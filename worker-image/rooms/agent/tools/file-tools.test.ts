/** Tests of the tools for files, called as the model calls them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { png } from '../inbox/test-rig.js';
import type { Image } from '../models/model.js';
import { makeRig, write, type Rig } from '../workspace/test-rig.js';
import { deleteFileTool } from './delete-file.js';
import { editFileTool } from './edit-file.js';
import { listFilesTool } from './list-files.js';
import { readFileTool } from './read-file.js';
import { searchFilesTool } from './search-files.js';
import { sendFileTool } from './send-file.js';
import { ToolBox } from './tool-box.js';
import { writeFileTool } from './write-file.js';

describe('the tools for files', () => {
  let rig: Rig;
  let tools: ToolBox;
  let images: readonly Image[];
  let sent: [string, string, string][];

  beforeEach(() => {
    rig = makeRig();
    const makers = [
      listFilesTool,
      readFileTool,
      writeFileTool,
      editFileTool,
      searchFilesTool,
      sendFileTool,
      deleteFileTool,
    ];
    tools = new ToolBox(makers.map((make) => make(rig.workspace)));
    sent = [];
  });

  const run = async (name: string, given: object): Promise<{ text: string; failed: boolean }> => {
    const turn = { id: 1, channel: 'telegram', chat: '1', sentAt: 0 } as never;
    const sendFile = async (
      { name, path }: Record<'name' | 'path', string>,
      bytes: Uint8Array,
    ): Promise<void> => void sent.push([name, path, Buffer.from(bytes).toString()]);
    const context = { turn, signal: new AbortController().signal, react: () => undefined, sendFile };
    const result = await tools.run({ type: 'tool-call', id: '1', name, arguments: given }, context);
    ({ images } = result);
    return { text: result.text, failed: result.failed };
  };
  const ok = (text: string) => ({ text, failed: false });
  const failure = (text: string) => ({ text, failed: true });

  it('write, read and edit a text', async () => {
    expect(await run('write_file', { path: 'notes/a.md', text: 'one\ntwo\n' })).toEqual(
      ok('Written, 8 bytes.'),
    );
    expect(await run('read_file', { path: 'notes/a.md' })).toEqual(ok('[all 2 lines]\none\ntwo'));
    expect(await run('edit_file', { path: 'notes/a.md', old: 'two', new: 'three' })).toEqual(
      ok('Replaced once.'),
    );
    expect(await run('edit_file', { path: 'notes/a.md', old: 'e', new: 'E', all: true })).toEqual(
      ok('Replaced 3 times.'),
    );
    expect(await run('read_file', { path: 'notes/a.md', from: 2, lines: 1 })).toEqual(
      ok('[lines 2 to 2 of 2]\nthrEE'),
    );
    expect(await run('write_file', { path: 'notes/a.md', text: '' })).toEqual(ok('Replaced, 0 bytes.'));
    expect(await run('read_file', { path: 'notes/a.md' })).toEqual(ok('[an empty file]'));
  });

  it('read a long text piece by piece', async () => {
    write(rig.workspace, 'long.txt', `${'x'.repeat(99)}\n`.repeat(300));
    const { text } = await run('read_file', { path: 'long.txt' });
    expect(text).toMatch(
      /^\[lines 1 to 200 of 300; cut after 20000 characters; read on from line 201\]\nx{99}\n/,
    );
    const rest = await run('read_file', { path: 'long.txt', from: 201 });
    expect(rest.text).toMatch(/^\[lines 201 to 300 of 300\]\nx/);
    expect(await run('read_file', { path: 'long.txt', from: 301 })).toEqual(
      failure('This file has 300 lines only.'),
    );
    write(rig.workspace, 'line.txt', 'y'.repeat(30_000));
    expect((await run('read_file', { path: 'line.txt' })).text).toMatch(
      /^\[lines 1 to 1 of 1; cut after 20000 characters\]\ny{20000}$/,
    );
  });

  it('show an image to the model, unless it is too large, and say what other bytes are', async () => {
    rig.workspace.write('a.png', png.full());
    expect((await run('read_file', { path: 'a.png' })).text).toMatch(
      /^\[an image, image\/png, \d+ bytes, shown beside this\]$/,
    );
    // Without the place that it was taken at, though whoever put it there had left that in.
    expect(images).toEqual([{ mediaType: 'image/png', data: png.plain.toString('base64') }]);
    rig.workspace.write('d.png', png.plain.subarray(0, 40));
    expect(await run('read_file', { path: 'd.png' })).toEqual(
      failure('This image (image/png, 40 bytes) is damaged. send_file gives it to the user.'),
    );
    rig.workspace.write('b.png', Buffer.concat([png.plain, Buffer.alloc(5_000_000)]));
    const told = await run('read_file', { path: 'b.png' });
    expect(told).toEqual(
      failure('This image (image/png, 5 MB) is too large to look at. send_file gives it to the user.'),
    );
    rig.workspace.write('c.pdf', Buffer.from([0x25, 0x50, 0, 0xff]));
    expect(await run('read_file', { path: 'c.pdf' })).toEqual(
      failure('This file is not text. It can be sent as it is.'),
    );
    expect(images).toEqual([]);
  });

  it('list and search', async () => {
    expect(await run('list_files', {})).toEqual(ok('There are no files here.'));
    write(rig.workspace, 'notes/a.md', 'to Rome');
    write(rig.workspace, 'b.txt', 'x');
    const listed = await run('list_files', { depth: 1 });
    expect(listed.text).toMatch(/^b\.txt \(1 byte, \d{4}-\d\d-\d\dT\d\d:\d\d\)\nnotes\/$/);
    expect((await run('list_files', { folder: 'notes' })).text).toMatch(/^notes\/a\.md \(7 bytes, /);
    expect(await run('search_files', { text: 'rome' })).toEqual(ok('notes/a.md:1: to Rome'));
    expect(await run('search_files', { name: '*.txt' })).toEqual(ok('b.txt'));
    expect(await run('search_files', { text: 'paris' })).toEqual(ok('Nothing was found.'));
    expect(await run('search_files', {})).toEqual(failure('Give a text, a name, or both.'));
    write(rig.workspace, 'many.txt', 'rome\n'.repeat(60));
    expect((await run('search_files', { text: 'rome' })).text).toMatch(
      /\nThese are the first 50\. Narrow the search for others\.$/,
    );
    for (let index = 0; index < 250; index += 1) write(rig.workspace, `many/${index}`, '');
    expect((await run('list_files', {})).text).toMatch(/\nand 53 more: list a folder, or use search_files$/);
  });

  it('send a file, and delete one', async () => {
    write(rig.workspace, 'notes/a.md', 'to Rome');
    expect(await run('send_file', { path: 'notes/a.md' })).toEqual(
      ok('a.md (7 bytes) goes out behind your answer.'),
    );
    expect(sent).toEqual([['a.md', 'notes/a.md', 'to Rome']]);
    expect(await run('delete_file', { path: 'notes' })).toEqual(
      failure('This is a folder. Delete its files one by one.'),
    );
    expect(await run('delete_file', { path: 'notes/a.md' })).toEqual(ok('Deleted.'));
    expect(await run('delete_file', { path: 'notes/a.md' })).toEqual(
      failure('There is no such file or folder in the workspace.'),
    );
  });

  it('tell the model why a path is refused', async () => {
    for (const name of ['read_file', 'send_file', 'delete_file']) {
      expect((await run(name, { path: '../secret' })).text).toMatch(/^This is no name for a file here\./);
    }
    expect(await run('write_file', { path: 'a/../b', text: '' })).toMatchObject({ failed: true });
    expect(await run('edit_file', { path: 'a', old: '', new: '' })).toMatchObject({ failed: true });
  });

  it('cost the model few words', () => {
    // Paid for with every message; 4 characters are about a token.
    expect(JSON.stringify(tools.descriptions).length).toBeLessThan(3_000);
    expect(tools.withoutTrace().descriptions.map(({ name }) => name)).toEqual([
      'list_files',
      'read_file',
      'search_files',
      'send_file',
    ]);
  });
});
