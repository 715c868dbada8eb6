/** Passwords in addresses, on command lines, in programs and in what they read. */
import type { Finding } from './finding.js';
import { passwordsIn, type PasswordForm } from './password-form.js';
import { isNoPassword, isPlainPassword, isStrong, isVeryStrong } from './password-values.js';

/** Told by its place, unless that place holds a name for it. */
const inPlace = (value: string): boolean => value.length >= 3 && !isNoPassword(value);

const places: readonly PasswordForm[] = [
  // https://user:password@host
  { form: /\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s/:@"'`<>]{0,64}:(?<value>[^\s/@"'`]{3,80})@/gi, holds: inPlace },
  // curl -u user:password, smbclient -U user%password
  {
    form: /(?<![\w-])(?:-[uU]|--user|--proxy-user|--auth|-a)[ =]["']?[^\s:%"']{1,64}[:%](?<value>[^\s"']{3,80})/g,
    holds: inPlace,
  },
  // sshpass -p, mysql -p…, htpasswd -b, net use
  { form: /\bsshpass\s+-p\s*["']?(?<value>[^\s"']{3,80})/g, holds: inPlace },
  {
    form: /\b(?:mysql|mysqldump|mariadb|mongo(?:sh)?|7z|zip|unzip|docker login|redis-cli|ldapsearch|sqlcmd|rdesktop|xfreerdp)\b[^\n]{0,80}?\s(?:-[pPaw]|\/p:)\s?["']?(?<value>[^\s"'-][^\s"']{2,80})/g,
    holds: isStrong,
  },
  {
    form: /\/u(?:ser)?:\S{1,64}\s+(?:\/p(?:ass)?:)?(?<value>[^\s/"'*][^\s"']{2,80})/gi,
    holds: (value) => isStrong(value) || isVeryStrong(value),
  },
  { form: /\bidentified\s+by\s+["'](?<value>[^"'\n]{3,80})["']/gi, holds: inPlace },
  { form: /\bnet\s+user\s+\S{1,32}\s+(?<value>[^\s/"]{4,64})\s+\/add/gi, holds: inPlace },
  { form: /-(?:store|key|srcstore|deststore|dest|src)pass\s+["']?(?<value>[^\s"']{4,64})/g, holds: inPlace },
  {
    form: /\bopenssl\b[^\n]{0,80}?\s-(?:k|K|pass(?:in|out)?)\s+(?:pass:)?["']?(?<value>[^\s"']{4,64})/g,
    holds: isStrong,
  },
  {
    form: /\bkey="[^"\n]{0,30}(?:password|passwd|pwd)"\s{1,4}value="(?<value>[^"\n]{3,80})"/gi,
    holds: inPlace,
  },
  // What the codes for wireless networks hold.
  { form: /\bWIFI:[^\n]{0,120}?P:(?<value>[^;\n]{3,80});/g, holds: inPlace },
  {
    form: /\bssid\b[^\n]{0,50}[\n,;/|][ \t]{0,4}(?:key|code|pass|psk|schlüssel|clé|clave|chiave)\s?[:=]\s?(?<value>[^\s"']{6,80})/gi,
    holds: inPlace,
  },
  {
    form: /\b(?:psk|pre-?shared[ _-]?key|passkey)\s{0,2}[:=]\s{0,2}["']?(?<value>[^\s"']{6,80})/gi,
    holds: inPlace,
  },
  // <password>…</password>
  { form: /<[\w:]{0,20}(?:pass(?:word|wd|phrase)?|pwd)>(?<value>[^<\s]{3,80})<\//gi, holds: inPlace },
  // smtpPass: '…'
  {
    form: /[a-z](?:Pass|Pwd|Pw)["']?\s{0,2}[:=]\s{0,2}["'](?<value>[^"'\n]{3,80})["']/g,
    holds: (value) => isStrong(value) || isPlainPassword(value),
  },
  // Scripts without blanks between words.
  {
    form: /(?:パスワード|密码|密碼|口令|暗証番号|비밀번호|비번|암호)[^\x21-\x7e\n]{0,12}[:=]?[ "'`]{0,2}(?<value>[\x21-\x7e]{4,80})/g,
    holds: (value) => isStrong(value) || /^\d{4,}$/.test(value) || isPlainPassword(value),
  },
  // login('anna', '…'), auth=('anna', '…')
  {
    form: /(?:\b(?:log_?in|sign_?in|auth(?:enticate)?|basic_?auth|credentials?|connect)\s?=?\s?\(|BasicAuth\()\s{0,3}["'][^"'\n]{1,64}["']\s?,\s?["'](?<value>[^"'\n]{3,80})["']/gi,
    holds: (value) => inPlace(value) && (isStrong(value) || isPlainPassword(value)),
  },
  // echo … | sudo -S, echo anna:… | chpasswd, expect's send
  {
    form: /\becho\s+(?:-n\s+)?["']?(?:[\w.-]{1,32}:)?(?<value>[^\s"':|]{4,64})["']?\s*\|\s*(?:sudo\s+-S|chpasswd|sudo chpasswd|docker login|passwd|su\b)/g,
    holds: inPlace,
  },
  { form: /\bsend\s+"(?<value>[^"\\\n]{4,64})\\[rn]"/g, holds: isStrong },
  { form: /ConvertTo-SecureString\s+(?:-String\s+)?["'](?<value>[^"'\n]{3,80})["']/gi, holds: inPlace },
  { form: /\bsqlplus\s+\S{1,32}?\/(?<value>[^\s@"']{3,64})/gi, holds: inPlace },
  { form: /\bhtpasswd\s+-\w*b\w*\s+\S{1,80}\s+\S{1,32}\s+(?<value>[^\s"']{3,64})/g, holds: inPlace },
];

export function findPasswordsInPlaces(text: string): Finding[] {
  return passwordsIn(text, places);
}
