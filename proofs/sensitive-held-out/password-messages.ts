/** Messages in which somebody tells a password in words, to the assistant or to somebody else. */
import type { Templates } from './telling.js';

/** Any password may stand here. */
export const TOLD: Templates = {
  en: [
    'my {{site}} password is {{secret}}',
    'the wifi at the cabin: network PineLodge, password {{secret}}',
    'pw for the printer is {{secret}}',
    '{{site}}\n{{email}}\n{{secret}}',
    'Log in to the gym site and cancel my membership. Username {{email}}, password {{secret}}',
    'pls save this for me: {{site}} login {{email}} / {{secret}}',
    'ok I changed the password on the family laptop to {{secret}}\ndont tell the kids lol',
    'I keep getting "wrong credentials" on {{site}}. I use {{email}} and {{secret}}, which definitely worked last {{day}}. Any idea what to try before I call them?',
    'Your temporary password is: {{secret}}\nPlease change it after your first login.',
    'Is {{secret}} strong enough as a password for my bank account?',
    'dad forgot his email password again, its {{secret}}',
    'remind me {{day}}: alarm panel website, user {{last}}, pass: {{secret}}',
    'router login is admin / {{secret}}',
    'Hi {{first}}, the guest account at {{company}} is set up. User: guest{{small}}, Password: {{secret}}\nIt expires on {{date}}.',
    'can you check my school portal for new grades? login {{first}}{{small}} pwd {{secret}}',
    'old password was {{secret}}, think of a new one that I can remember',
    'the zip from the accountant opens with {{secret}}',
  ],
  de: [
    'mein Passwort für {{site}} ist {{secret}}',
    'WLAN: FRITZ!Box 7590 Passwort: {{secret}}',
    'Das PW vom Laptop lautet {{secret}}',
    'Kannst du dich bei der Krankenkasse einloggen? Benutzer {{email}} Kennwort {{secret}}',
    'hab das passwort jetzt auf {{secret}} geändert',
    'Zugangsdaten {{company}}:\nBenutzername: {{email}}\nPasswort: {{secret}}',
    'merk dir bitte das passwort vom NAS, {{secret}}',
    'Mamas Mailpasswort ist {{secret}}, bitte richte es auf dem Tablet ein, ich komm am {{day}} vorbei',
    'Hallo {{first}}, Ihr Initialkennwort ist {{secret}} - bitte bei der ersten Anmeldung ändern. Mit freundlichen Grüßen, IT-Service',
    'die pdf vom steuerberater ist verschlüsselt, kennwort {{secret}}',
  ],
  fr: [
    'mon mot de passe {{site}} : {{secret}}',
    'le mdp du wifi c est {{secret}}',
    'Connecte-toi à mon compte ameli, identifiant {{email}}, mot de passe {{secret}}',
    'Identifiants pour l’espace client {{company}}\nLogin : {{email}}\nMDP : {{secret}}',
    "j'ai changé le mot de passe de la tablette, maintenant c'est {{secret}}",
    'Le mot de passe provisoire de {{first}} est {{secret}}, valable jusqu’à {{day}}',
  ],
  es: [
    'mi contraseña de {{site}} es {{secret}}',
    'la clave del wifi es {{secret}}',
    'entra en la web del cole con usuario {{email}} y contraseña {{secret}}',
    'Usuario: {{email}}\nContraseña: {{secret}}\nmira si ha llegado la factura',
    'la contra del portátil: {{secret}}',
  ],
  it: [
    'la password di {{site}} è {{secret}}',
    'password wifi casa al mare: {{secret}}',
    'Accedi al registro elettronico, utente {{email}} password {{secret}}',
    'ho cambiato la password del pc in {{secret}}',
  ],
  nl: [
    'mijn wachtwoord voor {{site}} is {{secret}}',
    'wifi wachtwoord: {{secret}}',
    'log even in bij de sportclub, gebruikersnaam {{email}} ww {{secret}}',
    'Tijdelijk wachtwoord: {{secret}}\nWijzig dit na de eerste keer inloggen.',
  ],
  pt: [
    'minha senha do {{site}} é {{secret}}',
    'a palavra-passe do wifi é {{secret}}',
    'login {{email}} senha {{secret}}, vê se chegou o boleto',
  ],
  pl: [
    'hasło do {{site}} to {{secret}}',
    'login: {{email}} hasło: {{secret}}',
    'wifi u babci, hasło {{secret}}',
  ],
  sv: [
    'mitt lösenord till {{site}} är {{secret}}',
    'wifi-lösenordet är {{secret}}',
    'Användarnamn {{email}}, lösenord {{secret}}',
  ],
};

/** Here a sentence with spaces may stand as well. */
export const PHRASES: Templates = {
  en: [
    'my vault passphrase is "{{secret}}"',
    'Disk encryption passphrase: {{secret}}',
    'the password is all small letters with spaces: {{secret}}',
  ],
  de: ['Die Passphrase für die Festplatte: {{secret}}', 'masterpasswort vom passwortmanager: "{{secret}}"'],
  fr: ['phrase de passe du disque dur : {{secret}}'],
  es: ['la frase de contraseña es «{{secret}}»'],
};

/** The label under a router. */
export const ROUTERS: Templates = {
  en: ['wifi key on the sticker is {{secret}}', 'SSID: BT-Hub6-X2{{small}}\nWPA2 key: {{secret}}'],
  de: ['WLAN-Netzwerkschlüssel (WPA2): {{secret}}', 'gäste fragen nach dem wlan, schlüssel ist {{secret}}'],
  it: ['chiave wifi: {{secret}}'],
};

/** An everyday word, called a password in so many words. */
export const BARE: Templates = {
  en: [
    'the password is {{secret}}, all lowercase',
    'Password for the shared folder: {{secret}}',
    'my login password is just {{secret}}, I know I know',
  ],
  de: ['das passwort ist einfach {{secret}}, alles klein', 'Passwort: {{secret}}'],
  fr: ['le mot de passe est {{secret}} tout en minuscules'],
  es: ['la contraseña es {{secret}}, en minúsculas'],
  nl: ['het wachtwoord is gewoon {{secret}}'],
};
