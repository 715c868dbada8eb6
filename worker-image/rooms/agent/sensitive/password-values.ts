/** Whether a string behind a word for a password is one: by what it is made of, and by the words that people say of passwords instead. */
import { isCode, isPlaceholder } from './placeholders.js';

/** What people say of a password without telling it; in the languages that they say it in. */
const SAID_OF_IT = new Set(
  (
    'a an the my your his her our their its this that these those not no yes yeah yep nope now too very so still also only just always never ' +
    'wrong right correct incorrect invalid valid expired old new weak strong long short secure insecure safe unsafe required needed missing lost ' +
    'forgotten forgot hidden empty blank changed reset set stored saved encrypted hashed visible known unknown shared important different same ' +
    'good bad okay fine longer shorter in on at for to of with without and or but if when it easy hard simple complicated what why how who where ' +
    'which whose there here being been going getting about used asked sent protected stolen leaked compromised over under less more than least ' +
    'difficult mandatory mind min max usual sorry nothing everything something anything someone nobody unchanged gone broken private secret public default done ready ok help please thanks later soon again below above attached ' +
    'null none undefined true false string optional accepted rejected denied locked blocked great nice enough cool crap impossible terrible mine ' +
    'yours his hers ours theirs unique random identical temporary permanent outdated case from by up out off back away down yet already maybe ' +
    'perhaps probably definitely obvious dead due all any both each some such was were will would should could must can may might has have had do ' +
    'does did is are be as see ask use try enter type check look tell give get write read call contact via ' +
    'nicht falsch richtig abgelaufen alt neu zu sehr noch auch nur schwach stark lang kurz sicher unsicher geändert vergessen weg bekannt ' +
    'kaputt leer geheim nötig notwendig erforderlich pflicht gleich anders derselbe dasselbe bei auf im in unter hier dort da weiß folgt siehe ' +
    'steht liegt kommt ungültig gültig abgelehnt gesperrt egal einfach kompliziert zurückgesetzt fehlt unbekannt optional ja nein bitte danke ' +
    'warum wie was wo wer ein eine mein dein sein ihr unser der die das den dem und oder aber ' +
    'trop pas faux fausse bon bonne mauvais correct incorrect expiré oublié perdu changé obligatoire invalide valide requis inconnu court courte ' +
    'longue faible fort forte nouveau vieux sur dans chez sous le la les un une mon ton son et ou mais non oui ici là voir même oublier merci ' +
    'sûr facile difficile compliqué vide ' +
    'incorrecta incorrecto correcta correcto muy demasiado caducada obligatorio obligatoria inválida válida no sí aquí está en bajo nueva nuevo ' +
    'vieja larga corta débil fuerte segura seguro fácil difícil igual distinta distinto mal bien errónea errada equivocada vacía el los las una ' +
    'mi tu su y o pero que como por para gracias secreta secreto leer ' +
    'sbagliata sbagliato scaduta scaduto corretta corretto errata errato giusta troppo molto lunga lunghe corta debole forte sicura nuova vecchia ' +
    'uguale diversa obbligatoria sotto sul sulla nel nella qui lì il lo gli tua sua ma non sì grazie vuota segreta persa ' +
    'verlopen fout goed juist onjuist verkeerd vergeten veranderd gewijzigd kwijt nieuw oud zwak sterk kort veilig onveilig nodig verplicht ' +
    'ongeldig geldig hetzelfde anders niet geen te erg heel bij op onder het een mijn jouw zijn haar maar nee hier daar leeg geheim ' +
    'errada expirada incorreta curta longa fraca nova velha obrigatória inválida ' +
    'fel rätt nytt gammalt för gått glömt borta okänt forkert glemt udløbet feil utløpt väärin väärä vanhentunut unohtunut ' +
    'złe błędne nieprawidłowe nowe stare wygasło zapomniane špatné nové neplatné yanlış doğru eski yeni неверный неправильный забыл новый старый'
  ).split(' '),
);

