/** The built dashboard: its files, read from the disk when they are first asked for and kept in memory, compressed as built. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';

export interface FileAnswer {
  status: 200 | 304 | 503;
  headers: Record<string, string>;
  body: Buffer | null;
}

interface Kept {
  bytes: Buffer;
  tag: string;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** Best first, as the browser says that it takes them. */
const codings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
];

const NOT_BUILT = Buffer.from(
  'The dashboard is not built yet: run `npm run build`, then load this page again.\n',
);

/** Where the build puts it, seen from the built gateway and from its sources. */
export function builtDashboard(): string {
  const fromHere = (path: string): string => resolve(import.meta.dirname, path);
  const besideBuilt = fromHere('../../../dashboard');
  return existsSync(join(besideBuilt, 'index.html')) ? besideBuilt : fromHere('../../../dist/dashboard');
}

export class DashboardFiles {
  private names: ReadonlySet<string> = new Set();
  private readonly kept = new Map<string, Promise<Kept>>();

  constructor(private readonly folder = builtDashboard()) {}

  /** A file of `assets/`, whose name holds its content's hash, so that it never changes; null for one that is not there. */
  async asset(name: string, accepts: string, knows: string | undefined): Promise<FileAnswer | null> {
    const path = `assets/${name}`;
    if (!this.list().has(path)) return null;
    return this.answer(path, accepts, knows, 'public, max-age=31536000, immutable');
  }

  /** The page, which is the same at every address; the script reads the address. */
  async page(accepts: string, knows: string | undefined): Promise<FileAnswer> {
    if (!this.list().has('index.html'))
      return { status: 503, headers: { 'content-type': types['.txt'] ?? '' }, body: NOT_BUILT };
    return this.answer('index.html', accepts, knows, 'no-cache');
  }

  private async answer(
    path: string,
    accepts: string,
    knows: string | undefined,
    cacheControl: string,
  ): Promise<FileAnswer> {
    const coding = codings.find(
      ({ name, suffix }) =>
        new RegExp(`\\b${name}\\b(?!;\\s*q=0(?:\\.0*)?(?:,|$))`).test(accepts) &&
        this.list().has(path + suffix),
    );
    const { bytes, tag } = await this.read(path + (coding?.suffix ?? ''));
    const headers = {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'cache-control': cacheControl,
      vary: 'accept-encoding',
      etag: tag,
      ...(coding ? { 'content-encoding': coding.name } : {}),
    };
    return knows === tag ? { status: 304, headers, body: null } : { status: 200, headers, body: bytes };
  }

  /** Listed once it is there: only what the list names is ever opened. */
  private list(): ReadonlySet<string> {
    if (this.names.size === 0 && existsSync(this.folder))
      this.names = new Set(
        readdirSync(this.folder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/')),
      );
    return this.names;
  }

  private read(path: string): Promise<Kept> {
    const known = this.kept.get(path);
    if (known) return known;
    const reading = readFile(join(this.folder, path)).then((bytes) => ({
      bytes,
      tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    }));
    this.kept.set(path, reading);
    // A failure is not kept.
    reading.catch(() => this.kept.delete(path));
    return reading;
  }
}
