/** The settings: one schema, read once, and the only place that reads the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { readModels, unknownDefaults, type ModelList } from './model-list.js';

const LOCAL = ['127.0.0.1', '::1', 'localhost'];
const POSTGRES = /^postgres(ql)?:\/\//;
const port = z.int().min(0).max(65_535);
const host = z.string().min(1).max(253);
const file = z.string().min(1);

/** `redis.url` when there shall be no Redis. */
export const QUEUE_IN_POSTGRES = 'postgres';

const settingsSchema = z
  .strictObject({
    mode: z.enum(['embedded', 'production']),
    dataDir: file,
    listen: z.strictObject({
      host,
      port,
      tls: z.strictObject({ certFile: file, keyFile: file }).nullable(),
      behindProxy: z.boolean(),
    }),
    publicUrl: z
      .url({ protocol: /^https$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .nullable(),
    database: z.strictObject({
      url: z.string().regex(POSTGRES, 'must be postgres://user@host/name').nullable(),
      passwordFile: file.nullable(),
    }),
    redis: z.strictObject({
      url: z
        .string()
        .regex(
          /^(postgres$|redis\+unix:\/\/\/|rediss:\/\/|redis:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$))/,
          { error: 'must be redis+unix:///path, rediss://host, redis:// on this machine, or postgres' },
        )
        .nullable(),
      passwordFile: file.nullable(),
    }),
    secrets: z.strictObject({
      keyEncryptionKeyFile: file.nullable(),
      operatorTokenFile: file.nullable(),
      gatewayKeyFile: file.nullable(),
      receiptKeyFile: file.nullable(),
    }),
    signIn: z.strictObject({
      signUp: z.enum(['open', 'invitation', 'closed']),
      breachedPasswordsFile: file.nullable(),
      organisation: z
        .strictObject({
          name: z.string().min(1).max(64),
          issuer: z
            .url()
            .regex(
              /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/|$))/,
              'must be https, or on this machine',
            ),
          clientId: z.string().min(1),
          clientSecretFile: file,
        })
        .nullable(),
    }),
    containers: z.strictObject({
      runtime: z.enum(['auto', 'docker', 'process']),
      image: z.string().min(1),
      dockerSocket: file,
      doorsDir: file.nullable(),
      memoryMegabytes: z.int().min(128).max(65_536),
      cpus: z.number().positive().max(64),
      pids: z.int().min(32).max(4_096),
      storage: z.enum(['auto', 'image', 'plain']),
      storageMegabytes: z.int().min(32).max(1_048_576),
      idleStopSeconds: z.int().min(1),
      wakeTimeoutSeconds: z.int().min(1).max(300),
    }),
    models: z.strictObject({
      anthropic: z.string(),
      openai: z.string(),
      google: z.string(),
      file: file.nullable(),
    }),
    egress: z.strictObject({
      extraCaFile: file.nullable(),
      resolve: z.record(host, z.string().regex(/^[^:]+:\d+$/, 'must be address:port')),
    }),
    backup: z.strictObject({
      dir: file.nullable(),
      at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 03:30'),
      keepDays: z.int().min(1).max(3_650),
      keystoreKeepDays: z.int().min(1).max(90),
    }),
    log: z.strictObject({
      level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']),
      maxMegabytes: z.int().min(1).max(10_000),
      keepDays: z.int().min(1).max(365),
    }),
  })
  // Looked at even when single settings are wrong, so that all mistakes are told at once; a part may then be missing.
  .superRefine(checkTogether, { when: () => true });

type Wrong = (path: string, message: string) => void;

interface Together {
  mode?: string;
  listen?: { host?: unknown; tls?: unknown; behindProxy?: unknown };
  database?: { url?: unknown };
  redis?: { url?: unknown };
  containers?: { runtime?: unknown };
}

function checkTogether(settings: Together, context: z.RefinementCtx): void {
  const wrong: Wrong = (path, message) =>
    context.addIssue({ code: 'custom', path: path.split('.'), message });
  const { listen, mode, database } = settings;
  const remote = typeof listen?.host === 'string' && !LOCAL.includes(listen.host);
  if (remote && !listen.tls && !listen.behindProxy)
    wrong('listen.tls', 'beyond this machine TLS is needed: set certFile and keyFile, or behindProxy');
  if (mode === 'production') checkProduction(settings, wrong);
  const { url } = database ?? {};
  if (typeof url === 'string' && POSTGRES.test(url) && !isSafe(url))
    wrong('database.url', 'must be a unix socket (host=/folder), this machine, or carry sslmode=verify-full');
}

