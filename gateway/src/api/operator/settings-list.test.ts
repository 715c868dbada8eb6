/** The settings that an operator sees: all of them, and not one secret. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadSettings, type Settings } from '../../../../config/schema.js';
import { shownSettings } from './settings-list.js';

const settings = loadSettings(resolve(import.meta.dirname, '../../../..'), {});
const CANARY = 'canary-5up3r-53cr3t';

const shown = (changed: Settings = settings): Record<string, string> =>
  Object.fromEntries(shownSettings(changed).map(({ name, value }) => [name, value]));

it('are named with their dots, and shown as they are in force', () => {
  expect(
    shown({ ...settings, egress: { ...settings.egress, resolve: { 'api.openai.com': '127.0.0.1:8443' } } }),
  ).toMatchObject({
    mode: 'embedded',
    'listen.port': '8787',
    'listen.tls': 'null',
    'containers.cpus': '1',
    'egress.resolve.api.openai.com': '127.0.0.1:8443',
    'models.anthropic': 'claude-sonnet-5-5',
  });
  expect(Object.keys(shown()).some((name) => name.startsWith('modelList'))).toBe(false);
});

it('name every setting of the schema', () => {
  const { modelList: _list, ...rest } = settings;
  const leaves = (value: unknown): number =>
    typeof value === 'object' && value !== null && Object.keys(value).length > 0
      ? Object.values(value).reduce<number>((sum, each) => sum + leaves(each), 0)
      : 1;
  expect(shownSettings(settings)).toHaveLength(leaves(rest));
});

it.each([
  `postgres://ara:${CANARY}@localhost/ara?sslmode=verify-full`,
  `postgres://ara@localhost/ara?host=/run/postgres&password=${CANARY}`,
  `postgresql:///ara?user=ara&password=${CANARY}`,
  `postgres://localhost/ara?sslpassword=${CANARY}&sslkey=${CANARY}`,
  `postgres://ara:${CANARY}@[not an address`,
])('do not show what is secret in %s', (url) => {
  const changed = { ...settings, database: { url, passwordFile: '/run/secrets/database' } };
  const all = JSON.stringify(shown(changed));
  expect(all).not.toContain(CANARY);
  expect(shown(changed)['database.passwordFile']).toBe('/run/secrets/database');
});

it('do not show the password of a Redis or of any other address, and nothing that is named a secret', () => {
  const changed = {
    ...settings,
    redis: { url: `rediss://:${CANARY}@redis.example.org`, passwordFile: null },
    publicUrl: `https://someone:${CANARY}@ara.example.org`,
    later: { clientSecret: CANARY, smtpPassword: CANARY, bearerToken: CANARY, clientSecretFile: '/run/x' },
  } as Settings;
  const all = shown(changed);
  expect(JSON.stringify(all)).not.toContain(CANARY);
  expect(all['redis.url']).toContain('redis.example.org');
  expect(all['later.clientSecretFile']).toBe('/run/x');
});
