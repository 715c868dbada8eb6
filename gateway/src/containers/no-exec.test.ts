/** Nobody gets into a user's container by way of the engine: the gateway has no code that could ask for it. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const gateway = resolve(import.meta.dirname, '../..');
const sources = globSync('{src,cli}/**/*.ts', { cwd: gateway })
  .filter((name) => !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(gateway, name), 'utf8') }));

/** What a program says that runs something in a container, reads out of it, or puts something into it, at the engine. */
const INTO_A_CONTAINER =
  /\b(?:getExec|putArchive|getArchive|attach)\s*\(|container\([^)]*\)\s*\.exec\b|\/exec\b|docker['"`\s,[]+exec\b|\bnsenter\b/;

it('only one file of the gateway speaks to the engine', () => {
  const speaking = sources.filter(({ text }) => /from 'dockerode'|import\('dockerode'\)/.test(text));
  expect(speaking.map(({ name }) => name).filter((name) => !name.endsWith('template.ts'))).toEqual([
    'src/containers/docker-runtime.ts',
  ]);
  // The template has its types from there, and nothing else.
  expect(sources.find(({ name }) => name === 'src/containers/template.ts')?.text).toContain(
    "import type { ContainerCreateOptions } from 'dockerode'",
  );
});

it('no file of the gateway asks to get into a container', () => {
  expect(sources.length).toBeGreaterThan(100);
  for (const { name, text } of sources)
    expect([name, INTO_A_CONTAINER.exec(text)?.[0]]).toEqual([name, undefined]);
});

it.each([
  'this.container(account).exec({})',
  "docker.getExec('x')",
  "spawn('docker', ['exec', id])",
  'container.attach({})',
  "post('/containers/x/exec')",
])('would notice %s', (text) => expect(text).toMatch(INTO_A_CONTAINER));
