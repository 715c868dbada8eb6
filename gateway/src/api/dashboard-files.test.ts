import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DashboardFiles } from './dashboard-files.js';

function built(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets/main-abc.js'), 'plain');
  writeFileSync(join(folder, 'assets/main-abc.js.br'), 'brotli');
  writeFileSync(join(folder, 'assets/main-abc.js.gz'), 'gzip');
  return folder;
}

describe('the files of the dashboard', () => {
  it('go out in the best coding that the browser takes', async () => {
    const files = new DashboardFiles(built());
    const coded = async (accepts: string) => {
      const answer = await files.asset('main-abc.js', accepts, undefined);
      return [answer?.headers['content-encoding'], answer?.body?.toString()];
    };
    expect(await coded('gzip, deflate, br')).toEqual(['br', 'brotli']);
    expect(await coded('gzip')).toEqual(['gzip', 'gzip']);
    expect(await coded('br;q=0, gzip')).toEqual(['gzip', 'gzip']);
    expect(await coded('')).toEqual([undefined, 'plain']);
  });

  it('stay with the browser for good when their name holds their hash, and the page is asked for each time', async () => {
    const files = new DashboardFiles(built());
    const asset = await files.asset('main-abc.js', '', undefined);
    expect(asset?.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const page = await files.page('', undefined);
    expect(page.headers['cache-control']).toBe('no-cache');
    const again = await files.page('', page.headers['etag']);
    expect([again.status, again.body]).toEqual([304, null]);
  });

  it('are those of the build and no others', async () => {
    const files = new DashboardFiles(built());
    for (const name of ['../index.html', '..%2findex.html', '/etc/passwd', '.', 'missing.js'])
      expect(await files.asset(name, '', undefined)).toBeNull();
  });

  it('are asked for politely when nobody has built them', async () => {
    const { status, body } = await new DashboardFiles('/nowhere').page('', undefined);
    expect(status).toBe(503);
    expect(body?.toString()).toContain('npm run build');
  });
});
