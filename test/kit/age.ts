/** The command `age` of the system, as somebody without Ara opens an export: a program that shares no line with ours. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** age asks for the passphrase at the terminal and nowhere else, so it is given one. */
const AT_A_TERMINAL = `
import os, pty, sys
passphrase = sys.stdin.buffer.read()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp('age', ['age', '-d', '-o', 'archive.tar', 'archive.age'])
said = b''
while b'assphrase' not in said:
    said += os.read(terminal, 100)
os.write(terminal, passphrase)
try:
    while os.read(terminal, 1000): pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Whether this machine has it, and what is needed to answer it. */
export const hasAge = ['age', 'python3', 'tar'].every((program) =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program))),
);

/** Every file of the archive, by its path. @throws Error when age does not open it */
export function openedByAge(archive: Buffer, passphrase: string): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'ara-export-'));
  try {
    writeFileSync(join(folder, 'archive.age'), archive);
    execFileSync('python3', ['-c', AT_A_TERMINAL], { cwd: folder, input: `${passphrase}\n`, stdio: 'pipe' });
    const out = join(folder, 'out');
    mkdirSync(out);
    execFileSync('tar', ['-xf', '../archive.tar'], { cwd: out });
    const found = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const paths = found.map((entry) => join(entry.parentPath, entry.name));
    return new Map(paths.map((path) => [path.slice(out.length + 1), readFileSync(path)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