/** Endings of what was done to a password, or what it can be. */
const PARTICIPLE =
  /^(?:ge|ver|zer|ont|abge|ausge|einge|zurück|un|in)\p{L}{3,}(?:t|en|d)$|(?:sensitive|gevoelig|sensibile|sensible|ised|ized|ated|ssed|tten|gged|cked|nged|tted|nted|cted|ired|pted|ible|able|liert|tiert|siert)$|(?:é|ée|és|ées|ado|ada|ido|ida|ato|ata|uta|etta|tto|tta|rsa|rso)$/u;

/** Names and terms with a capital or a digit inside, as they stand beside the word. */
const TERM =
  /^(?:wpa[23]?(?:-\w+)?|[a-z]?2fa|mfa|t?otp|sha-?\d+|md5|aes(?:-?\d+)?(?:-\w+)?|rsa-?\d*|base64|utf-?8|oauth2?|ipv[46]|http2|h26[45]|argon2\w*|bcrypt|scrypt|pbkdf2|mp[34]|s3|ec2|k8s|i18n|log4j|win(?:dows)?\d+|office365|m365|o365|microsoft365|[1i]password|bitwarden|keepass\w*|lastpass|dashlane|protonvpn|protonmail|nordpass|icloud|iphone\d*|ipad\d*|ios\d*|imac|macos|macbook|github|gitlab|youtube|linkedin|whatsapp|paypal|facebook|mediamarkt|onedrive|sharepoint|dropbox|airbnb|ebay|wordpress|mysql|postgresql|mongodb|openvpn|openssh|openssl|fritz!?box|playstation\d?|ps[45]|tiktok|snapchat|duckduckgo|javascript|typescript|localhost|e-mail|wi-?fi|e-banking|no-reply|case-sensitive|\w+-(?:konto|account|router|manager|app|zugang|login|server|box))$/i;

const NOT_A_PASSWORD: readonly RegExp[] = [
  /^[a-z][a-z\d+.-]*:\/\//i, // an address
  /^\/\//, // the rest of an address
  /^www\.|^[\w.-]+\.(?:com|org|net|de|fr|es|it|nl|io|dev|eu|co\.uk|app)(?:\/\S*)?$/i,
  /^[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,10}|[A-Z]{2,10})(?:\?.*)?$/, // mail
  /^(?:~|\.{1,2})?\/[\w./-]*$|^[A-Z]:\\/i, // a path
  /^[\p{L}\d_-]+\.(?:txt|pdf|docx?|xlsx?|md|json|ya?ml|env|conf|ini|php|py|js|ts|html?|zip|kdbx|csv|png|jpe?g|pem|key|sh)$/iu,
  /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$|^\d{1,2}:\d{2}(?:am|pm)?$/i, // a day, a time
  /^v?\d+(?:\.\d+)+(?:-\w+(?:\.\d+)?)?$/, // a version, an IP address
  /^[€$£]\d|^\d+(?:[.,]\d+)?(?:[€$£%]|st|nd|rd|th|x|e|er|ème|th|mal|h|hrs?|min|s|ms|am|pm|km|m|cm|mm|kg|g|gb|mb|kb|tb|px|pt|em|k|bit|bits|chars?|years?|days?|months?|weeks?)\+?$/i,
  /^[A-Za-z_]\w*\(\)?;?$|^[=<>|&+*/!-]+$/,
  /^#\d+$/,
  /^(?=.*:.*:)[\da-f:]+$/i, // IPv6 and hardware addresses
  /^--|^unix:|\]\(|:$|^\*\*|^[\w.]*\.\*$/, // places, parts of marked up text, patterns
  /^@?[\w./-]+@[\^~]?\d+\.\d+/, // packages
];

