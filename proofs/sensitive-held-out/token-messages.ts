/** Messages that hold an API key or token, of a known maker or of one nobody knows. */
import { ALPHANUMERIC, Deck, DIGITS, UPPER, type Random } from '../sensitive/random.js';
import { wordingsOf, write, type Templates, type Wording } from './telling.js';
import { MAKERS, unknownToken, webToken, type Maker } from './tokens.js';

/** Of a known maker; the words say what it is. */
const KNOWN: Templates = {
  en: [
    'my {{maker}} api key is {{secret}}',
    'here is the {{maker}} token: {{secret}}',
    'use this {{maker}} key for the script please {{secret}} the old one ran out of credit on {{day}}',
    '{{variable}}={{secret}}',
    'export {{variable}}={{secret}}',
    'NODE_ENV=production\nPORT=3000\n{{variable}}={{secret}}\nLOG_LEVEL=info\n\nis anything missing?',
    '{\n  "env": {\n    "{{variable}}": "{{secret}}"\n  }\n}',
    '{{variable}}: "{{secret}}"',
    'I rotated the {{maker}} key. New one:\n\n{{secret}}\n\nPlease update the dashboard before {{day}} and tell {{first}}.',
    "os.environ['{{variable}}'] = '{{secret}}'",
    'docker run -d -e {{variable}}={{secret}} -p 8080:8080 kestrel/bot:1.{{small}}',
    'From: {{email}}\nSubject: credentials\n\nHey {{first}}, the {{maker}} secret key for {{company}} is {{secret}} , do not share.',
    '[{{time}}] {{first}}: did you get the {{maker}} token\n[{{time}}] {{last}}: yes {{secret}}\n[{{time}}] {{first}}: perfect',
  ],
  de: [
    'mein {{maker}} API-Key: {{secret}}',
    'Hier der Token für {{maker}}, bitte eintragen: {{secret}}',
    'der {{maker}} schlüssel geht nicht mehr, liegt das am format? {{secret}}',
  ],
  fr: [
    'ma clé API {{maker}} : {{secret}}',
    'voici le jeton {{maker}} {{secret}} tu peux l’ajouter au script ?',
  ],
  es: ['mi clave de API de {{maker}} es {{secret}}', 'el token de {{maker}}: {{secret}}'],
  it: ['la chiave API di {{maker}} è {{secret}}'],
  nl: ['de api key van {{maker}} is {{secret}}'],
  pt: ['chave de API do {{maker}}: {{secret}}'],
  pl: ['klucz API do {{maker}}: {{secret}}'],
  sv: ['min API-nyckel till {{maker}} är {{secret}}'],
};

/** The token says by its looks what it is. */
const TELLING: Templates = {
  en: [
    '{{secret}}',
    '{{secret}} does this still work?',
    'wait wrong chat\n{{secret}}',
    'can you list my stuff with that? {{secret}}',
    'client = Client("{{secret}}")\nresult = client.run("hello")\nprint(result)',
    'Traceback (most recent call last):\n  File "app.py", line {{small}}, in <module>\nAuthError: invalid key {{secret}}',
    'git diff\n-  timeout: 30\n+  timeout: 60\n+  auth: {{secret}}',
  ],
  de: ['{{secret}} den bitte nehmen'],
};

/** Of a maker nobody knows; what stands around it says that it is a key. */
const UNKNOWN: Templates = {
  en: [
    'the api key for the {{company}} booking system is {{secret}}',
    'WEATHERSTATION_API_KEY={{secret}}',
    'API_URL=https://api.mintleaf.net\nAPI_TOKEN={{secret}}',
    'curl -H "Authorization: Bearer {{secret}}" https://api.kestrel.io/v2/orders',
    'curl -H "X-API-Key: {{secret}}" "https://{{host}}/items?limit={{small}}"\n{"error":"forbidden"}',
    'curl -s https://{{host}}/api/me -H "Authorization: Token {{secret}}" | jq .',
    'https://api.mintleaf.net/v1/forecast?city={{city}}&api_key={{secret}}',
    'https://cams.kestrel.io/feed.json?access_token={{secret}} put that into the dashboard',
    '{"apiKey": "{{secret}}", "region": "eu-west-1", "timeout": 30}',
    'GET /v1/devices HTTP/1.1\nHost: api.bluebird.dev\nAuthorization: Bearer {{secret}}\nAccept: application/json',
    'client_id: {{company}}-app\nclient_secret: {{secret}}\nredirect_uri: https://{{host}}/callback',
    'const API_KEY = "{{secret}}";\nfetch(`https://api.kestrel.io/data?key=${API_KEY}`)',
    'headers = {"x-api-key": "{{secret}}"}\nr = requests.get(url, headers=headers)\nprint(r.status_code)  # 401',
    '[api]\nendpoint = https://{{host}}\nsecret_key = {{secret}}\nretries = {{small}}',
    'Your API key has been created.\n\nName: assistant\nKey: {{secret}}\nCopy it now, you will not be able to see it again.',
    'the lady from support sent me this access token {{secret}} whatever that is',
    '//registry.mintleaf.net/:_authToken={{secret}}',
    'PARCEL_SERVICE_TOKEN={{secret}}\nRAILS_ENV=production',
    'CLIENT_SECRET={{secret}}\nSCOPES=read,write',
  ],
  de: ['API-Schlüssel für die Solaranlage: {{secret}}', 'der zugriffstoken vom smart home ist {{secret}}'],
  fr: ['clé API de la station météo : {{secret}}'],
  es: ['token de acceso del panel: {{secret}}'],
};

