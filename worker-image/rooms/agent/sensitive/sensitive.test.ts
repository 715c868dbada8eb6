/** Tests of what is noticed in a message, of what is left in peace, and of how long that takes. */
import { describe, expect, it } from 'vitest';
import { findSensitive, masked, namesOf } from './sensitive.js';

const kinds = (text: string): string[] => findSensitive(text).map(({ kind }) => kind);
/** Put together, so that no scanner takes this file for one that holds a key. */
const head = (name: string): string => `-----BEGIN ${name}-----`;
const tail = (name: string): string => `-----END ${name}-----`;
const random = 'kZ4bX9LmQ2vTz7NpRy81';

/** What stands between ⟦ and ⟧ is the secret. */
const SECRETS: readonly (readonly [kind: string, texts: readonly string[]])[] = [
  [
    'card number',
    [
      'my card is ⟦4111 1111 1111 1111⟧, exp 12/28',
      '⟦378282246310005⟧',
      '⟦5555-5555-5555-4444⟧',
      '⟦2223003122003222⟧',
      '⟦6011 1111 1111 1117⟧',
      '⟦30569309025904⟧',
      '⟦3530 1113 3330 0000⟧',
      '⟦6011511606491884⟧ 04/2026 088',
      '⟦4111111111111111⟧,12/28,123',
      'Visa ⟦4111 1111 1111 1111⟧ 0428 123',
      'my card says\n⟦2484\n6634\n2700\n5521⟧\nvalid thru 11-26',
      'card no ⟦4111.1111.1111.1111⟧',
      'my visa: ⟦41 11 11 11 11 11 11 11⟧',
      'kort ⟦5018  7139  2129  1891⟧',
      '⟦４１１１ １１１１ １１１１ １１１１⟧',
    ],
  ],
  [
    'social security number',
    [
      'my SSN: ⟦219-09-9999⟧',
      'social security number is ⟦219 09 9999⟧',
      'is it safe to give ⟦756 81 2180⟧ (my ssn) to a landlord?',
      'they asked for my SS# which is ⟦619860015⟧',
      'NINO QQ123456C? no, ⟦AB 12 34 56 C⟧',
      '⟦2 55 08 14 168 025 38⟧',
      '⟦65170839J003⟧',
      'AHV ⟦756.9217.0769.85⟧',
      'n° seguridad social ⟦32/42423091/17⟧',
      'Mijn BSN is ⟦331031541⟧',
      'my SIN is ⟦046 454 286⟧',
      'CPF ⟦529.982.247-25⟧',
      'codice fiscale ⟦RSSMRA85T10A562S⟧',
      'mi DNI es ⟦12345678Z⟧',
      'PESEL ⟦44051401359⟧',
      'personnummer ⟦811228-9874⟧',
      'fødselsnummer ⟦01010750160⟧',
      'henkilötunnus ⟦131052-308T⟧',
      'rijksregisternummer ⟦85.07.30-033.28⟧',
      'SVNR ⟦1237 010180⟧',
      'TFN ⟦123 456 782⟧',
      'my aadhaar is ⟦2345 6789 0124⟧',
      '身份证 ⟦11010519491231002X⟧',
    ],
  ],
  [
    'password',
    [
      'password: ⟦hunter2⟧',
      'the wifi password is ⟦Sommer2024!⟧',
      'my password is ⟦sunshine⟧',
      'Das Passwort lautet ⟦Kartoffel7⟧',
      'pwd=⟦abc!def⟧',
      'postgres://anna:⟦s3cret⟧@db.example.org/app',
      'login: anna, password: ⟦blue-horse⟧',
      '⟦hunter2!⟧ is my password',
      'is ⟦Tiger99⟧ a good password for my bank?',
      'mon mdp PayPal c’est ⟦dijru6-Xipnyr-dotgah⟧',
      'Le mot de passe est « ⟦Chaton 2023⟧ »',
      'la password è ⟦Gatto.2022⟧',
      'user anna pass ⟦tiger⟧',
      'my login: anna@example.org / ⟦y?yaylB&mRU2D⟧',
      'u: daan p: ⟦cc3VT0b$g!Nx⟧',
      'admin password -> ⟦Butter&Pepper7⟧',
      'my password from ⟦Kuchen99⟧ to something better please',
      'ich hab das passwort von PayPal auf ⟦WuK86DgQq^eDVLy?T⟧ geändert',
      'mitt lösenord är ⟦Blåbär77⟧',
      'мой пароль ⟦Qwerty!234⟧',
      '密码是⟦abc12345⟧',
      'Meine PIN für die EC-Karte ist ⟦4821⟧',
      'my passphrase is ⟦basil comet muffin thistle feather⟧',
      "define('DB_PASSWORD', '⟦dMh(bM4,y}SLw6⟧');",
      'curl -u anna:⟦Katze2020⟧ https://example.org',
      'Site,User,Password\nNetflix,anna,⟦sunny-side⟧',
      'Username\nanna\nPassword\n⟦sunshine⟧',
      "what's the wifi password?\nTom: ⟦Kiste2020⟧",
      "requests.get(url, auth=('anna', '⟦letmein⟧'))",
      'the password is the usual one, ⟦Blue42Sky⟧',
      'WIFI:T:WPA;S:Home;P:⟦ilovecats99⟧;;',
    ],
  ],
  [
    'API key or token',
    [
      '⟦sk-ant-api03-AbCdEfGhIjKlMnOpQrStUv⟧',
      '⟦AKIAIOSFODNN7EXAMPLE⟧',
      'api key is ⟦9f8a7b6c5d4e3f2a1b0c9d8e⟧',
      `use ⟦${random}⟧ as the token`,
      `vercelToken: '⟦${random}⟧',`,
      `JWT_SECRET=⟦${random}⟧`,
      `X-Api-Key: ⟦${random}⟧`,
      `https://example.org/search?q=shoes&api_key=⟦${random}⟧`,
      `Authorization: Bearer ⟦${random}⟧`,
      'const herokuApiKey = "⟦4c64a256-55c8-f6c1-8d27-f5e5688c2d5a⟧";',
      `Bitte trag den API-Schlüssel ⟦${random}⟧ ein`,
      'https://api.telegram.org/bot⟦350278657:AAEdR7PArxKf-y-rN5eMMjRoKuLCHNN9iBT⟧/getMe',
    ],
  ],
  [
    'private key',
    [
      `⟦${head('OPENSSH PRIVATE KEY')}\nabc\n${tail('OPENSSH PRIVATE KEY')}⟧`,
      `⟦${head('RSA PRIVATE KEY')}\nMIIEow⟧`,
      `key: "⟦${head('PRIVATE KEY')}\\nMIIEvQIBADANBgkqhkiG9w0\\n${tail('PRIVATE KEY')}⟧"`,
      'PrivateKey = ⟦yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=⟧',
      '⟦{"kty":"EC","crv":"P-256","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}⟧',
      'my seed phrase is ⟦abandon ability able about above absent absorb abstract absurd abuse access accident⟧',
    ],
  ],
];

