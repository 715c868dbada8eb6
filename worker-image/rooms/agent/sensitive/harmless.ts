/** Parts of a text that hold digits or chance and no secret: numbers of bank accounts, public keys, certificates, pictures. */

const COUNTRIES =
  'A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|H[RU]|I[ELQST]|JO|K[WZ]|L[BCITUVY]|M[CDEKNRTU]|N[IOL]|OM|P[KLST]|QA|R[OSU]|S[ACDEIKMOTV]|T[LNR]|UA|V[AG]|XK';
const IBAN = new RegExp(
  `(?<![A-Za-z\\d])(?:${COUNTRIES})\\d{2}(?: ?[A-Z\\d]{4}){2,7}(?: ?[A-Z\\d]{1,3})?(?![A-Za-z\\d])`,
  'g',
);

const PUBLIC: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z\d]+ ){0,3}?(?:CERTIFICATE|CERTIFICATE REQUEST|PUBLIC KEY(?: BLOCK)?|SIGNATURE|MESSAGE|PARAMETERS|CRL)-----(?:[A-Za-z\d+/=\s:.,>\\()@]|-(?!-))*-----END [A-Z\d ]{3,40}-----/g,
  /(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S{1,30}|sk-\S{1,40}) AAAA[A-Za-z\d+/]{40,}={0,2}/g,
  /data:[a-z]{1,20}\/[\w.+-]{1,40};base64,[A-Za-z\d+/]*={0,2}/g,
  /\bsha(?:256|384|512)[-:][A-Za-z\d+/]{32,}={0,2}/gi,
];

/** The text with everything public blotted out, unit for unit. */
export function withoutPublic(text: string): string {
  return PUBLIC.reduce((left, form) => left.replace(form, blank), text);
}

export function withoutAccounts(text: string): string {
  return text.replace(IBAN, blank);
}

function blank(part: string): string {
  return '_'.repeat(part.length);
}
