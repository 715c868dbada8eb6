/** The page at the dashboard's address, until the dashboard is there: says that Ara runs and what to do next. */
import { Controller, Get, Header } from '@nestjs/common';
import { Access } from './access.js';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ara</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 12vh auto; padding: 0 1.5rem; }
  code { padding: .1em .35em; border-radius: .3em; background: color-mix(in srgb, currentColor 10%, transparent); }
</style>
<h1>Ara is running</h1>
<p>Set up your assistant from the terminal, in the folder where you started Ara:</p>
<ol>
  <li><code>npm run ara -- user add alice</code></li>
  <li><code>npm run ara -- key set anthropic</code></li>
  <li><code>npm run ara -- link telegram</code></li>
</ol>
<p>Then write to your bot. <code>npm run ara -- status</code> shows how everything is.</p>
</html>
`;

@Controller()
export class PageController {
  @Get()
  @Access('anyone')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  page(): string {
    return PAGE;
  }
}