/** Forms that only one maker has. */
const SPECIAL: readonly [string, (random: Random) => string][] = [
  [
    '[default]\naws_access_key_id = AKIA{{upper16}}\naws_secret_access_key = {{secret}}\nregion = eu-central-1',
    (random) => random.text(`${ALPHANUMERIC}+/`, 40),
  ],
  [
    'AWS_ACCESS_KEY_ID=AKIA{{upper16}}\nAWS_SECRET_ACCESS_KEY={{secret}}',
    (random) => random.text(`${ALPHANUMERIC}+/`, 40),
  ],
  [
    'post it to slack: {{secret}}',
    (random) =>
      `https://hooks.slack.com/services/T${id(random, 10)}/B${id(random, 10)}/${random.text(ALPHANUMERIC, 24)}`,
  ],
  [
    'discord webhook for the alerts\n{{secret}}',
    (random) => `https://discord.com/api/webhooks/${random.digits(19)}/${random.text(ALPHANUMERIC, 68)}`,
  ],
  [
    'https://api.telegram.org/bot{{secret}}/getUpdates returns nothing, why',
    (random) => `${random.digits(10)}:AA${random.text(ALPHANUMERIC, 33)}`,
  ],
  [
    'Done! Congratulations on your new bot. Use this token to access the HTTP API:\n{{secret}}\nKeep your token secure and store it safely.',
    (random) => `${random.digits(10)}:AA${random.text(ALPHANUMERIC, 33)}`,
  ],
  [
    'DefaultEndpointsProtocol=https;AccountName=mintleaf;AccountKey={{secret}};EndpointSuffix=core.windows.net',
    (random) => `${random.text(ALPHANUMERIC, 86)}==`,
  ],
  ['Authorization: Bearer {{secret}}', webToken],
  ['what is inside this jwt, is it expired? {{secret}}', webToken],
  [
    'git clone https://oauth2:{{secret}}@gitlab.com/kestrel/site.git',
    (random) => `glpat-${random.text(ALPHANUMERIC, 20)}`,
  ],
  [
    'git remote set-url origin https://{{secret}}@github.com/mintleaf/app.git',
    (random) => `ghp_${random.text(ALPHANUMERIC, 36)}`,
  ],
  [
    'TWILIO_ACCOUNT_SID=AC{{hex32}}\nTWILIO_AUTH_TOKEN={{secret}}',
    (random) => random.text('0123456789abcdef', 32),
  ],
];

function id(random: Random, length: number): string {
  return random.text(UPPER + DIGITS, length);
}

interface Entry {
  wording: Wording;
  draw: (random: Random, maker: Maker) => string;
  maker: () => Maker;
}

export function tokenDeck(random: Random): () => { text: string; secret: string } {
  const makers = new Deck(random, MAKERS);
  const telling = new Deck(
    random,
    MAKERS.filter((maker) => maker.telling),
  );
  const deck = new Deck<Entry>(random, [
    ...wordingsOf(KNOWN).map((wording) => entry(wording, byMaker, makers)),
    ...wordingsOf(TELLING, false).map((wording) => entry(wording, byMaker, telling)),
    ...wordingsOf(UNKNOWN).map((wording) => entry(wording, unknownToken, makers)),
    ...SPECIAL.map(([template, draw]) => entry({ template, language: 'en', prose: false }, draw, makers)),
  ]);
  return () => {
    const { wording, draw, maker } = deck.deal();
    const dealt = maker();
    const secret = draw(random, dealt);
    const slots = {
      secret: () => secret,
      maker: () => dealt.name,
      variable: () => dealt.variable,
      upper16: () => id(random, 16),
      hex32: () => random.text('0123456789abcdef', 32),
    };
    return { text: write(wording, slots, random), secret };
  };
}

function byMaker(random: Random, maker: Maker): string {
  return maker.draw(random);
}

function entry(wording: Wording, draw: Entry['draw'], deck: Deck<Maker>): Entry {
  return { wording, draw, maker: () => deck.deal() };
}
