/** Messages with a private key in them, as files are pasted into a chat. */
import { armour, pgpArmour, sshText } from './armour.js';
import { Deck, fill, HEX, type Drawn, type Random } from './random.js';
import { everydaySlots } from './words.js';

/** How a DER sequence of this length begins, with version 0 in it. */
const der = (length: number): number[] => [0x30, 0x82, (length - 4) >> 8, (length - 4) & 0xff, 2, 1, 0];
/** Keys of 1024, 2048 and 4096 bits: how long they are, and how their modulus begins. */
const rsaSizes: readonly [number, readonly number[]][] = [
  [608, [2, 0x81, 0x81, 0]],
  [1_190, [2, 0x82, 1, 1, 0]],
  [1_192, [2, 0x82, 1, 1, 0]],
  [2_349, [2, 0x82, 2, 1, 0]],
];
const rsaInfo = [0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0, 4, 0x82];
const ecInfo = [0x30, 0x81, 0x87, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8];
const edwardsInfo = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const sealedInfo = [0x30, 0x82, 5, 0x2e, 0x30, 0x58, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0d];

interface Sort {
  name: string;
  make(random: Random): string;
}

const rsa: Sort = {
  name: 'RSA key',
  make: (random) => {
    const [length, modulus] = random.pick(rsaSizes);
    return armour(random, 'RSA PRIVATE KEY', [...der(length), ...modulus], length);
  },
};
const pkcs8: Sort = {
  name: 'private key',
  make: (random) => {
    const length = random.pick([1217, 1218, 2374]);
    return armour(random, 'PRIVATE KEY', [...der(length), ...rsaInfo], length);
  },
};
const sorts: readonly Sort[] = [
  rsa,
  rsa,
  {
    name: 'old key',
    make: (random) => {
      const iv = random.text(HEX, 32).toUpperCase();
      const head = ['Proc-Type: 4,ENCRYPTED', `DEK-Info: AES-128-CBC,${iv}`, ''];
      return armour(random, 'RSA PRIVATE KEY', [], 1_200, 64, head);
    },
  },
  { name: 'EC key', make: (random) => armour(random, 'EC PRIVATE KEY', [0x30, 0x77, 2, 1, 1, 4, 0x20], 121) },
  {
    name: 'ssh key',
    make: (random) => {
      const start = [...Buffer.from('openssh-key-v1\0'), ...sshText('none'), ...sshText('none'), 0, 0, 0, 0];
      return armour(random, 'OPENSSH PRIVATE KEY', start, random.pick([290, 290, 1_820, 2_600]), 70);
    },
  },
  {
    name: 'ssh key',
    make: (random) => {
      const start = [...Buffer.from('openssh-key-v1\0'), ...sshText('aes256-ctr'), ...sshText('bcrypt')];
      return armour(random, 'OPENSSH PRIVATE KEY', start, random.pick([330, 1_860]), 70);
    },
  },
  pkcs8,
  pkcs8,
  { name: 'private key', make: (random) => armour(random, 'PRIVATE KEY', ecInfo, 138) },
  { name: 'ed25519 key', make: (random) => armour(random, 'PRIVATE KEY', edwardsInfo, 48) },
  { name: 'encrypted key', make: (random) => armour(random, 'ENCRYPTED PRIVATE KEY', sealedInfo, 1_330) },
  { name: 'DSA key', make: (random) => armour(random, 'DSA PRIVATE KEY', der(448), 448) },
  {
    name: 'pgp key',
    make: (random) => pgpArmour(random, 'PGP PRIVATE KEY BLOCK', [0x94, 0x58, 4], random.pick([500, 1_900])),
  },
];

type Shape = (block: string) => string;
const asItIs: Shape = (block) => block;
const indented: Shape = (block) => block.split('\n').join('\n    ');
const cited: Shape = (block) => block.split('\n').join('\n> ');
const windows: Shape = (block) => block.replaceAll('\n', '\r\n');
const escaped: Shape = (block) => block.replaceAll('\n', '\\n');
const onOneLine: Shape = (block) => block.replaceAll('\n', ' ');
const withoutItsEnd: Shape = (block) => block.split('\n').slice(0, -1).join('\n');

