/** The tests: `unit` beside the code, `e2e` against the whole of Ara, one after the other. */
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const MINUTE = 60_000;

// eslint-disable-next-line no-restricted-syntax -- vitest reads the default export
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  // Nest and TypeORM read the types that decorators leave behind.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    setupFiles: ['test/kit/without-native-crypto.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{contracts,config,gateway,bridges,worker-image,test/kit}/**/*.test.ts'],
          testTimeout: 10_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          pool: 'forks',
          maxWorkers: 1,
          isolate: false,
          fileParallelism: false,
          testTimeout: 2 * MINUTE,
          hookTimeout: 2 * MINUTE,
        },
      },
    ],
  },
});
