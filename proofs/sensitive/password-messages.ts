/** Messages with a password in them. */
import * as make from './passwords.js';
import { Deck, fill, type Drawn, type Random } from './random.js';
import { elsewhereSlots, everydaySlots } from './words.js';

interface Wordings {
  password(random: Random): string;
  english: readonly string[];
  others: readonly string[];
}

const said: Wordings = {
  password: make.password,
  english: [
    'password: {{password}}',
    'Password: {{password}}',
    'the password is {{password}}',
    'my {{service}} password is {{password}}',
    'pw: {{password}}',
    'pw={{password}}',
    'pwd: {{password}}',
    'pass: {{password}}',
    'passwd {{password}}',
    'user: {{user}}\npassword: {{password}}',
    'Login: {{email}}\nPassword: {{password}}',
    'username {{user}} password {{password}}',
    'user {{user}} pass {{password}}',
    'user={{user}} password={{password}}',
    'wifi password is {{password}} for when {{name}} visits',
    'WiFi: FRITZ!Box 7590\nPassword: {{password}}',
    'Remember my {{service}} login: {{email}}, password {{password}}',
    'I changed the {{service}} password to {{password}}, please remember that',
    'new password for {{service}} = {{password}}',
    'can you log in to {{service}} for me? user {{email}} and the password is {{password}}',
    "the netflix pw is {{password}} but don't tell {{name}}",
    'My password {{password}} got leaked, is that bad?',
    'is {{password}} a good password for my bank account?',
    'is my password ({{password}}) strong enough?',
    '{{service}} says my password {{password}} is too weak, what do I add to it?',
    'Hi {{name}}, your account is ready. Your temporary password is {{password}}. Please change it {{day}}.',
    'Hi {{name}},\nhere are the login details for {{subject}}:\nuser: {{user}}\npass: {{password}}\nCheers, {{name}}',
    'forgot to tell you, the password for the shared drive is {{password}}',
    'admin password -> {{password}}',
    'root pw on the server is {{password}}, don’t lose it',
    'pls note: laptop pw {{password}}, phone is with {{name}}',
    'the wifi at the cottage: network Seeblick, password {{password}}',
    'use the password {{password}} to open the pdf',
    'The zip is encrypted, passwd is {{password}}',
    'my old password was {{password}} and it still works on {{service}} lol',
    'PASSWORD: {{password}}',
    'password - {{password}}',
    'Topic: {{subject}}\nTime: {{date}}, {{time}}\nMeeting ID: 812 3344 7710\nPasscode: {{password}}',
  ],
  others: [
    'Passwort: {{password}}',
    'Mein Passwort für {{service}} ist {{password}}',
    'das WLAN-Passwort lautet {{password}}',
    'Benutzer: {{user}}\nKennwort: {{password}}',
    'Das Kennwort ist {{password}}, bitte merken',
    'ich hab das passwort von {{service}} auf {{password}} geändert',
    'PW: {{password}} (nur für dich!)',
    'Zugangsdaten: {{email}} / Passwort {{password}}',
    'Mot de passe : {{password}}',
    'Le mot de passe du wifi est {{password}}',
    'mdp : {{password}}',
    'mon mdp {{service}} c’est {{password}}',
    'Identifiant : {{user}}\nMot de passe : {{password}}',
    'j’ai changé le mot de passe {{service}} : {{password}}',
    'Contraseña: {{password}}',
    'la contraseña del wifi es {{password}}',
    'mi contraseña de {{service}} es {{password}}',
    'usuario {{user}} contraseña {{password}}',
    'la clave del wifi es {{password}}',
    'La password è {{password}}',
    'la password del wifi è {{password}}',
    'utente: {{user}}\npassword: {{password}}',
    "la parola d'ordine è {{password}}",
    'Wachtwoord: {{password}}',
    'het wachtwoord van de wifi is {{password}}',
    'mijn {{service}} wachtwoord is {{password}}',
    'gebruikersnaam {{user}} wachtwoord {{password}}',
  ],
};

const quoted: Wordings = {
  password: (random) => random.pick([make.password, make.passphrase, make.managedPassword])(random),
  english: [
    'the password is "{{password}}"',
    "My {{service}} password is '{{password}}' without the quotes",
    'set the password to `{{password}}` please',
    'password = "{{password}}"',
    '{"username": "{{user}}", "password": "{{password}}"}',
    'the passphrase for the backup is “{{password}}”',
    'DB_PASSWORD="{{password}}"',
    "const password = '{{password}}';",
    'why does this not connect?\n\n```python\nconn = connect(host="db.local", user="{{user}}", password="{{password}}")\n```',
    "define('DB_PASSWORD', '{{password}}');",
    'my config:\nsmtp:\n  user: {{email}}\n  password: "{{password}}"',
  ],
  others: [
    'Das Passwort ist „{{password}}“',
    'Le mot de passe est « {{password}} »',
    'La contraseña es "{{password}}"',
    'het wachtwoord is "{{password}}"',
    'la password è "{{password}}"',
  ],
};