interface Wordings {
  shape: Shape;
  templates: readonly string[];
  english?: boolean;
  /** The names of the keys that this is said of; without it, of all. */
  only?: readonly string[];
}

const forSsh = ['ssh key', 'RSA key', 'old key'];
const forServers = ['RSA key', 'EC key', 'private key', 'encrypted key'];
const forPrograms = ['private key', 'RSA key'];

const wordings: readonly Wordings[] = [
  {
    shape: asItIs,
    templates: [
      '{{key}}',
      '{{key}}',
      'my {{sort}}:\n{{key}}',
      'Here is my {{sort}}, keep it safe:\n\n{{key}}\n\nThanks!',
      'can you convert this {{sort}} to another format?\n\n{{key}}',
      '```\n{{key}}\n```\nwhat kind of key is this?',
      'Hi {{name}},\n\nattached is the {{sort}} of the server for {{subject}}.\n\n{{key}}\n\nBest regards\n{{name}}',
      'PRIVATE_KEY="{{key}}"',
      'remember this for {{name}}: {{key}}',
      'Is it bad that I posted this in the team chat?\n{{key}}\n{{weekday}} was a long day...',
      '{{company}} sent me this {{sort}} on {{date}}, where does it go?\n\n{{key}}',
    ],
  },
  {
    shape: asItIs,
    only: forSsh,
    templates: [
      'why does ssh say "invalid format" for this?\n{{key}}',
      'put this into ~/.ssh/id_rsa on the {{city}} server\n{{key}}\nand chmod 600 it',
    ],
  },
  {
    shape: asItIs,
    only: forServers,
    templates: [
      'nginx does not start with this one\n{{key}}\nit says key values mismatch',
      "cat > deploy.pem <<'EOF'\n{{key}}\nEOF",
    ],
  },
  {
    shape: asItIs,
    english: false,
    templates: [
      'Das ist mein privater Schlüssel:\n{{key}}\nWarum nimmt der Server ihn nicht?',
      'voici ma clé privée\n{{key}}',
      'esta es mi clave privada:\n{{key}}\n¿por qué no funciona?',
      'questa è la chiave privata del server\n{{key}}',
      'hier is de private key van de server:\n{{key}}',
    ],
  },
  {
    shape: indented,
    only: forServers,
    templates: ['tls:\n  key: |\n    {{key}}', 'kind: Secret\nstringData:\n  tls.key: |\n    {{key}}'],
  },
  { shape: cited, templates: ['> {{key}}\n\nshould {{name}} have sent me this by mail?'] },
  { shape: windows, templates: ['{{key}}', 'from the windows server:\r\n{{key}}\r\n'] },
  {
    shape: escaped,
    only: forPrograms,
    templates: [
      '{"type": "service_account", "project_id": "demo", "private_key": "{{key}}\\n", "client_email": "{{email}}"}',
      'FIREBASE_PRIVATE_KEY="{{key}}\\n"',
      'const pem = "{{key}}";',
    ],
  },
  { shape: onOneLine, templates: ['my {{sort}} is {{key}} can you store that', '{{key}}'] },
  { shape: withoutItsEnd, templates: ['the {{sort}} got cut off somewhere, is that all of it?\n{{key}}'] },
];

export function privateKeyMessages(random: Random): () => Drawn {
  const deck = new Deck(
    random,
    wordings.flatMap(({ shape, templates, english = true, only }) =>
      templates.map((template) => ({ shape, template, english, only })),
    ),
  );
  const sortDeck = new Deck(random, sorts);
  return () => {
    const { shape, template, english, only } = deck.deal();
    let { name, make } = sortDeck.deal();
    while (only?.includes(name) === false) ({ name, make } = sortDeck.deal());
    const secret = shape(make(random));
    const slots = { ...everydaySlots, key: () => secret, sort: () => name };
    return { text: fill(template, slots, random), secret, english };
  };
}