function checkProduction({ database, redis, containers }: Together, wrong: Wrong): void {
  if (database?.url === null) wrong('database.url', 'production needs a database of its own');
  if (redis?.url === null) wrong('redis.url', 'production needs a Redis of its own');
  if (containers?.runtime === 'process')
    wrong('containers.runtime', 'child processes isolate nothing: production needs docker');
}

/** Read as the connection itself reads it, so that what is checked is what is done. */
function isSafe(database: string): boolean {
  const url = database.replace(/^postgres(ql)?:\/\/\//, 'postgres://localhost/');
  if (!URL.canParse(url)) return false;
  const { hostname, searchParams } = new URL(url);
  const to = searchParams.get('host') ?? hostname.replace(/^\[|\]$/g, '');
  return to.startsWith('/') || LOCAL.includes(to) || searchParams.get('sslmode') === 'verify-full';
}

export interface Settings extends z.infer<typeof settingsSchema> {
  /** What the file of models holds. */
  modelList: ModelList;
}

/** A start is refused with every mistake, each with the setting's name and what it must be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly mistakes: string[]) {
    super(`The settings are not valid:\n${mistakes.map((each) => `  - ${each}`).join('\n')}`);
  }
}

type Tree = Record<string, unknown>;

/** Which environment variable sets what, over the files. */
const ENVIRONMENT: Record<string, string> = {
  ARA_DATA_DIR: 'dataDir',
  ARA_HOST: 'listen.host',
  ARA_PORT: 'listen.port',
  ARA_PUBLIC_URL: 'publicUrl',
  ARA_RUNTIME: 'containers.runtime',
  ARA_LOG_LEVEL: 'log.level',
  DATABASE_URL: 'database.url',
  REDIS_URL: 'redis.url',
};

/**
 * Reads config/default.yaml, the file that ARA_CONFIG names, and the environment, in this order; then the file of models.
 * @param root the folder that relative paths start from
 * @throws SettingsError
 */
export function loadSettings(root: string, environment: NodeJS.ProcessEnv = process.env): Settings {
  const named = environment['ARA_CONFIG'];
  const settings = merge(
    readYaml(join(root, 'config/default.yaml')),
    named ? readYaml(resolve(root, named)) : {},
  );
  for (const [name, path] of Object.entries(ENVIRONMENT)) {
    const value = environment[name];
    if (value !== undefined)
      put(settings, path.split('.'), name === 'ARA_PORT' && /^\d+$/.test(value) ? Number(value) : value);
  }
  const parsed = settingsSchema.safeParse(settings);
  const modelList = loadModels(root, settings['models']);
  const mistakes = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...(Array.isArray(modelList) ? modelList : []),
  ];
  if (!parsed.success || Array.isArray(modelList)) throw new SettingsError(mistakes);
  const { dataDir } = parsed.data;
  return {
    ...parsed.data,
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(root, dataDir),
    modelList,
  };
}

/** The list of models, or what is wrong with it or with the settings that name them; they may be anything yet. */
function loadModels(root: string, settings: unknown): ModelList | string[] {
  const { file: named, ...defaults } = isTree(settings) ? settings : {};
  const path = typeof named === 'string' ? resolve(root, named) : join(root, 'config/models.yaml');
  try {
    const list = readModels(readYaml(path));
    if (Array.isArray(list)) return list.map((mistake) => `${path}: ${mistake}`);
    const unknown = unknownDefaults(list, defaults);
    return unknown.length > 0 ? unknown : list;
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
}

function readYaml(path: string): Tree {
  if (!existsSync(path)) throw new SettingsError([`the file ${path} does not exist`]);
  try {
    return (parse(readFileSync(path, 'utf8')) ?? {}) as Tree;
  } catch (error) {
    throw new SettingsError([`${path} is not valid YAML: ${error instanceof Error ? error.message : ''}`]);
  }
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = result[name];
    result[name] = isTree(below) && isTree(value) ? merge(below, value) : value;
  }
  return result;
}

function put(tree: Tree, [name = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) tree[name] = value;
  else {
    const below = tree[name];
    put(isTree(below) ? below : (tree[name] = {}), rest, value);
  }
}
