/** What is pasted with a password in it: settings, commands, addresses and logs; and the dealer of all password messages. */
import { Deck, type Random } from '../sensitive/random.js';
import { BARE, PHRASES, ROUTERS, TOLD } from './password-messages.js';
import { bareWord, chosenPassword, configuredPassword, routerKey, spokenPhrase } from './passwords.js';
import { wordingsOf, write, type Templates } from './telling.js';

const PASTED: Templates = {
  en: [
    'DB_HOST={{host}}\nDB_USER={{login}}\nDB_PASSWORD={{secret}}\nDB_NAME=shop\n\nwhy can it not connect?',
    'postgres://{{login}}:{{secret}}@{{host}}:5432/orders',
    'DATABASE_URL="mysql://{{login}}:{{secret}}@{{host}}/wordpress"',
    'mongodb+srv://{{login}}:{{secret}}@cluster0.ab1cd.mongodb.net/?retryWrites=true',
    'redis://default:{{secret}}@{{host}}:6379/0 <- that one times out',
    '{"user": "{{login}}", "password": "{{secret}}", "remember": true}',
    'mysql -h {{host}} -u {{login}} -p{{secret}} shop < dump.sql\nERROR 1045 (28000): Access denied',
    'curl -u {{login}}:{{secret}} https://{{host}}/api/v2/status',
    'curl -X POST https://{{host}}/login -H "Content-Type: application/json" -d \'{"username":"{{email}}","password":"{{secret}}"}\'',
    'Server={{host}};Database=Crm;User Id={{login}};Password={{secret}};TrustServerCertificate=True',
    "define('DB_NAME', 'blog');\ndefine('DB_USER', '{{login}}');\ndefine('DB_PASSWORD', '{{secret}}');",
    'services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: {{login}}\n      POSTGRES_PASSWORD: {{secret}}\n    ports: ["5432:5432"]\n\nis that compose file ok',
    'machine {{host}} login {{login}} password {{secret}}',
    'network={\n  ssid="Nest-5G"\n  psk="{{secret}}"\n}\nmy pi does not join the wifi',
    'sshpass -p {{secret}} ssh {{login}}@{{host}} uptime',
    'spring.datasource.username={{login}}\nspring.datasource.password={{secret}}\nspring.jpa.hibernate.ddl-auto=update',
    "conn = psycopg2.connect(host='{{host}}', user='{{login}}', password='{{secret}}')\n\npsycopg2.OperationalError: timeout expired",
    'ftp://{{login}}:{{secret}}@{{host}}/htdocs can you upload the pictures there',
    'SMTP_HOST=smtp.mintleaf.net\nSMTP_PORT=587\nSMTP_USER={{email}}\nSMTP_PASS={{secret}}',
    '$ sudo -S ls <<< "{{secret}}"\n[sudo] password for {{login}}:\nSorry, try again.',
    'net use Z: \\\\{{host}}\\share /user:{{login}} {{secret}}',
    '- name: create user\n  mysql_user:\n    name: {{login}}\n    password: "{{secret}}"\n    priv: "*.*:ALL"',
    'const client = new Client({ host: "{{host}}", username: "{{login}}", password: "{{secret}}" });',
    'admin_user: {{email}}\nadmin_password: {{secret}}\nsite_name: {{company}}',
    "rtsp://{{login}}:{{secret}}@192.168.1.64:554/Streaming/Channels/101 camera stream doesn't open",
    '<Resource name="jdbc/main" username="{{login}}" password="{{secret}}" url="jdbc:postgresql://{{host}}/main"/>',
    "ALTER USER {{login}} WITH PASSWORD '{{secret}}';",
    'https://{{login}}:{{secret}}@{{host}}/git/site.git',
    '[wlan]\nSSID={{company}}\nKey={{secret}}\nSecurity=WPA2',
    'From: IT Helpdesk\nTo: {{email}}\nSubject: Your VPN account\n\nHello {{first}},\n\nyour VPN account is ready.\n\nGateway: vpn.mintleaf.net\nUsername: {{last}}\nPassword: {{secret}}\n\nRegards,\nIT',
    '[{{time}}] {{first}}: whats the pw for staging\n[{{time}}] {{last}}: {{secret}}\n[{{time}}] {{first}}: thx',
    'Forwarded from {{first}}:\nAirbnb check-in from 15:00, key box left of the door.\nWiFi: Casa_{{small}}\nPass: {{secret}}\nTrash goes out on {{day}}.',
    'MINIO_ROOT_USER={{login}}\nMINIO_ROOT_PASSWORD={{secret}}',
    'docker login registry.kestrel.io -u {{login}} -p {{secret}}',
  ],
  de: [
    'Hallo {{first}},\n\nhier die Zugangsdaten für den Webspace:\n\nFTP-Server: {{host}}\nBenutzer: {{login}}\nPasswort: {{secret}}\n\nViele Grüße\n{{name}}',
    'Willkommen in der Ferienwohnung Seeblick!\nWLAN: Seeblick-Gast\nPasswort: {{secret}}\nBäcker: 200 m links, ab 6:30 Uhr\nMüll: {{day}}',
  ],
  fr: [
    'Bonjour {{first}},\nVoici vos accès à l’extranet :\nAdresse : https://extranet.{{host}}\nIdentifiant : {{email}}\nMot de passe : {{secret}}\nCordialement, {{name}}',
  ],
  es: ['Hola {{first}}:\nacceso al panel del hosting\nusuario: {{login}}\ncontraseña: {{secret}}\nUn saludo'],
  it: [
    'Gentile {{name}},\nle credenziali per il portale sono:\nUtente: {{email}}\nPassword: {{secret}}\nCordiali saluti',
  ],
};

export function passwordDeck(random: Random): () => { text: string; secret: string } {
  const lists: readonly [Templates, boolean, (random: Random) => string][] = [
    [TOLD, true, chosenPassword],
    [PHRASES, true, spokenPhrase],
    [ROUTERS, true, routerKey],
    [BARE, true, bareWord],
    [PASTED, false, configuredPassword],
  ];
  const deck = new Deck(
    random,
    lists.flatMap(([templates, prose, draw]) =>
      wordingsOf(templates, prose).map((wording) => ({ wording, draw })),
    ),
  );
  return () => {
    const { wording, draw } = deck.deal();
    const secret = draw(random);
    return { text: write(wording, { secret: () => secret }, random), secret };
  };
}
