/** Builds the dashboard to dist/dashboard: hashed files, each also compressed, and no script or style inside the page. */
import { resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';
import { oneLanguage } from './build/one-language.ts';
import { themeFirst } from './build/theme-first.ts';

const here = import.meta.dirname;

// eslint-disable-next-line no-restricted-syntax -- vite reads the default export
export default defineConfig({
  root: here,
  plugins: [react(), tailwindcss(), oneLanguage('en-US'), themeFirst('src/early.ts'), compressed()],
  cacheDir: resolve(here, '../../node_modules/.vite'),
  build: {
    outDir: resolve(here, '../../dist/dashboard'),
    emptyOutDir: true,
    // What the style sheet uses as it is: light-dark(), oklch(), color-mix().
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // A page says itself what it needs; `data:` would need a hole in the policy for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { index: resolve(here, 'index.html'), early: resolve(here, 'src/early.ts') },
    },
  },
});
