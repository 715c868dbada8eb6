/**
 * The file that the log goes to, and the closed ones beside it: a file is closed when it is full or a day old, and removed
 * when its first line is too old or all of them together are too large. What cannot be written is lost, and nothing else.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface LogLimits {
  /** Of all files together; one alone has at most a fifth of it. */
  maxMegabytes: number;
  /** Days after which no line is kept. */
  keepDays: number;
}

const DAY = 86_400_000;
/** In milliseconds, how often `look` is to be called. */
export const LOOK_EVERY = 3_600_000;
const SHARE = 5;
const MEGABYTE = 1_048_576;
/** Closed files, by the time of their first line: gateway.2026-11-28T07-38-00-123.log */
const CLOSED = /\.(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})\.log$/;

export class LogFile {
  private pending: string[] = [];
  private file: number | null = null;
  private bytes = 0;
  /** When its first line was written, in milliseconds. */
  private since = 0;
  private readonly onExit = (): void => this.flush();

  constructor(
    private readonly path: string,
    private readonly limits: LogLimits,
    private readonly clock: () => number = Date.now,
  ) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.look();
    process.on('exit', this.onExit);
  }

  /** One line, which is on the disk soon. */
  write(line: string): void {
    if (this.pending.length === 0) setImmediate(() => this.flush());
    this.pending.push(line);
  }

  flush(): void {
    const lines = this.pending;
    this.pending = [];
    try {
      for (const line of lines) this.append(line);
    } catch {
      // A disk that is full, say. There is nowhere to tell it.
    }
  }

  /** Closes and removes what is to be; at the start, and again and again for a log to which nothing is written. */
  look(): void {
    try {
      if (this.file !== null && this.isDone(0)) this.close();
      else if (this.file === null && existsSync(this.path) && this.clock() - firstTime(this.path) > DAY)
        this.setAside(firstTime(this.path));
      this.remove();
    } catch {
      // Looked at again.
    }
  }

  end(): void {
    this.flush();
    process.off('exit', this.onExit);
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private append(line: string): void {
    const size = Buffer.byteLength(line);
    if (this.file !== null && this.isDone(size)) this.close();
    this.file ??= this.open();
    writeSync(this.file, line);
    this.bytes += size;
  }

  private isDone(more: number): boolean {
    const full = this.bytes > 0 && this.bytes + more > (this.limits.maxMegabytes * MEGABYTE) / SHARE;
    return full || this.clock() - this.since >= DAY;
  }

  private open(): number {
    const file = openSync(this.path, 'a', 0o600);
    this.bytes = statSync(this.path).size;
    this.since = this.bytes > 0 ? firstTime(this.path) : this.clock();
    return file;
  }

  private close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
    this.setAside(this.since);
    this.remove();
  }

  /** Still ends in `.log`: what takes a deleted account out of the log takes it out of each. */
  private setAside(since: number): void {
    for (let time = since; ; time++) {
      const name = new Date(time).toISOString().slice(0, -1).replaceAll(/[:.]/g, '-');
      const to = this.path.replace(/\.log$/, `.${name}.log`);
      if (existsSync(to)) continue;
      renameSync(this.path, to);
      return;
    }
  }

  private remove(): void {
    const { maxMegabytes, keepDays } = this.limits;
    // Room for the one that is being written.
    let room = (maxMegabytes * MEGABYTE * (SHARE - 1)) / SHARE;
    for (const path of closedLogs(this.path).toReversed()) {
      room -= statSync(path).size;
      // By the next look its first line would be too old.
      if (room < 0 || this.clock() - timeIn(path) > keepDays * DAY - LOOK_EVERY)
        rmSync(path, { force: true });
    }
  }
}

/** The closed files of a log, oldest first. */
export function closedLogs(path: string): string[] {
  const begins = `${basename(path, '.log')}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(begins) && CLOSED.test(name))
    .sort()
    .map((name) => join(dirname(path), name));
}

function timeIn(path: string): number {
  const [, day = '', hours = '', minutes = '', seconds = '', rest = ''] = CLOSED.exec(path) ?? [];
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}.${rest}Z`);
}

/** What its first line says, else when it was last written to. */
function firstTime(path: string): number {
  const head = Buffer.alloc(200);
  const file = openSync(path, 'r');
  try {
    const text = head.toString('utf8', 0, readSync(file, head, 0, head.length, 0));
    const said = Date.parse(/"time":"([^"]+)"/.exec(text)?.[1] ?? '');
    return Number.isNaN(said) ? statSync(path).mtimeMs : said;
  } finally {
    closeSync(file);
  }
}
