/** What stands where a secret would stand: references to variables, stars, and words such as YOUR_API_KEY. */

const STAND_IN =
  /^(?:[*•.…_xX#-]+|<[^>]*>?|\[[^\]]*\]?|\([^)]*\)?|\{[\w .{}-]*\}|\$\{[^}]*\}?|\$\([^)]*\)?|\$\$?[A-Za-z_]\w*(?:(?:\[|->|::).*)?|%\w+%?|%[({][\w]*[)}]s?|@@?\w+@|__\w+__|#\{.*|n\/a|tbd|todo|foo|bar|foobar|example|sample|given)$/i;
/** `YOUR_API_KEY`, `your-password-here`, `xxxx-xxxx`, `sk-…`, `changeme`, `REPLACE_ME`. */
const TOLD =
  /your[-_ ]?|my[-_](?:api|secret|pass|token|key)|x{4,}|\*{3,}|\.{3}|…|•{2,}|[-_]here\b|change[-_]?me|change[-_]?this|replace|insert[-_]|placeholder|redacted|dummy|example[-_]?(?:key|token|secret|pass)|<[a-z][\w -]*>|\{\{.*\}\}|\$\{+[\w. ]+\}|\$\([\w. ]/i;
/** The names of what belongs there, as in `postgres://USER:PASSWORD@HOST`. */
const NAMED =
  /^(?:(?:[a-z]+[-_ ])*|db|my|some|the|auth|your|user|new|current|old|confirm)(?:pass(?:word|wd|phrase|code)?|pwd|pw|passwort|kennwort|contraseña|mdp|senha|wachtwoord|secret|token|key|credentials?)$/i;

export function isPlaceholder(value: string): boolean {
  return STAND_IN.test(value) || TOLD.test(value) || NAMED.test(value);
}

/** A value that a program gets from elsewhere, or the type of one. */
export function isCode(value: string): boolean {
  return (
    /^(?:process|import|os|sys|config|cfg|conf|req|request|res|self|this|env|environ|settings|props|params?|args?|opts|options|form|ctx|context|secrets?|credentials?|vars?|var|local|data|values?|state|event|body|user|account|input|z|zod|z|yup|joi|faker|random|crypto|bcrypt|Deno|Bun|System|Environment|ENV|Schema|Field|Types?)(?:\??\.[A-Za-z_]|\[|\()/.test(
      value,
    ) ||
    /^[A-Za-z_$][\w$]{2,}(?:\.[A-Za-z_$][\w$]{1,})+\(/.test(value) ||
    /^[A-Za-z_]\w*\(\d*\)/.test(value) ||
    /^[A-Za-z]\w*::\w/.test(value) ||
    /^[A-Za-z_]{2,}\[['"\w]*\]?$/.test(value) ||
    /^[a-z_][A-Za-z_]{2,}(?:\.\w+)*\([\w.()"'$,]*[;,]?$/.test(value) ||
    /^(?:string|str|text|varchar(?:\(.*)?|char(?:\(.*)?|bool|boolean|bytes?|number|int(?:eger)?|any|object|unknown|never|void|null|nil|none|undefined|true|false|yes|no|optional.*|secretstr|not|auto|inherit|&str|option<.*|vec<.*|string\b.*[|;)\]]+)$/i.test(
      value.replace(/[;,)}\]?|]+$/, ''),
    )
  );
}