const ORDINARY: readonly string[] = [
  'I forgot my password, how do I reset it?',
  'my password is too long for this form',
  'is the password required?',
  'the password was wrong again',
  'la password è sbagliata, cosa faccio?',
  'het wachtwoord is verlopen',
  'password: see my other mail',
  'Passwort: steht auf dem Zettel',
  'passwd: Authentication token manipulation error',
  'postgres://USER:PASSWORD@HOST:5432/DATABASE',
  'password: ${DB_PASSWORD}',
  'DB_PASSWORD=<your password here>',
  'password: z.string().min(8)',
  'interface User { name: string; password: string }',
  'const password = process.env.DB_PASSWORD;',
  'la parola del giorno è serendipità',
  'the rent is £450 pw including bills',
  'boarding pass 4A2B7C',
  'PIN code 560034 Bengaluru',
  'how do I change my password on LinkedIn?',
  'name,password,role\nstring,string,string',
  'which is better, 1Password or KeePassXC?',
  'call me on +49 30 1234567 tomorrow',
  'order number 4111 1111 1111 1112',
  'order number 4111 1111 1111 1111',
  'IBAN DE12 4111 1111 1111 1111 11',
  'the parcel 1234567890123456 is late',
  'it costs 1.234.567,89 EUR',
  'ISBN 978-3-16-148410-0',
  'IMEI 490154203237518',
  'the customer number is 331031541',
  'call 046 454 286',
  'my token of love',
  'the key is under the mat',
  'see commit 4f2d9c1 in main',
  'the token breaks since commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
  'user 550e8400-e29b-41d4-a716-446655440000 has an invalid token',
  'export OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxx',
  'api_key=YOUR_API_KEY',
  'Authorization: Bearer $TOKEN',
  'docker pull node@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  `my file begins with ${head('PRIVATE KEY')}, which format is that?`,
  `${head('CERTIFICATE')}\nMIIDHDCCAgSgAwIBApPlykkmsP7lTtxSOmCFpyBFvI3uZSl5juvs\n${tail('CERTIFICATE')}`,
  'never tell your seed phrase to anybody and do not store it in the cloud or on paper',
  '2026-11-24 08:31',
  'sort keys by user-id-and-some-more-words',
];

