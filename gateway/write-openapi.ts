/** Writes gateway/openapi.json; with `--check` it only says whether the committed one is still true. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardControllers } from './src/api/controllers.js';
import { openApi } from './src/api/openapi.js';

const path = join(import.meta.dirname, 'openapi.json');
const text = `${JSON.stringify(openApi(dashboardControllers), null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  throw new Error('gateway/openapi.json is not what the controllers say. Run `npm run openapi`.');
}