/** Letters mixed with digits or signs, or capitals inside: no word of a sentence. */
export function isStrong(written: string): boolean {
  const value = written.replace(/^(?:[ldcs]|qu|(?:d|n|s)?(?:e|u)?ll|all)'/i, '');
  if (value.length < 4 || isNoPassword(value) || TERM.test(value.replace(/[!?.,;:]+$/, ''))) return false;
  const core = value.replace(/[!?.,;:]+$/, '');
  if (/\p{L}/u.test(core) && /\d/.test(core)) return true;
  if (/\p{L}[-.'/]\p{L}/u.test(core))
    return /\p{Ll}[-.]\p{Lu}/u.test(core) || /^\p{Ll}{3,}(?:-\p{Ll}{3,}){2,}$/u.test(core);
  return (
    /\p{L}[!@#$%^&*_+=~?]+[\p{L}!@#$%^&*_+=~]|[@$]\p{L}/u.test(core) ||
    /\p{Ll}\p{Lu}/u.test(core) ||
    (/\p{L}/u.test(value) && /[!?#$%*]{2,}$|[#$%*@^&]$/.test(value))
  );
}

/** Long, and of three kinds of characters at least: nobody takes it for a word or a name. */
export function isVeryStrong(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(value)).length;
  return (
    value.length >= 8 &&
    kinds >= 3 &&
    isStrong(value) &&
    !/^[\d().+/ -]+$/.test(value) &&
    !/^\p{Lu}\p{L}+[-_]?\d+\p{Lu}*$/u.test(value)
  );
}

/** A word that may be one, where the place says that it is. */
export function isPlainPassword(value: string): boolean {
  const word = value.replace(/[!?.,;:]+$/, '').toLowerCase();
  return (
    /^[\p{L}\d]/u.test(word) &&
    word.length >= 3 &&
    /[\p{L}\d]/u.test(word) &&
    !isNoPassword(value) &&
    !TERM.test(word) &&
    !SAID_OF_IT.has(word) &&
    !PARTICIPLE.test(word)
  );
}

export function isNoPassword(value: string): boolean {
  return isPlaceholder(value) || isCode(value) || NOT_A_PASSWORD.some((form) => form.test(value));
}

const IN_SENTENCES = new Set(
  'the a an is are was were be to of in on at for with and or but not my your our their it this that see please if when from by as has have can will der die das den dem ist und oder nicht zu auf im mit für bei ein eine le la les un une de du des et ou est pas dans el los las y o es no en il lo gli e non het een van op niet zijn quella quello scritta scritto sul sulla sulle celui celle sur dans chez avec wie wo steht auf der dem sul nel van voor staat i you we they he she what how characters chars letters digits words numbers days weeks months minutes times zeichen ziffern caractères caracteres caratteri tekens since seit depuis than until bis error prompt'.split(
    ' ',
  ),
);

/** Words, or words and numbers, or words with a capital each, up to the end of a sentence or line. */
const PHRASE = [
  '\\p{Ll}{2,14}(?: \\p{Ll}{2,14}){2,11}',
  '\\p{Ll}{2,14}(?: (?:\\p{Ll}{2,14}|\\d{1,4})){2,11}',
  '\\p{Lu}\\p{Ll}{1,13}(?: \\p{Lu}\\p{Ll}{1,13}){2,11}',
].map((words) => new RegExp(`^${words}(?=[ \\t]*(?:$|[\\n,;!?()"'\\\\]|\\.(?!\\d)|- ))`, 'u'));

/** Three words or more that make no sentence, at the start of the text: their length; 0 where there is no such thing. */
export function passphraseLength(text: string): number {
  const words = PHRASE.map((form) => form.exec(text)?.[0]).find((found) => found !== undefined);
  const all = words?.toLowerCase().split(' ') ?? [];
  if (words === undefined || all.some((word) => IN_SENTENCES.has(word))) return 0;
  // Three are soon said; of more, one may be a word that is said of passwords too.
  const said = all.filter((word) => SAID_OF_IT.has(word) || PARTICIPLE.test(word)).length;
  return said <= (all.length > 3 ? 1 : 0) ? words.length : 0;
}
