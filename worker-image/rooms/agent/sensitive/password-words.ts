/** How people and programs call a password, in several languages. */

/** Names that mean nothing else, also as the last part of a longer name such as `DB_PASSWORD` or `WLAN-Passwort`. */
const SURE =
  'pass[ _-]?words?|p[a@4][s$5]{2}w[o0]rds?|passwrd|pasw+ord|pasword|passwrod|paswort|passwd|pass[ _-]?phrase|pass[ _-]?code|passw|pswd|passwort|passwörter|kennwort|geheimzahl|losungswort|zugangscode|' +
  "mots? de passe|phrase de passe|mdp|contrase[ñn]as?|parola d'ordine|parol[ăa] de acces|senha|palavra[- ]passe|wachtwoord(?:en)?|wachtzin|" +
  'lösenord(?:et)?|lösen(?:fras|kod)|passord(?:et)?|adgangskode[n]?|kodeord(?:et)?|salasana(?:ni|si)?|has[łl]o|hesl[oa]|jelsz[óoa]\\p{L}{0,4}|' +
  'lozinka|geslo|parool|parole\\b(?= ir)|slaptažodis|[şs]ifre(?:si|m)?|парол[ьяюе]|κωδικός(?: πρόσβασης)?|συνθηματικό|סיסמ[אה]|كلمة (?:المرور|السر)|mật khẩu|kata sandi|รหัสผ่าน|पासवर्ड|contrasenya|contrasinal|парола|лозинка|lykilorð|cyfrinair|kata laluan|' +
  '(?:wi-?fi|wlan|wpa[23]?|wep|network(?: security)?|netzwerk|router)[ -]?(?:key|schlüssel|code|kode|kod)|cl[ée] (?:de sécurité )?(?:du )?(?:wi-?fi|wpa|wep)|c[óo]digo (?:del? )?wi-?fi|codice (?:del )?wi-?fi|(?:karten|bank|sim|handy|ec|konto)pin|security answers?|code (?:du )?wi-?fi|clave (?:del? (?:la )?)?wi-?fi|chiave (?:del )?wi-?fi|' +
  '(?:screen ?lock|lock ?screen|unlock|alarm|door|gate|garage|entry|safe|lock|locker|keypad|voicemail) ?(?:codes?|combinations?|combos?)|' +
  "(?:codes?|combination|kode[n]?|codice|código|kod|код) (?:for|of|to|de|du|del|della|do|da|til|für|zum|vom|от) (?:[\\p{L}']{1,12} ){0,3}?(?:safe|alarm|door|garage|gate|lock|card|carte(?: bleue)?|coffre|porte|portail|tarjeta|alarma|puerta|carta|porta|kaart|deur|wi-?fi|карты|двери|сейфа)";
/** Names that mean other things too. */
const VAGUE =
  "pass|p/w|pw|pwd|psw|pin(?:[ -]?(?:code|nummer|number|kod|kode))?s?|puk|parola|clave|contra|ww|lösen|пин(?:-код)?|code (?:pin|secret|d'acc[eè]s)|codice (?:pin|segreto)|c[óo]digo pin|pincode";

export const PASSWORD_WORD = new RegExp(
  `(?<sure>${SURE})(?![\\p{L}\\d]*(?<=[\\p{L}])\\p{Ll})(?<mark>\\d?)|(?<![\\p{L}\\d])(?<vague>${VAGUE})(?![\\p{L}])`,
  'giu',
);

/** Parts of the above, which a text without any of them is passed over for quickly. */
export const MAY_HOLD_WORD =
  /p[a@4][s$5]|pw|psw|p\/w|pin|puk|mdp|kennwort|zahl|losung|c[oó]d|kod|contra|clave|chiave|cl[ée]|parol|senha|palavra|ww|wacht|lös|adgang|salasan|has[lł]o|hesl|jelsz|lozink|gesl|slapt|[sş]ifre|key|schl|combin|kata|lykil|cyfr|[^\u0000-\u036f\u2000-\u2fff\ud800-\uffff]/i;

/** What follows where a password itself is not meant: `password_hash`, `password manager`, `password.length`. */
export const NOT_MEANT =
  /^(?:[_-]?(?:hash|salt|reset|manager|policy|strength|field|hint|rules?|length|protect|less|form|generator|confirm|expir|digest|encoder|file|_set|changed|required|valid)|[ ](?:hints?|strength|policy|length|rules|requirements|expir|fields?)|\.[a-z]|\(|\?\.)/i;

/** Places that a PIN is for. */
export const PIN_PLACE =
  /card|karte|carte|tarjeta|\bcarta\b|cart[ãa]o|kaart|kort|kart[ay]|\bsim\b|e?sim\b|phone|handy|téléphone|teléfono|telefon|mobile|mobil|bank|\bec\b|giro|visa|master|amex|atm|safe|tresor|alarm|door|tür|porte|puerta|porta|deur|tablet|ipad|unlock|app\b|machine|automat|voicemail|mailbox|terminal|locker|konto|account|compte|cuenta|conto/i;

/** Names of one who logs in. */
export const USER_NAME =
  '(?:log[ -]?in|sign[ -]?in|log[ -]?on|user(?:[ _-]?(?:name|id))?|credentials?|creds|account|acct|zugang(?:sdaten)?|anmelde(?:daten|name)|anmeldung|logindaten|benutzer(?:name|kennung)?|nutzer(?:name)?|konto|identifiants?|utilisateur|connexion|compte|usuario|credenciales|acceso|cuenta|utente|credenziali|accesso|utilizador|usuário|gebruiker(?:snaam)?|inloggegevens|inlog(?:gen)?|användar(?:e|namn)|bruker(?:navn)?|brugernavn|käyttäjä(?:tunnus)?|użytkownik|логин|uid|uname|e-?mail|mail)';