describe.each(SECRETS)('findSensitive, %s', (kind, texts) => {
  it.each(texts)('notices %j and the whole of it', (marked) => {
    const from = marked.indexOf('⟦');
    const to = marked.indexOf('⟧') - 1;
    const found = findSensitive(marked.replace(/[⟦⟧]/g, ''));
    expect(found).toContainEqual({ kind, from, to });
  });
});

describe('findSensitive', () => {
  it.each(ORDINARY)('leaves %j in peace', (text) => {
    expect(kinds(text)).toEqual([]);
  });

  it('takes two findings that overlap for one, of the surer kind', () => {
    const text = 'password: sk-ant-api03-AbCdEfGhIjKlMnOpQrStUv!x';
    expect(findSensitive(text)).toEqual([{ kind: 'API key or token', from: 10, to: text.length }]);
  });
});

describe('the time that findSensitive takes', () => {
  const LENGTH = 100_000;
  const parts = [
    '1',
    '1 ',
    '4111 ',
    '123 45 6789 ssn ',
    'password ',
    'password: ',
    'password is ',
    'passphrase: one two three ',
    'password="',
    'a:a:a:',
    'a@b.c ',
    'login: a ',
    'a',
    'aB3/xY9+',
    'token: 4bX9kLmQ2vTz7NpR ',
    `${head('PRIVATE KEY')}\n`,
    head('CERTIFICATE'),
    'seed phrase: ',
    'https://a:',
    '{"kty"',
    ' ',
    '\n',
  ];
  it.each(parts)('is linear over %j again and again', (part) => {
    const text = part.repeat(Math.ceil(LENGTH / part.length));
    const once = (length: number): number => {
      const began = performance.now();
      findSensitive(text.slice(0, length));
      return performance.now() - began;
    };
    // The best of three, since other work on the machine only adds.
    const time = (length: number): number => Math.min(once(length), once(length), once(length));
    // Four times the text may take eight times as long; what goes back and forth over it would take sixteen.
    expect(time(LENGTH)).toBeLessThan(8 * time(LENGTH / 4) + 150);
  });

  it('is far below a millisecond for a usual message', () => {
    const messages = [...ORDINARY, ...SECRETS.flatMap(([, texts]) => texts)];
    const all = (): void => messages.forEach((text) => findSensitive(text));
    for (let warm = 0; warm < 20; warm += 1) all();
    const times = Array.from({ length: 10 }, () => {
      const began = performance.now();
      all();
      return (performance.now() - began) / messages.length;
    });
    expect(Math.min(...times)).toBeLessThan(1);
  });
});

describe('masked', () => {
  it('blots out every finding and nothing else', () => {
    expect(masked('Pay with 4111 1111 1111 1111, password: hunter2, thanks')).toBe(
      'Pay with [card number], password: [password], thanks',
    );
  });

  it('keeps the places where typographic signs and other digits stand', () => {
    expect(masked('« ok » – “password: hunter2” – ٣')).toBe('« ok » – “password: [password]” – ٣');
  });
});

describe('namesOf', () => {
  it('names each kind once', () => {
    const text = 'password: hunter2 and 4111111111111111 and 5555555555554444 and AKIAIOSFODNN7EXAMPLE';
    expect(namesOf(findSensitive(text))).toBe('a password, a card number and an API key or token');
  });
});
