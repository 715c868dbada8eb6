/** Messages with an API key or a token in them. */
import { ALPHANUMERIC, Deck, fill, HEX, type Drawn, type Random } from './random.js';
import { amazonKeyId, amazonSecret, telegramToken, tokens, webToken, type Token } from './tokens.js';
import { everydaySlots } from './words.js';

/** For any token: a word, a name or a header says what it is. */
const english = [
  'my {{service}} {{noun}} is {{token}}',
  '{{service}} {{noun}}: {{token}}',
  '{{noun}}: {{token}}',
  'Here is the {{noun}} for {{service}}:\n{{token}}',
  '{{variable}}={{token}}',
  'export {{variable}}={{token}}',
  '{{variable}}="{{token}}"',
  'NODE_ENV=production\nPORT=3000\n{{variable}}={{token}}\nLOG_LEVEL=debug',
  '# .env\n{{variable}}={{token}}\nBASE_URL=https://example.com',
  'const {{camel}} = "{{token}}";',
  "{{camel}}: '{{token}}',",
  'Can you write a script that uses the {{service}} API? The {{noun}} is {{token}}',
  'remember my {{service}} {{noun}} {{token}} for later',
  'I accidentally pushed my {{service}} {{noun}} ({{token}}), what should I do?',
  'why do I get 401 from {{service}}? I use {{token}} as the {{noun}}',
  'set {{variable}} to {{token}} and restart it please',
  'curl -H "Authorization: Bearer {{token}}" https://api.example.com/v1/me',
  'Authorization: Bearer {{token}}',
  'headers = {"Authorization": "Bearer {{token}}"}',
  'GET /v1/items HTTP/1.1\nHost: api.example.com\nAuthorization: Bearer {{token}}\n\n-> 403, why?',
  'the new {{noun}} from {{service}} came: {{token}}. Please put it into the config.',
  'Hi {{name}}, for {{subject}} you need our {{service}} {{noun}}: {{token}} - please keep it safe.',
  'fetch(url, { headers: { Authorization: `Bearer {{token}}` } }) returns 401, any idea?',
  '{"service": "{{service}}", "token": "{{token}}"}',
  'services:\n  bot:\n    image: node:22\n    environment:\n      - {{variable}}={{token}}',
];

const others = [
  'Mein {{service}} API-Key ist {{token}}',
  'hier ist der Token für {{service}}: {{token}}',
  'Bitte trag den API-Schlüssel {{token}} in die Konfiguration ein',
  'Ma clé API {{service}} : {{token}}',
  'voici le token {{service}} : {{token}}',
  'mi clave de API de {{service}} es {{token}}',
  'el token de {{service}}: {{token}}',
  'la mia chiave API di {{service}} è {{token}}',
  'mijn {{service}} API key is {{token}}',
  'hier het token voor {{service}}: {{token}}',
];

/** For tokens that are known by their shape. */
const bare = [
  '{{token}}',
  'use this one {{token}}',
  'why does {{service}} say invalid for {{token}} ?',
  "here you go {{token}} don't share it",
  'what is this? {{token}}\nfound it in an old notes file',
  'is this still valid: {{token}}',
];

interface Special {
  make(random: Random): string;
  templates: readonly string[];
}

/** Texts that belong to one kind of token. */
const specials: readonly Special[] = [
  {
    make: telegramToken,
    templates: [
      'Done! Congratulations on your new bot. You will find it at t.me/{{user}}_bot.\n\n' +
        'Use this token to access the HTTP API:\n{{token}}\nKeep your token secure and store it safely.',
      'https://api.telegram.org/bot{{token}}/getUpdates returns an empty list, why?',
    ],
  },
  {
    make: amazonSecret,
    templates: [
      '[default]\naws_access_key_id = {{amazon}}\naws_secret_access_key = {{token}}\nregion = eu-central-1',
      'AWS keys from {{name}}:\nAccess key ID: {{amazon}}\nSecret access key: {{token}}',
      'export AWS_ACCESS_KEY_ID={{amazon}}\nexport AWS_SECRET_ACCESS_KEY={{token}}',
    ],
  },
  {
    make: (random) => random.text(HEX, random.pick([32, 32, 40, 64])),
    templates: [
      'https://api.openweathermap.org/data/2.5/weather?q={{city}}&appid={{token}} says 401',
      'api_key={{token}}',
      'https://api.example.com/v2/search?q=shoes&api_key={{token}}',
      'apikey: {{token}}',
      'X-API-Key: {{token}}',
      'the api key is {{token}}',
      'api token {{token}} (expires {{date}})',
      'JWT_SECRET={{token}}',
      'client_id=ara-web\nclient_secret={{token}}',
      'SECRET_KEY = "{{token}}"  # django settings',
    ],
  },
  {
    make: (random) => random.bytes(random.pick([24, 32, 48])).toString('base64'),
    templates: ['the api key is {{token}}', 'access_token: {{token}}', 'SESSION_SECRET={{token}}'],
  },
  {
    make: (random) => `${random.bytes(63).toString('base64')}A${random.text(ALPHANUMERIC, 1)}==`,
    templates: [
      'DefaultEndpointsProtocol=https;AccountName={{user}}store;AccountKey={{token}};EndpointSuffix=core.windows.net',
    ],
  },
  {
    make: webToken,
    templates: [
      'can you decode this jwt? {{token}}',
      'jwt.io says invalid signature:\n{{token}}',
      'Cookie: session={{token}}',
    ],
  },
];

/** Their keys go into the address or another header. */
const neverBearer = [
  'AWS',
  'Google Maps',
  'Gemini',
  'OpenWeatherMap',
  'NewsAPI',
  'DeepL',
  'Telegram',
  'Plex',
];

type Choice =
  | { sort: 'any' | 'bare'; template: string; english: boolean }
  | { sort: 'special'; template: string; make(random: Random): string };

export function tokenMessages(random: Random): () => Drawn {
  const wordings = new Deck<Choice>(random, [
    ...english.map((template) => ({ sort: 'any' as const, template, english: true })),
    ...english.map((template) => ({ sort: 'any' as const, template, english: true })),
    ...others.map((template) => ({ sort: 'any' as const, template, english: false })),
    ...bare.map((template) => ({ sort: 'bare' as const, template, english: true })),
    ...specials.flatMap(({ make, templates }) =>
      templates.map((template) => ({ sort: 'special' as const, template, make })),
    ),
  ]);
  const anyToken = new Deck(random, tokens);
  const plainToken = new Deck(
    random,
    tokens.filter(({ plain }) => plain),
  );
  return () => {
    const choice = wordings.deal();
    if (choice.sort === 'special') {
      const secret = choice.make(random);
      const slots = { ...everydaySlots, token: () => secret, amazon: amazonKeyId };
      return { text: fill(choice.template, slots, random), secret, english: true };
    }
    let token = choice.sort === 'bare' ? plainToken.deal() : anyToken.deal();
    while (choice.template.includes('Bearer') && neverBearer.includes(token.service)) token = anyToken.deal();
    const secret = token.make(random);
    const slots = { ...everydaySlots, ...spokenOf(token), token: () => secret };
    return { text: fill(choice.template, slots, random), secret, english: choice.english };
  };
}

function spokenOf({
  service,
  variable,
  noun,
}: Token): Record<'service' | 'variable' | 'noun' | 'camel', () => string> {
  const [first, ...rest] = variable.toLowerCase().split('_');
  const camel = [first!, ...rest.map((part) => part[0]!.toUpperCase() + part.slice(1))].join('');
  return { service: () => service, variable: () => variable, noun: () => noun, camel: () => camel };
}
