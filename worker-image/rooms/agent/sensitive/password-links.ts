/** What joins a password to the word for it, as it stands behind that word. */

/** Words between: `for the router`, `de mi cuenta`. */
const BETWEEN = '(?:[ \\t]+[^\\s"`:=,;?()<>]{0,31}[^\\s"`:=,;?()<>.!]){0,7}?';
const REMARK = '(?:[ \\t]?\\([^()\\n]{0,40}\\))?';
/** Directly behind the word a sign needs no blank; behind other words a sign without one is inside a word. */
const ARROW = '(?:=>|-+>|:=|→|⇒|➜|➔|>>|\\p{Extended_Pictographic}\\ufe0f?)';
export const ASSIGNED = new RegExp(
  `^(?:(?:["'\`\\]*_]{1,3}${REMARK}|${REMARK})[*_]{0,3}[ \\t]{0,3}(?:${ARROW}|={1,2}|[:~]|["']?,(?=[ \\t]?["'])|<-|[-|](?=[ \\t])|\\s{1,9}value:)|` +
    `(?<between>${BETWEEN})[*_]{0,3}(?:[ \\t]?${ARROW}|[ \\t]={1,2}|[ \\t]:|:(?=\\s)|[ \\t]-(?=[ \\t])))[*_]{0,2}(?:\\s{0,3}\\n)?\\s{0,8}(?:[-*•][ \\t]+)?`,
  'u',
);
const SURE_LINKS =
  "is|ist|lautet|lautete|est|c'est|es|è|é|was|war|était|era|är|jest|este|это|هي|heißt|heisst|wäre|s'appelle|se llama|si chiama|heet|luidt|lyder|brzmi|zní|its|it's|es ist";
/** After these a plain word is seldom the password, since they are said of many things. */
const OTHER_LINKS =
  "'s|on|er|je|to|auf|en|naar|à|in|a|til|till|na|op|para|per|(?:would|should|must|will|can|has to|ought to) be|sera|serait|doit être|será|debe ser|sarà|deve essere|zal|wordt|moet|wird|soll|sollte|muss|είναι|היא|הוא|là|için|olarak|такой";
const FILLERS =
  'be|now|jetzt|still|set to|currently|just|simply|noch|immer noch|ab jetzt|toujours|maintenant|ahora|todavía|ancora|adesso|sempre|nog(?: steeds)?|nu|the following|folgendes|le suivant|al momento|zijn|sein|être|exactly|literally|always|basically|actually|probably|again|immer|wieder|auch|also|the word|das Wort|le mot|la palabra|la parola|het woord|as follows';
export const [STATED, STATED_OTHERWISE] = [
  `(?:[ \\t]+(?:${SURE_LINKS})|,[ \\t]+(?:c'est|it's|its|es ist))`,
  `(?:[ \\t]+|(?='))(?:${OTHER_LINKS})`,
].map(
  (links) =>
    new RegExp(`^["'\`*_]{0,2}${REMARK}${BETWEEN}${links}(?:[ \\t]+(?:${FILLERS}))*:?\\s{1,4}`, 'iu'),
) as [RegExp, RegExp];
/** `the Netflix password? It's …`, `it hasn't changed, still …` */
export const TAKEN_UP =
  /^[^\n"`]{0,60}?[,;:.?!][ \t](?:(?:it's|its|it is|it was|that's|still|use|try|c'est|es ist|er ist|es|è|het is|use)[ \t]+){1,2}/iu;
/** The word in a line of its own, as pages show it above what was typed. */
export const HEADED = /^[ \t]*\r?\n[ \t]*(?=[^\s]+[ \t]*(?:$|\n))/;
/** `A: what's the password? B: …` in two lines. */
export const ANSWERED = /^[^\n]{0,40}\?[ \t]*\n(?:[^\n:]{0,30}:)?[ \t]*(?=[^\s]+[ \t]*(?:$|\n))/;
/** `… is the usual one, …` */
export const FAR = /^[^\n"`.?!]{0,60}?[,:][ \t]+(?=[^\s"`]{0,40}\d)/;
/** `from … to …`, both of which are told. */
export const FROM = /^[ \t]+(?:from|von|de|da|van|från|fra)[ \t]+/iu;
export const DIRECT = /^(?:[ \t]*\((?=[^\s()]{4,64}\))|[*_]{0,2}[ \t]+)/;

/** Other words between, of which the last is not one that tells what the password is for. */
export const NEAR =
  /^(?:[ \t]+[^\s"`:=,;?()<>.!]{1,24}){0,4}?[ \t]+(?!(?:for|of|at|in|from|since|with|by|via|user|account|für|von|bei|mit|seit|pour|de|du|des|chez|avec|depuis|del|da|con|di|voor|van|met|sinds|the|der|die|das|le|la|el|il|het|until|bis|version|page|step)[ \t])[^\s"`:=,;?()<>.!]{1,24}[ \t]+(?=[^\s"`'/]{0,40}[\d!@#$%^&*])/iu;
