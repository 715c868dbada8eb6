/** Puts one small script before everything else in the page, so that the chosen theme is there at the first paint. */
import type { Plugin } from 'vite';

export function themeFirst(source: string): Plugin {
  return {
    name: 'theme-first',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const script = Object.values(bundle ?? {}).find(
          (each) => each.type === 'chunk' && each.facadeModuleId?.endsWith(source),
        );
        if (!script) return [];
        // Neither module nor deferred: it imports nothing, and the browser waits for it.
        return [{ tag: 'script', attrs: { src: `/${script.fileName}` }, injectTo: 'head-prepend' }];
      },
    },
  };
}
