/** The list of models: what ships is sound, and a list of the operator's own is held to the same form. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadSettings, SettingsError, type Settings } from './schema.js';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ara-models-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface ModelFile {
  date: unknown;
  anthropic: Record<string, unknown>;
  [other: string]: unknown;
}

const shipped = (): ModelFile => parse(readFileSync(join(root, 'config/models.yaml'), 'utf8')) as ModelFile;

/** The settings with this list, and whatever else is said. */
function load(models: unknown, more: Record<string, unknown> = {}): Settings {
  const [list, settings] = [join(folder, 'models.yaml'), join(folder, 'settings.yaml')];
  writeFileSync(list, stringify(models));
  writeFileSync(settings, stringify({ ...more, models: { file: list, ...(more['models'] ?? {}) } }));
  return loadSettings(root, { ARA_CONFIG: settings });
}

function mistakes(models: unknown, more: Record<string, unknown> = {}): string[] {
  try {
    load(models, more);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
}

describe('the list that ships', () => {
  const { modelList, models } = loadSettings(root, {});

  it('has the default of every provider, and the day of its prices', () => {
    for (const provider of ['anthropic', 'openai', 'google'] as const)
      expect(modelList.models).toContainEqual(expect.objectContaining({ provider, model: models[provider] }));
    expect(Date.parse(modelList.date)).toBeLessThanOrEqual(Date.now());
  });

  it.each(modelList.models.map((each) => [each.model, each.price] as const))(
    'prices %s as providers do: cached input below new, output above it',
    (_model, { input, output, cacheRead, cacheWrite }) => {
      expect(cacheRead).toBeLessThan(input);
      expect(cacheWrite).toBeGreaterThanOrEqual(input);
      expect(output).toBeGreaterThan(input);
    },
  );
});

it('the list that ships prices the model that writes speech down, without a cache', () => {
  expect(loadSettings(root, {}).modelList.transcription).toEqual([
    {
      provider: 'openai',
      model: 'gpt-4o-mini-transcribe',
      outputTokens: 2_000,
      price: { input: 3, output: 5, cacheRead: 3, cacheWrite: 3 },
    },
  ]);
});

describe('a list of one’s own', () => {
  it('may have nobody who writes speech down', () => {
    const { transcription: _none, ...list } = shipped();
    expect(load(list).modelList.transcription).toEqual([]);
    expect(mistakes({ ...list, transcription: { openai: { a: { price: {} } } } })).not.toEqual([]);
  });

  it('takes the place of the one that ships', () => {
    const list = shipped();
    list.anthropic['claude-next'] = list.anthropic['claude-sonnet-5-5'];
    const { modelList, models } = load(list, { models: { anthropic: 'claude-next' } });
    expect(models.anthropic).toBe('claude-next');
    expect(modelList.models.map(({ model }) => model)).toContain('claude-next');
  });

  it('without a default is refused, and what it has instead is told', () => {
    const told = mistakes(shipped(), { models: { openai: 'gpt-2', google: 'bard' } });
    expect(told).toEqual([
      expect.stringMatching(/^models\.openai: gpt-2 is not in the file of models \(it has gpt-6-sol, /),
      expect.stringMatching(/^models\.google: bard /),
    ]);
  });

  it('has all its mistakes told at once, beside those of the settings', () => {
    const list = shipped();
    list.date = 'yesterday';
    delete list['google'];
    list.anthropic['claude-next'] = {
      contextTokens: 10,
      outputTokens: 20,
      images: 'yes',
      price: { input: -1 },
    };
    const told = mistakes(list, { log: { level: 'loud' } }).join('\n');
    for (const name of [
      'log.level',
      'date',
      'google',
      'images',
      'thinking',
      'price.input',
      'price.cacheRead',
    ])
      expect(told).toContain(name);
    expect(told).toContain(join(folder, 'models.yaml'));
  });

  it('may not promise answers longer than all that a model holds', () => {
    const list = shipped();
    list.anthropic['claude-sonnet-5-5'] = {
      ...(list.anthropic['claude-sonnet-5-5'] as object),
      outputTokens: 1_000_000,
    };
    expect(mistakes(list)).toEqual([expect.stringMatching(/outputTokens: must be less than contextTokens$/)]);
  });

  it('that is not there is told by its name', () => {
    expect(mistakes(null, { models: { file: '/nowhere/models.yaml' } })).toEqual([
      'the file /nowhere/models.yaml does not exist',
    ]);
  });
});
