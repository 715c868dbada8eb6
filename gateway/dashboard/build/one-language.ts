/** React Aria brings its own words in more than thirty languages; the dashboard speaks one (see src/texts), so the rest stays out. */
import type { Plugin } from 'vite';

/** Such as `react-aria/dist/private/intl/menu/de-DE.mjs`. */
const WORDS = /react-(?:aria|stately|aria-components)\/.*\/intl\/\w+\/([a-z]{2}-[A-Z]{2})\.m?js$/;

export function oneLanguage(locale: string): Plugin {
  return {
    name: 'one-language',
    enforce: 'pre',
    load: (id) => {
      const found = WORDS.exec(id)?.[1];
      return found && found !== locale ? 'export default {};' : null;
    },
  };
}
