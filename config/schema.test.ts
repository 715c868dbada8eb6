/** The settings: what is right by default, and everything that is wrong told at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings, SettingsError, type Settings } from './schema.js';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ara-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function load(yaml: string, environment: NodeJS.ProcessEnv = {}): Settings {
  const file = join(folder, 'settings.yaml');
  writeFileSync(file, yaml);
  return loadSettings(root, { ...environment, ARA_CONFIG: file });
}

function mistakes(yaml: string, environment: NodeJS.ProcessEnv = {}): string[] {
  try {
    load(yaml, environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
}

const production = (more = ''): string =>
  `mode: production\ndatabase: { url: 'postgres:///ara?host=/run/pg' }\nredis: { url: 'redis+unix:///run/redis.sock' }\n${more}`;

describe('the defaults', () => {
  it('are valid, listen on this machine only, and keep everything in one folder', () => {
    const settings = loadSettings(root, {});
    expect(settings).toMatchObject({ mode: 'embedded', listen: { host: '127.0.0.1' }, publicUrl: null });
    expect(settings.dataDir).toBe(join(root, '.ara'));
    expect(settings.egress.resolve).toEqual({});
  });

  it('hold where a file says nothing, and only what it says is changed', () => {
    const { listen, containers } = load('listen: { port: 1234 }\ncontainers: { pids: 99 }');
    expect(listen).toMatchObject({ host: '127.0.0.1', port: 1234, behindProxy: false });
    expect(containers).toMatchObject({ pids: 99, memoryMegabytes: 512 });
    expect(load('')).toEqual(loadSettings(root, {}));
  });
});

describe('mistakes', () => {
  it('are all told at once: of single settings, of settings that do not go together, of unknown ones', () => {
    const told = mistakes(`
mode: production
listen: { port: eighty, host: 0.0.0.0 }
containers: { runtime: process, pids: 1 }
log: { level: loud }
colour: blue
egress: { resolve: { api.openai.com: somewhere } }
`).join('\n');
    for (const name of [
      'listen.port',
      'listen.tls',
      'database.url',
      'redis.url',
      'containers.runtime',
      'containers.pids',
      'log.level',
      'colour',
      'egress.resolve.api.openai.com',
    ]) {
      expect(told).toContain(name);
    }
  });

  it('of a whole part that is missing or of another kind do not hide the others', () => {
    const told = mistakes('mode: production\nlisten: 8080\ndatabase: null\nlog: { level: loud }').join('\n');
    for (const name of ['listen:', 'database:', 'redis.url', 'log.level']) expect(told).toContain(name);
  });

  it('are in the message that ends the start', () => {
    expect(() => load('colour: blue\nmode: wrong')).toThrow(/not valid:\n {2}- .*mode.*[^]*- .*colour/);
  });

  it('in a file that is not there or is no YAML are told with its name', () => {
    expect(() => loadSettings(root, { ARA_CONFIG: '/nowhere/ara.yaml' })).toThrow('/nowhere/ara.yaml');
    expect(mistakes('a: [1,')[0]).toMatch(/settings\.yaml is not valid YAML/);
    expect(mistakes('- just\n- a list')).not.toEqual([]);
    expect(mistakes('just a word')).not.toEqual([]);
  });

  it.each(['__proto__: { polluted: 1 }', 'listen: { __proto__: { host: 0.0.0.0 } }'])(
    'such as %s change nothing',
    (yaml) => {
      mistakes(yaml);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect(loadSettings(root, {}).listen.host).toBe('127.0.0.1');
    },
  );
});

describe('signing in', () => {
  const issuer = (url: string): string =>
    `signIn: { organisation: { name: Example, issuer: '${url}', clientId: ara, clientSecretFile: /s } }`;

  it('is by invitation, without an organisation, when nothing is said', () => {
    expect(load('').signIn).toEqual({
      signUp: 'invitation',
      breachedPasswordsFile: null,
      organisation: null,
    });
  });

  it('by an organisation needs encryption beyond this machine', () => {
    expect(mistakes(issuer('https://login.example.org'))).toEqual([]);
    expect(mistakes(issuer('http://127.0.0.1:8080'))).toEqual([]);
    for (const url of ['http://login.example.org', 'http://127.0.0.1.example.org', 'nonsense'])
      expect(mistakes(issuer(url)).join()).toContain('signIn.organisation.issuer');
  });
});

describe('listening', () => {
  it.each(['0.0.0.0', '::', '192.168.1.5', 'ara.example.org'])('on %s without TLS is refused', (host) => {
    expect(mistakes(`listen: { host: '${host}' }`)).toEqual([
      expect.stringMatching(/^listen\.tls: beyond this/),
    ]);
  });

  it('beyond this machine is fine with TLS, or behind a proxy', () => {
    const tls = '{ certFile: /c.pem, keyFile: /k.pem }';
    expect(mistakes(`listen: { host: 0.0.0.0, tls: ${tls} }`)).toEqual([]);
    expect(mistakes('listen: { host: 0.0.0.0, behindProxy: true }')).toEqual([]);
  });

  it.each(['127.0.0.1', '::1', 'localhost'])('on %s needs no TLS', (host) => {
    expect(mistakes(`listen: { host: '${host}' }`)).toEqual([]);
  });
});

describe('production', () => {
  it('starts with a database, a queue and an engine of its own', () => {
    expect(mistakes(production())).toEqual([]);
    expect(mistakes(production('containers: { runtime: docker }'))).toEqual([]);
  });

  it.each([
    ['without a database', 'mode: production\nredis: { url: "redis://localhost" }', 'database.url'],
    ['without a Redis', "mode: production\ndatabase: { url: 'postgres:///ara?host=/run' }", 'redis.url'],
    ['with child processes', production('containers: { runtime: process }'), 'containers.runtime'],
  ])('%s is refused', (_name, yaml, setting) => {
    expect(mistakes(yaml)).toEqual([expect.stringMatching(new RegExp(`^${setting}: `))]);
  });
});

describe('the database', () => {
  it.each([
    'postgres:///ara?host=/run/postgresql',
    'postgres://ara@localhost/ara?host=%2Frun%2Fpostgresql',
    'postgres:///ara',
    'postgres://ara@127.0.0.1:5432/ara',
    'postgresql://localhost/ara',
    'postgres://u:p@[::1]:5432/ara',
    'postgres://ara@db.example.org/ara?sslmode=verify-full',
  ])('may be %s', (url) => {
    expect(mistakes(`database: { url: '${url}' }`)).toEqual([]);
  });

  it.each([
    'postgres://ara@db.example.org/ara',
    'postgres://ara@db.example.org/ara?sslmode=require',
    'postgres://ara@db.example.org/ara?sslmode=verify-fully',
    'postgres://ara@db.example.org/ara?sslmode=disable&sslmode=verify-full',
    'postgres://localhost/ara?host=db.example.org',
    'postgres://db.example.org/@localhost/ara',
    'postgres://localhost.example.org/ara',
    'postgres:///ara?host=db.example.org',
    'postgres://ara@/ara?host=/run/postgresql',
    'mysql://localhost/ara',
    'localhost',
  ])('may not be %s', (url) => {
    expect(mistakes(`database: { url: '${url}' }`)).toEqual([expect.stringMatching(/^database\.url: /)]);
  });
});

describe('the queue', () => {
  it.each([
    'redis+unix:///run/redis.sock',
    'rediss://queue.example.org',
    'redis://localhost:6379/1',
    'redis://[::1]',
  ])('may be %s', (url) => expect(mistakes(`redis: { url: '${url}' }`)).toEqual([]));

  it.each([
    'redis://queue.example.org',
    'redis://localhost.example.org',
    'redis://127.0.0.1.example.org:6379',
    'redis://localhost@example.org',
    'redis://localhost:pass@example.org',
    'http://localhost',
  ])('may not be %s', (url) => {
    expect(mistakes(`redis: { url: '${url}' }`)).toEqual([expect.stringMatching(/^redis\.url: must be/)]);
  });
});

describe('the environment', () => {
  it('stands above the files', () => {
    const settings = load('listen: { port: 1, host: localhost }\nlog: { level: warn }', {
      ARA_DATA_DIR: '/srv/ara',
      ARA_HOST: '127.0.0.1',
      ARA_PORT: '8080',
      ARA_PUBLIC_URL: 'https://ara.example.org',
      ARA_RUNTIME: 'docker',
      ARA_LOG_LEVEL: 'debug',
      DATABASE_URL: 'postgres://ara@localhost/ara',
      REDIS_URL: 'redis://localhost',
    });
    expect(settings).toMatchObject({
      dataDir: '/srv/ara',
      listen: { host: '127.0.0.1', port: 8080 },
      publicUrl: 'https://ara.example.org',
      containers: { runtime: 'docker' },
      log: { level: 'debug' },
      database: { url: 'postgres://ara@localhost/ara' },
      redis: { url: 'redis://localhost' },
    });
  });

  it.each(['', 'eighty', '80 ', '0x50', '99999', '-1'])('gives no port with %j', (port) => {
    expect(mistakes('', { ARA_PORT: port })).toEqual([expect.stringMatching(/^listen\.port: /)]);
  });

  it('is checked like a file', () => {
    expect(mistakes('', { ARA_PUBLIC_URL: 'http://ara.example.org' })).toHaveLength(1);
    expect(mistakes('', { ARA_RUNTIME: 'podman', DATABASE_URL: 'postgres://db.example.org/a' })).toHaveLength(
      2,
    );
    expect(mistakes('', { DATABASE_URL: '' })).toHaveLength(1);
  });

  it('beyond the names that Ara knows says nothing', () => {
    expect(load('', { ARA_MODE: 'production', PORT: '99' })).toEqual(loadSettings(root, {}));
  });
});
