/** Tests of /files, as the user meets it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../tools/tool.js';
import { filesCommand } from './files-command.js';
import { makeRig, write, type Rig } from './test-rig.js';

describe('/files', () => {
  let rig: Rig;
  let sent: [string, string][];
  beforeEach(() => {
    rig = makeRig();
    sent = [];
  });

  const files = (args = ''): Promise<string> =>
    filesCommand(
      args,
      rig.workspace,
      async ({ path }, bytes) => void sent.push([path, Buffer.from(bytes).toString()]),
    );

  it('says how to begin when nothing is there', async () => {
    expect(await files()).toMatch(/^There are no files yet\. Ask me to write something down/);
  });

  it('lists the files with size and date, and how full the workspace is', async () => {
    write(rig.workspace, 'notes/trip.md', 'x'.repeat(1_200));
    write(rig.workspace, 'a.txt', '');
    const today = new Date().toISOString().slice(0, 10);
    const lines = (await files()).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '**Your files**: 2, 1.2 kB of 512 MB in use',
      `- \`a.txt\` (0 bytes, ${today})`,
      `- \`notes/trip.md\` (1.2 kB, ${today})`,
    ]);
    expect(lines.at(-1)).toContain('`/files send PATH`');
  });

  it('shows the first of many', async () => {
    for (let index = 0; index < 75; index += 1) write(rig.workspace, `${index}.txt`, '');
    expect(await files()).toContain('\nand 15 more, which `/files search WORDS` finds\n');
  });

  it('tells where the place is less safe', async () => {
    rig = makeRig(undefined, { descriptors: '/no/such/folder' });
    expect(await files()).toContain('This system has no /proc.');
    write(rig.workspace, 'a.txt', '');
    expect(await files()).toContain('This system has no /proc.');
  });

  it('searches names and text', async () => {
    write(rig.workspace, 'rome.md', 'a\nAll roads lead to Rome');
    expect(await files('search ROME')).toBe('- `rome.md`\n- `rome.md`, line 2: `All roads lead to Rome`');
    expect(await files('search lead to')).toBe('- `rome.md`, line 2: `All roads lead to Rome`');
    expect(await files('search paris')).toBe('No file has `paris` in its name or its text.');
    write(rig.workspace, 'b.md', 'rome\n'.repeat(40));
    expect(await files('search rome')).toContain('There may be more');
  });

  it('sends a file', async () => {
    write(rig.workspace, 'notes/my trip.md', 'to Rome');
    expect(await files('SEND notes/my trip.md')).toBe('Here is `notes/my trip.md` (7 bytes).');
    expect(sent).toEqual([['notes/my trip.md', 'to Rome']]);
  });

  it('says why a file was not sent', async () => {
    write(rig.workspace, 'a.txt', 'text');
    const refusing = (): Promise<void> => Promise.reject(new ToolError('The chat does not take it.'));
    expect(await filesCommand('send a.txt', rig.workspace, refusing)).toBe('The chat does not take it.');
  });

  it('shows a text, whatever is in it, and the beginning of a long one', async () => {
    write(rig.workspace, 'a.md', '# A\n```\ncode\n```');
    expect(await files('show a.md')).toBe('````\n# A\n```\ncode\n```\n````');
    write(rig.workspace, 'b.md', 'x'.repeat(4_000));
    expect(await files('show b.md')).toMatch(
      /^```\nx{3000}\n```\n\nThis is the beginning of 4 kB\. `\/files send b\.md` sends/,
    );
    write(rig.workspace, 'c.md', ' \n');
    expect(await files('show c.md')).toBe('`c.md` is empty.');
    rig.workspace.write('d.bin', Buffer.alloc(3));
    expect(await files('show d.bin')).toBe(
      '`d.bin` (3 bytes) cannot be shown as text. `/files send d.bin` sends it to you.',
    );
  });

  it('asks before it deletes', async () => {
    for (const path of ['a.md', 'b.md', 'c/d.md', 'c/e.md']) write(rig.workspace, path, 'text');
    expect(await files('delete a.md')).toBe(
      'This deletes `a.md`, the file (4 bytes), for good. To do it: `/files delete! a.md`',
    );
    expect(await files('delete! a.md')).toBe('Deleted `a.md` (4 bytes).');
    expect(await files('delete b.md YES')).toBe('Deleted `b.md` (4 bytes).');
    expect(await files('delete c')).toContain('the folder with all in it');
    expect(await files('delete! c')).toBe('Deleted `c` with 2 files (8 bytes).');
    expect(rig.workspace.usage()).toEqual({ files: 0, bytes: 0 });
  });

  it('asks about a file whose own name ends in yes', async () => {
    write(rig.workspace, 'say', '1');
    write(rig.workspace, 'say yes', '2');
    expect(await files('delete say yes')).toContain('This deletes `say yes`');
    expect(await files('delete! say yes')).toBe('Deleted `say yes` (1 byte).');
    expect(await files('delete say yes')).toBe('Deleted `say` (1 byte).');
  });

  it('says what is wrong with a path, and what it understands', async () => {
    expect(await files('show ../secret')).toMatch(
      /^This is no name for a file here\..*\n\n`\/files` lists what is there\.$/s,
    );
    expect(await files('send nowhere.md')).toMatch(/^There is no such file or folder in the workspace\./);
    expect(await files('delete nowhere yes')).toMatch(/^There is no such file/);
    for (const args of ['send', 'frobnicate all'])
      expect(await files(args)).toMatch(/^`\/files search WORDS` finds/);
  });

  it('shows names with marks in them as they are', async () => {
    write(rig.workspace, '_a_ `b`.md', '');
    expect(await files()).toContain('- `` _a_ `b`.md `` (0 bytes');
    expect(await files('delete _a_ `b`.md')).toContain('To do it: `` /files delete! _a_ `b`.md ``');
  });
});