const technical: Wordings = {
  password: make.plainPassword,
  english: [
    'postgres://{{user}}:{{password}}@db.internal:5432/shop',
    'DATABASE_URL=postgresql://app:{{password}}@10.0.0.{{medium}}:5432/app',
    'can you check why mongodb+srv://{{user}}:{{password}}@cluster0.mongodb.net/test times out?',
    'the camera is at http://admin:{{password}}@192.168.1.{{medium}}/stream',
    'git clone https://{{user}}:{{password}}@git.{{user}}.dev/site.git',
    'redis://:{{password}}@cache.internal:6379/0',
    'curl -u {{user}}:{{password}} https://intranet.example.com/report.csv',
    "sshpass -p '{{password}}' ssh root@192.168.0.{{medium}}",
    'DB_HOST=localhost\nDB_USER={{user}}\nDB_PASSWORD={{password}}',
    'MYSQL_ROOT_PASSWORD={{password}} in the compose file, but it says access denied',
    'mysql --user=root --password={{password}} shop < dump.sql gives me error 1045',
    'ftp://{{user}}:{{password}}@ftp.example.org/backup',
    'environment:\n  POSTGRES_USER: app\n  POSTGRES_PASSWORD: {{password}}',
    'spring.datasource.username=app\nspring.datasource.password={{password}}',
    'net use Z: \\\\nas\\share /user:{{user}} {{password}}  <- is the password in the right place?',
  ],
  others: [],
};

/** Here the shape has to say that it is one. */
const beside: Wordings = {
  password: make.strongPassword,
  english: [
    'login {{user}} / {{password}}',
    'log in with {{email}} and {{password}}',
    'my {{service}} credentials: {{email}} / {{password}}',
    'login: {{user}}:{{password}}',
    '{{service}} account {{email}} pw {{password}}',
    'u: {{user}} p: {{password}}',
  ],
  others: ['Login {{email}} / {{password}}', 'identifiants {{service}} : {{email}} / {{password}}'],
};

const managed: Wordings = {
  password: make.managedPassword,
  english: [
    'password: {{password}}',
    'new {{service}} pw: {{password}}',
    'username: {{user}}\npassword: {{password}}\nurl: https://portal.example.com',
    'the generated password for {{service}} is\n{{password}}',
  ],
  others: ['Passwort: {{password}}', 'mot de passe : {{password}}'],
};

const phrases: Wordings = {
  password: make.passphrase,
  english: [
    'passphrase: {{password}}',
    'my master password is {{password}}',
    'The passphrase of my ssh key is {{password}}',
    'password manager master password:\n{{password}}',
  ],
  others: ['Passphrase: {{password}}', 'la phrase de passe : {{password}}'],
};

const weak: Wordings = {
  password: make.word,
  english: [
    'password: {{password}}',
    'the wifi password is {{password}}',
    'my password is {{password}}, all lowercase',
    'user: {{user}} pass: {{password}}',
    'the password for {{service}} is still {{password}}',
  ],
  others: ['Passwort: {{password}}', 'mot de passe wifi : {{password}}', 'wachtwoord: {{password}}'],
};

const codes: Wordings = {
  password: make.passcode,
  english: [
    'the passcode of my phone is {{password}}',
    'passcode: {{password}}',
    'the PIN for my bank card is {{password}}',
  ],
  others: ['Meine PIN für die EC-Karte ist {{password}}'],
};

export function passwordMessages(random: Random): () => Drawn {
  const all = [said, quoted, technical, beside, managed, phrases, weak, codes].flatMap((wordings) => [
    ...wordings.english.map((template) => ({ template, english: true, password: wordings.password })),
    ...wordings.others.map((template) => ({ template, english: false, password: wordings.password })),
  ]);
  const deck = new Deck(random, all);
  return () => {
    const { template, english, password } = deck.deal();
    const secret = password(random);
    const slots = { ...everydaySlots, ...(english ? {} : elsewhereSlots), password: () => secret };
    return { text: fill(template, slots, random), secret, english };
  };
}
