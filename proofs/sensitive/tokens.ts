/** Makes API keys and tokens in the shapes that their services give them; every one is put together here, none is real. */
import { ALPHANUMERIC, BASE64, BASE64_URL, DIGITS, HEX, LOWER, UPPER, type Random } from './random.js';

export interface Token {
  service: string;
  /** How a programmer names it. */
  variable: string;
  noun: 'API key' | 'token' | 'access key' | 'secret key' | 'access token';
  /** Whether it is known by its shape, without a word beside it. */
  plain: boolean;
  make(random: Random): string;
}

const shaped =
  (prefix: string, alphabet: string, length: number) =>
  (random: Random): string =>
    prefix + random.text(alphabet, length);

/** `known` shapes need no word; `spoken` ones are letters like any other and do. */
function known(service: string, variable: string, noun: Token['noun'], make: Token['make']): Token {
  return { service, variable, noun, plain: true, make };
}

function spoken(service: string, variable: string, noun: Token['noun'], make: Token['make']): Token {
  return { service, variable, noun, plain: false, make };
}

export const telegramToken: Token['make'] = (random) =>
  `${random.between(1, 9)}${random.digits(random.between(8, 9))}:AA${random.text(BASE64_URL, 33)}`;

const openaiProject: Token['make'] = (random) =>
  `${shaped('sk-proj-', BASE64_URL, 74)(random)}T3Blbk${shaped('FJ', BASE64_URL, 74)(random)}`;

const openaiOlder: Token['make'] = (random) =>
  `${shaped('sk-', ALPHANUMERIC, 20)(random)}T3Blbk${shaped('FJ', ALPHANUMERIC, 20)(random)}`;

const slack: Token['make'] = (random) =>
  `xox${random.pick(['b', 'b', 'p'])}-${random.digits(12)}-${random.digits(13)}-${random.text(ALPHANUMERIC, 24)}`;

const githubFine: Token['make'] = (random) =>
  `github_pat_${random.text(UPPER + DIGITS, 22)}_${random.text(ALPHANUMERIC, 59)}`;

const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((length) => random.text(HEX, length)).join('-');

export const webToken: Token['make'] = (random) => {
  const coded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const issued = random.between(1_700_000_000, 1_780_000_000);
  const payload = random.pick([
    { sub: random.digits(10), name: 'Anna', iat: issued },
    { iss: 'https://auth.example.com/', sub: uuid(random), aud: 'api', iat: issued, exp: issued + 3_600 },
    { user_id: random.between(1, 9_999), role: 'admin', exp: issued },
  ]);
  const [algorithm, signed] = random.pick([
    ['HS256', 32],
    ['HS256', 32],
    ['RS256', 256],
  ] as const);
  const head = coded({ alg: algorithm, typ: 'JWT' });
  return [head, coded(payload), random.bytes(signed).toString('base64url')].join('.');
};

export const amazonKeyId: Token['make'] = shaped('AKIA', `${UPPER}234567`, 16);
export const amazonSecret: Token['make'] = shaped('', BASE64, 40);

export const tokens: readonly Token[] = [
  known(
    'Anthropic',
    'ANTHROPIC_API_KEY',
    'API key',
    (random) => `${shaped('sk-ant-api03-', BASE64_URL, 93)(random)}AA`,
  ),
  known('OpenAI', 'OPENAI_API_KEY', 'API key', openaiProject),
  known('OpenAI', 'OPENAI_API_KEY', 'API key', openaiOlder),
  known('Google Maps', 'GOOGLE_API_KEY', 'API key', shaped('AIzaSy', BASE64_URL, 33)),
  known('Gemini', 'GEMINI_API_KEY', 'API key', shaped('AIzaSy', BASE64_URL, 33)),
  known('AWS', 'AWS_ACCESS_KEY_ID', 'access key', amazonKeyId),
  spoken('AWS', 'AWS_SECRET_ACCESS_KEY', 'secret key', amazonSecret),
  known('GitHub', 'GITHUB_TOKEN', 'token', (random) =>
    shaped(random.pick(['ghp_', 'ghp_', 'gho_', 'ghs_']), ALPHANUMERIC, 36)(random),
  ),
  known('GitHub', 'GH_TOKEN', 'access token', githubFine),
  known('GitLab', 'GITLAB_TOKEN', 'access token', shaped('glpat-', BASE64_URL, 20)),
  known('Slack', 'SLACK_BOT_TOKEN', 'token', slack),
  known('Stripe', 'STRIPE_SECRET_KEY', 'secret key', (random) =>
    shaped(random.pick(['sk_live_', 'sk_live_', 'rk_live_']), ALPHANUMERIC, random.pick([24, 99]))(random),
  ),
  known('Telegram', 'TELEGRAM_BOT_TOKEN', 'token', telegramToken),
  known('npm', 'NPM_TOKEN', 'access token', shaped('npm_', ALPHANUMERIC, 36)),
  known(
    'SendGrid',
    'SENDGRID_API_KEY',
    'API key',
    (random) => `SG.${random.text(BASE64_URL, 22)}.${random.text(BASE64_URL, 43)}`,
  ),
  known('Hugging Face', 'HF_TOKEN', 'token', shaped('hf_', UPPER + LOWER, 34)),
  known('Auth0', 'AUTH0_TOKEN', 'token', webToken),
  known('Supabase', 'SUPABASE_SERVICE_ROLE_KEY', 'secret key', webToken),
  known('Home Assistant', 'HASS_TOKEN', 'access token', webToken),
  known('Groq', 'GROQ_API_KEY', 'API key', shaped('gsk_', ALPHANUMERIC, 52)),
  known('DigitalOcean', 'DO_TOKEN', 'token', shaped('dop_v1_', HEX, 64)),
  known('Shopify', 'SHOPIFY_TOKEN', 'access token', shaped('shpat_', HEX, 32)),
  known('PyPI', 'PYPI_TOKEN', 'token', shaped('pypi-AgEIcHlwaS5vcmc', BASE64_URL, 150)),
  spoken('OpenWeatherMap', 'OPENWEATHER_API_KEY', 'API key', shaped('', HEX, 32)),
  spoken('TMDB', 'TMDB_API_KEY', 'API key', shaped('', HEX, 32)),
  spoken('NewsAPI', 'NEWS_API_KEY', 'API key', shaped('', HEX, 32)),
  spoken('Cloudflare', 'CLOUDFLARE_API_TOKEN', 'token', shaped('', BASE64_URL, 40)),
  spoken('Todoist', 'TODOIST_TOKEN', 'token', shaped('', HEX, 40)),
  spoken('DeepL', 'DEEPL_AUTH_KEY', 'API key', (random) => `${uuid(random)}:fx`),
  spoken('Heroku', 'HEROKU_API_KEY', 'API key', uuid),
  spoken('Plex', 'PLEX_TOKEN', 'token', shaped('', ALPHANUMERIC, 20)),
  spoken('Vercel', 'VERCEL_TOKEN', 'token', shaped('', ALPHANUMERIC, 24)),
  spoken('Linode', 'LINODE_TOKEN', 'token', shaped('', HEX, 64)),
  spoken('Billbee', 'BILLBEE_API_KEY', 'API key', (random) => random.bytes(32).toString('base64')),
];
