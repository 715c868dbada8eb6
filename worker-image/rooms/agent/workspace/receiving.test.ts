/** Tests of files that come and go bit by bit: the quota holds however many come at once. */
import { describe, expect, it } from 'vitest';
import { everythingIn, makeRig, write } from './test-rig.js';
import { WorkspaceError } from './workspace-error.js';

/** Pieces that come when the test says so. */
function source() {
  const waiting: { piece: Buffer | null; taken: () => void }[] = [];
  let wake = (): void => undefined;
  const pieces = (async function* () {
    for (;;) {
      const next = waiting.shift();
      if (!next) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      if (next.piece) yield next.piece;
      next.taken();
      if (!next.piece) return;
    }
  })();
  const push = (piece: Buffer | null): Promise<void> =>
    new Promise((taken) => {
      waiting.push({ piece, taken });
      wake();
    });
  return { pieces, give: (bytes: number) => push(Buffer.alloc(bytes, 'x')), end: () => push(null) };
}
const refusal = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof WorkspaceError ? error.refusal : error),
  );

describe('a file that comes bit by bit', () => {
  it('is there when all of it is, in the place of the one before', async () => {
    const { workspace, root } = makeRig();
    write(workspace, 'notes/a.txt', 'old');
    const { pieces, give, end } = source();
    const received = workspace.receive('notes/a.txt', pieces);
    await give(5);
    expect(workspace.readText('notes/a.txt')).toBe('old');
    void end();
    expect(await received).toEqual({ replaced: true });
    expect(everythingIn(root)).toEqual(['notes/a.txt: xxxxx']);
    expect(workspace.usage()).toEqual({ files: 1, bytes: 5 });
  });

  it('counts from its first byte: two at once have no more room than one', async () => {
    const { workspace, root } = makeRig(100);
    const [one, two] = [source(), source()];
    const first = workspace.receive('one.txt', one.pieces);
    const second = refusal(workspace.receive('two.txt', two.pieces));
    await one.give(60);
    void two.give(50);
    expect(await second).toBe('full');
    expect(
      refusal(Promise.resolve().then(() => write(workspace, 'three.txt', 'x'.repeat(50)))),
    ).toBeDefined();
    expect(await refusal(Promise.resolve().then(() => write(workspace, 'three.txt', 'x'.repeat(41))))).toBe(
      'full',
    );
    write(workspace, 'three.txt', 'x'.repeat(40));
    void one.end();
    await first;
    expect(workspace.usage()).toEqual({ files: 2, bytes: 100 });
    expect(everythingIn(root)).toHaveLength(2);
  });

  it('that ends early leaves nothing, and gives its room back', async () => {
    const { workspace, root } = makeRig(100);
    const broken = async function* () {
      yield Buffer.alloc(90);
      throw new Error('gone');
    };
    await expect(workspace.receive('new/folder/a.txt', broken())).rejects.toThrow('gone');
    expect(everythingIn(root)).toEqual([]);
    write(workspace, 'b.txt', 'x'.repeat(100));
  });

  it('is refused where a file could not be written, before a byte is read', async () => {
    const { workspace } = makeRig();
    write(workspace, 'folder/a.txt', 'a');
    let read = false;
    const pieces = (async function* () {
      read = true;
      yield Buffer.from('x');
    })();
    expect(await refusal(workspace.receive('folder', pieces))).toBe('not-a-file');
    expect(await refusal(workspace.receive('folder/a.txt/b', pieces))).toBe('not-a-folder');
    expect(read).toBe(false);
  });

  it('whose folder is deleted meanwhile is refused, and counts as nothing', async () => {
    const { workspace, root } = makeRig();
    write(workspace, 'folder/a.txt', 'a');
    const { pieces, give, end } = source();
    const received = refusal(workspace.receive('folder/b.txt', pieces));
    await give(10);
    workspace.delete('folder');
    void end();
    expect(await received).toBe('not-found');
    expect(everythingIn(root)).toEqual([]);
    expect(workspace.usage().bytes).toBe(0);
  });
});

describe('a file that goes bit by bit', () => {
  it('is as long as was said, though it is replaced meanwhile', async () => {
    const { workspace } = makeRig();
    write(workspace, 'a.txt', 'x'.repeat(300_000));
    const { size, bytes } = workspace.stream('a.txt');
    write(workspace, 'a.txt', 'new');
    let length = 0;
    for await (const piece of bytes) length += (piece as Buffer).length;
    expect([size, length]).toEqual([300_000, 300_000]);
  });
});
