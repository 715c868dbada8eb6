/** Messages that hold a private key: pasted whole, in settings, in mails, or told as one line. */
import { Deck, HEX, type Random } from '../sensitive/random.js';
import * as keys from './private-keys.js';
import { wordingsOf, write, type Templates } from './telling.js';

const BLOCKS: Templates = {
  en: [
    '{{secret}}',
    'save this key for the server pls\n\n{{secret}}',
    'why does ssh say "invalid format" for this?\n{{secret}}',
    'Hi {{first}},\nas discussed here is the key for the deploy machine, put it into ~/.ssh with mode 600.\n\n{{secret}}\n\nBest\n{{name}}',
    '```\n{{secret}}\n```\ncan you convert that to the other format',
    '$ cat ~/keys/{{login}}.key\n{{secret}}\n$',
    'cat > /etc/ssl/private/site.key <<EOF\n{{secret}}\nEOF\nnginx -t && systemctl reload nginx',
    'which type of key is this and is it still considered safe?\n\n{{secret}}',
    'Forwarded from {{name}}:\n{{secret}}',
  ],
  de: [
    'hier der private Schlüssel vom Server:\n{{secret}}',
    'Kannst du den auf dem NAS hinterlegen?\n\n{{secret}}\n\nDanke, bis {{day}}',
  ],
  fr: ['voici la clé privée pour le serveur de {{city}}\n{{secret}}'],
  es: ['esta es la clave privada del servidor, guárdala:\n{{secret}}'],
  it: ['ti mando la chiave privata\n{{secret}}'],
  nl: ['hier is de private key van de server\n\n{{secret}}'],
  pt: ['segue a chave privada do servidor:\n{{secret}}'],
};

const SSH: Templates = {
  en: [
    '{{login}}@nas:~$ cat .ssh/id_ed25519\n{{secret}}\n{{login}}@nas:~$ exit',
    'my id_rsa, need it on the new laptop on {{day}}\n\n{{secret}}',
  ],
};

const PGP: Templates = {
  en: [
    'backup of my gpg key, dont lose it\n{{secret}}',
    '$ gpg --export-secret-keys --armor {{email}}\n{{secret}}',
  ],
  de: ['mein PGP Schlüssel, bitte ausdrucken\n\n{{secret}}'],
};

/** In these the lines of the key are changed by what holds them. */
const ONE_LINE: Templates = {
  en: [
    '{\n  "type": "service_account",\n  "project_id": "mintleaf-prod",\n  "private_key_id": "{{hash}}",\n  "private_key": "{{secret}}",\n  "client_email": "robot@mintleaf-prod.iam.gserviceaccount.com"\n}',
    'APP_ID={{number}}\nAPP_PRIVATE_KEY="{{secret}}"\nLOG_LEVEL=debug',
    'const key = "{{secret}}";\nconst token = jwt.sign({ sub: 1 }, key, { algorithm: "RS256" });\n// Error: secretOrPrivateKey must be an asymmetric key',
  ],
};

const INDENTED: Templates = {
  en: [
    'tls:\n  enabled: true\n  key: |\n{{secret}}\n  minVersion: "1.2"',
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: site-tls\nstringData:\n  tls.key: |\n{{secret}}',
  ],
};

const QUOTED: Templates = {
  en: [
    'On {{date}} {{name}} wrote:\n> here you go\n>\n{{secret}}\n>\n> bye\n\ngot this by mail, is it ok to send it like that?',
  ],
};

