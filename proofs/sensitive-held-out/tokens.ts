/** API keys and tokens in the formats of those who issue them. */
import {
  ALPHANUMERIC,
  BASE64,
  BASE64_URL,
  DIGITS,
  HEX,
  LOWER,
  UPPER,
  type Random,
} from '../sensitive/random.js';

/** A piece is a literal, or an alphabet by letter with a length: `A` letters and digits, `U` url letters. */
type Piece = string | readonly [keyof typeof ALPHABETS, number];

const ALPHABETS = {
  A: ALPHANUMERIC,
  U: BASE64_URL,
  B: BASE64,
  H: HEX,
  D: DIGITS,
  L: LOWER + DIGITS,
  C: UPPER + DIGITS,
};

export interface Maker {
  name: string;
  variable: string;
  /** Whether the token is known by its own looks, so that it may stand alone. */
  telling: boolean;
  draw: (random: Random) => string;
}

function assemble(pieces: readonly Piece[], random: Random): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : random.text(ALPHABETS[piece[0]], piece[1])))
    .join('');
}

function maker(name: string, variable: string, telling: boolean, ...pieces: Piece[]): Maker {
  return { name, variable, telling, draw: (random) => assemble(pieces, random) };
}

function base64Json(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A signed web token with claims as services put them. */
export function webToken(random: Random): string {
  const issued = random.between(1_700_000_000, 1_790_000_000);
  const claims = random.pick([
    { sub: random.digits(6), iat: issued, exp: issued + 86_400 },
    {
      iss: 'supabase',
      ref: random.text(LOWER, 20),
      role: 'service_role',
      iat: issued,
      exp: issued + 315_360_000,
    },
    { iss: random.text(HEX, 32), iat: issued, exp: issued + 315_360_000 },
    { sub: random.text(HEX, 24), scope: 'read write', aud: 'api', exp: issued },
  ]);
  return `${base64Json({ alg: 'HS256', typ: 'JWT' })}.${base64Json(claims)}.${random.bytes(32).toString('base64url')}`;
}

export const MAKERS: readonly Maker[] = [
  maker('OpenAI', 'OPENAI_API_KEY', true, 'sk-proj-', ['U', 74], 'T3BlbkFJ', ['U', 74]),
  maker('OpenAI', 'OPENAI_API_KEY', true, 'sk-', ['A', 20], 'T3BlbkFJ', ['A', 20]),
  maker('Anthropic', 'ANTHROPIC_API_KEY', true, 'sk-ant-api03-', ['U', 93], 'AA'),
  maker('OpenRouter', 'OPENROUTER_API_KEY', true, 'sk-or-v1-', ['H', 64]),
  maker('DeepSeek', 'DEEPSEEK_API_KEY', true, 'sk-', ['H', 32]),
  maker('Groq', 'GROQ_API_KEY', true, 'gsk_', ['A', 52]),
  maker('xAI', 'XAI_API_KEY', true, 'xai-', ['A', 80]),
  maker('Perplexity', 'PPLX_API_KEY', true, 'pplx-', ['A', 48]),
  maker('Hugging Face', 'HF_TOKEN', true, 'hf_', ['A', 34]),
  maker('Replicate', 'REPLICATE_API_TOKEN', true, 'r8_', ['A', 37]),
  maker('Tavily', 'TAVILY_API_KEY', true, 'tvly-dev-', ['A', 32]),
  maker('ElevenLabs', 'ELEVENLABS_API_KEY', true, 'sk_', ['H', 48]),
  maker('Google', 'GEMINI_API_KEY', true, 'AIzaSy', ['U', 33]),
  maker('Google OAuth', 'GOOGLE_CLIENT_SECRET', true, 'GOCSPX-', ['U', 28]),
  maker('Google', 'GOOGLE_ACCESS_TOKEN', true, 'ya29.a0', ['U', 160]),
  maker('AWS', 'AWS_SECRET_ACCESS_KEY', false, ['B', 40]),
  maker('GitHub', 'GITHUB_TOKEN', true, 'ghp_', ['A', 36]),
  maker('GitHub', 'GH_TOKEN', true, 'github_pat_11', ['C', 20], '_', ['A', 59]),
  maker('GitHub', 'GITHUB_TOKEN', true, 'gho_', ['A', 36]),
  maker('GitLab', 'GITLAB_TOKEN', true, 'glpat-', ['U', 20]),
  maker('npm', 'NPM_TOKEN', true, 'npm_', ['A', 36]),
  maker('PyPI', 'TWINE_API_TOKEN', true, 'pypi-AgEIcHlwaS5vcmcC', ['U', 150]),
  maker('Docker Hub', 'DOCKER_TOKEN', true, 'dckr_pat_', ['U', 27]),
  maker('RubyGems', 'GEM_HOST_API_KEY', true, 'rubygems_', ['H', 48]),
  maker('Slack', 'SLACK_BOT_TOKEN', true, 'xoxb-', ['D', 12], '-', ['D', 13], '-', ['A', 24]),
  maker('Slack', 'SLACK_USER_TOKEN', true, 'xoxp-', ['D', 12], '-', ['D', 12], '-', ['D', 13], '-', [
    'H',
    32,
  ]),
  maker('Slack', 'SLACK_APP_TOKEN', true, 'xapp-1-A', ['C', 10], '-', ['D', 13], '-', ['H', 64]),
  maker('Telegram bot', 'TELEGRAM_BOT_TOKEN', true, ['D', 10], ':AA', ['U', 33]),
  maker('Discord', 'DISCORD_TOKEN', true, 'MT', ['A', 24], '.G', ['U', 5], '.', ['U', 38]),
  maker('Stripe', 'STRIPE_SECRET_KEY', true, 'sk_live_51', ['A', 97]),
  maker('Stripe', 'STRIPE_SECRET_KEY', true, 'rk_live_', ['A', 24]),
  maker('Stripe webhook', 'STRIPE_WEBHOOK_SECRET', true, 'whsec_', ['A', 32]),
  maker('Square', 'SQUARE_ACCESS_TOKEN', true, 'EAAA', ['U', 60]),
  maker('Shopify', 'SHOPIFY_ACCESS_TOKEN', true, 'shpat_', ['H', 32]),
  maker('SendGrid', 'SENDGRID_API_KEY', true, 'SG.', ['U', 22], '.', ['U', 43]),
  maker('Mailgun', 'MAILGUN_API_KEY', true, 'key-', ['H', 32]),
  maker('Mailchimp', 'MAILCHIMP_API_KEY', true, ['H', 32], '-us14'),
  maker('Brevo', 'BREVO_API_KEY', true, 'xkeysib-', ['H', 64], '-', ['A', 16]),
  maker('Resend', 'RESEND_API_KEY', true, 're_', ['A', 8], '_', ['A', 24]),
  maker('Twilio', 'TWILIO_AUTH_TOKEN', false, ['H', 32]),
  maker('Notion', 'NOTION_TOKEN', true, 'ntn_', ['D', 11], ['A', 35]),
  maker('Linear', 'LINEAR_API_KEY', true, 'lin_api_', ['A', 40]),
  maker('Airtable', 'AIRTABLE_TOKEN', true, 'pat', ['A', 14], '.', ['H', 64]),
  maker('Figma', 'FIGMA_TOKEN', true, 'figd_', ['U', 40]),
  maker('Atlassian', 'JIRA_API_TOKEN', true, 'ATATT3xFfGF0', ['U', 171], '=', ['C', 8]),
  maker('Postman', 'POSTMAN_API_KEY', true, 'PMAK-', ['H', 24], '-', ['H', 34]),
  maker('DigitalOcean', 'DIGITALOCEAN_TOKEN', true, 'dop_v1_', ['H', 64]),
  maker('Hetzner', 'HCLOUD_TOKEN', false, ['A', 64]),
  maker('Cloudflare', 'CLOUDFLARE_API_TOKEN', false, ['U', 40]),
  maker('Netlify', 'NETLIFY_AUTH_TOKEN', true, 'nfp_', ['A', 36]),
  maker('Vercel', 'VERCEL_TOKEN', false, ['A', 24]),
  maker('Tailscale', 'TS_AUTHKEY', true, 'tskey-auth-k', ['A', 10], 'CNTRL-', ['A', 32]),
  maker('Databricks', 'DATABRICKS_TOKEN', true, 'dapi', ['H', 32]),
  maker('Grafana', 'GRAFANA_TOKEN', true, 'glsa_', ['A', 32], '_', ['H', 8]),
  maker('New Relic', 'NEW_RELIC_API_KEY', true, 'NRAK-', ['C', 27]),
  maker('Datadog', 'DD_API_KEY', false, ['H', 32]),
  maker('Vault', 'VAULT_TOKEN', true, 'hvs.CAESI', ['U', 90]),
  maker('Terraform Cloud', 'TFE_TOKEN', true, ['A', 14], '.atlasv1.', ['A', 67]),
  maker('Azure storage', 'AZURE_STORAGE_KEY', false, ['B', 86], '=='),
  maker('Azure', 'AZURE_CLIENT_SECRET', false, ['A', 3], '8Q~', ['U', 34]),
  maker('Supabase', 'SUPABASE_ACCESS_TOKEN', true, 'sbp_', ['H', 40]),
  maker('PlanetScale', 'PLANETSCALE_TOKEN', true, 'pscale_tkn_', ['U', 43]),
  maker('Pinecone', 'PINECONE_API_KEY', true, 'pcsk_', ['A', 6], '_', ['A', 63]),
  maker('Mapbox', 'MAPBOX_SECRET_TOKEN', true, 'sk.eyJ1Ijoib3', ['A', 70], '.', ['U', 22]),
  maker(
    'DeepL',
    'DEEPL_AUTH_KEY',
    false,
    ['H', 8],
    '-',
    ['H', 4],
    '-',
    ['H', 4],
    '-',
    ['H', 4],
    '-',
    ['H', 12],
    ':fx',
  ),
  maker('OpenWeather', 'OPENWEATHER_API_KEY', false, ['H', 32]),
  maker('Todoist', 'TODOIST_API_TOKEN', false, ['H', 40]),
  maker('Dropbox', 'DROPBOX_TOKEN', true, 'sl.B', ['U', 130]),
  maker('Facebook', 'FB_PAGE_TOKEN', true, 'EAAG', ['A', 160]),
  maker('X / Twitter', 'TWITTER_BEARER_TOKEN', true, 'AAAAAAAAAAAAAAAAAAAAA', ['A', 80]),
  { name: 'Home Assistant', variable: 'HASS_TOKEN', telling: true, draw: webToken },
  { name: 'Supabase', variable: 'SUPABASE_SERVICE_ROLE_KEY', telling: true, draw: webToken },
];

/** Keys of services nobody has heard of. */
export function unknownToken(random: Random): string {
  const prefix = random.text(LOWER, random.between(2, 4));
  return random.pick<() => string>([
    () => random.text(HEX, random.pick([32, 40, 64])),
    () => random.text(ALPHANUMERIC, random.between(24, 48)),
    () => random.text(BASE64_URL.replace('-', ''), random.between(32, 48)) + random.text(ALPHANUMERIC, 1),
    () => random.bytes(32).toString('base64'),
    () => `${prefix}_${random.pick(['live_', 'prod_', ''])}${random.text(ALPHANUMERIC, 32)}`,
    () => [8, 4, 4, 4, 12].map((length) => random.text(HEX, length)).join('-'),
    () => `${prefix}-${random.text(LOWER + DIGITS, 40)}`,
  ])();
}