const SINGLE: readonly [(random: Random) => string, Templates][] = [
  [
    keys.ageKey,
    {
      en: [
        'age key for the backups: {{secret}}',
        '# created: {{isoDate}}T09:12:44+01:00\n# public key: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n{{secret}}',
        'SOPS_AGE_KEY={{secret}}',
      ],
      de: ['der age schlüssel ist {{secret}}, heb ihn gut auf'],
    },
  ],
  [
    keys.walletKey,
    {
      en: [
        'import this into electrum: private key {{secret}}',
        'paper wallet from {{year}}, private key (WIF): {{secret}}\nhow much is on it?',
        '{{secret}} thats the bitcoin private key of the old wallet',
      ],
      de: ['Private Key vom Bitcoin Wallet: {{secret}}'],
      es: ['clave privada de mi monedero bitcoin {{secret}}'],
    },
  ],
  [
    keys.etherKey,
    {
      en: [
        'metamask private key {{secret}}',
        'DEPLOYER_PRIVATE_KEY={{secret}}\nRPC_URL=https://rpc.sepolia.org',
        'cast send --private-key {{secret}} --rpc-url http://localhost:8545 "mint()"',
      ],
      fr: ['ma clé privée ethereum : {{secret}}'],
    },
  ],
  [keys.extendedKey, { en: ['xprv of the cold wallet: {{secret}}'] }],
  [keys.nostrKey, { en: ['my nostr key {{secret}} pls remember', 'nsec for the new account is {{secret}}'] }],
  [
    keys.wireGuardKey,
    {
      en: [
        '[Interface]\nPrivateKey = {{secret}}\nAddress = 10.8.0.{{small}}/24\nDNS = 1.1.1.1\n\n[Peer]\nPublicKey = {{publicKey}}\nEndpoint = vpn.mintleaf.net:51820\nAllowedIPs = 0.0.0.0/0',
        'wireguard private key for the phone: {{secret}}',
      ],
      de: ['[Interface]\nPrivateKey = {{secret}}\nListenPort = 51820\n\nwarum startet wg-quick nicht?'],
    },
  ],
  [
    keys.puttyLines,
    {
      en: [
        'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: eddsa-key-{{small}}\nPublic-Lines: 2\n{{publicKey}}\n{{publicKey}}\nPrivate-Lines: {{lines}}\n{{secret}}\nPrivate-MAC: {{hash}}',
      ],
    },
  ],
  [
    keys.webKeyPart,
    {
      en: [
        '{"kty":"EC","crv":"P-256","x":"{{publicPart}}","y":"{{publicPart}}","d":"{{secret}}"}\nis this private JWK valid?',
      ],
    },
  ],
];

interface Entry {
  templates: Templates;
  draw: (random: Random) => string;
  prose?: boolean;
}

export function privateKeyDeck(random: Random): () => { text: string; secret: string } {
  const from = (list: readonly ((random: Random) => string)[]) => () => random.pick(list)(random);
  const entries: Entry[] = [
    { templates: BLOCKS, draw: from(keys.ARMOURED) },
    { templates: SSH, draw: keys.openSshKey },
    { templates: PGP, draw: keys.pgpKey },
    { templates: ONE_LINE, draw: () => `${from(keys.FOR_SERVERS)()}\n`.replace(/\n/g, '\\n') },
    { templates: INDENTED, draw: () => from(keys.FOR_SERVERS)().replace(/^/gm, '    ') },
    { templates: QUOTED, draw: () => from(keys.ARMOURED)().replace(/^/gm, '> ') },
    ...SINGLE.map(([draw, templates]) => ({ templates, draw, prose: true })),
  ];
  const deck = new Deck(
    random,
    entries.flatMap(({ templates, draw, prose = false }) =>
      wordingsOf(templates, prose).map((wording) => ({ wording, draw })),
    ),
  );
  return () => {
    const { wording, draw } = deck.deal();
    // The indentation and the trailing line end belong to what holds the key, not to the key.
    const standing = draw(random);
    const secret = standing.replace(/^[> ]+/, '').replace(/\\n$/, '');
    const slots = {
      secret: () => standing,
      publicKey: () => random.bytes(32).toString('base64'),
      publicPart: () => random.bytes(32).toString('base64url'),
      hash: () => random.text(HEX, 40),
      lines: () => String(standing.split('\n').length),
    };
    return { text: write(wording, slots, random), secret };
  };
}
