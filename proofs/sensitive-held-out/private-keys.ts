/** Private keys of random bytes, in the outer forms of the tools that write them. */
import { HEX, type Random } from '../sensitive/random.js';
import { base58Check, bech32 } from './encodings.js';

function wrapped(text: string, width: number): string {
  return (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n');
}

/** Base64 that begins as the format's fixed bytes make it begin, in whole groups of four. */
function encoded(start: string, length: number, random: Random): string {
  return start.slice(0, start.length - (start.length % 4)) + random.bytes(length).toString('base64');
}

function armoured(label: string, body: string, width = 64, head = ''): string {
  return `-----BEGIN ${label}-----\n${head}${wrapped(body, width)}\n-----END ${label}-----`;
}

type Draw = (random: Random) => string;

const rsa: Draw = (random) =>
  armoured('RSA PRIVATE KEY', encoded('MIIEpAIBAAKCAQEA', random.between(700, 1170), random));
const pkcs8: Draw = (random) =>
  armoured(
    'PRIVATE KEY',
    encoded('MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQ', random.between(700, 1160), random),
  );
const ed25519: Draw = (random) => armoured('PRIVATE KEY', encoded('MC4CAQAwBQYDK2VwBCIE', 33, random));
const elliptic: Draw = (random) => armoured('EC PRIVATE KEY', encoded('MHcCAQEE', 115, random));
const dsa: Draw = (random) => armoured('DSA PRIVATE KEY', encoded('MIIBugIBAAKBgQ', 430, random));
const locked: Draw = (random) =>
  armoured('ENCRYPTED PRIVATE KEY', encoded('MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI', 900, random));
const lockedRsa: Draw = (random) =>
  armoured(
    'RSA PRIVATE KEY',
    random.bytes(1190).toString('base64'),
    64,
    `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${random.text('0123456789ABCDEF', 32)}\n\n`,
  );
const openSsh: Draw = (random) =>
  armoured(
    'OPENSSH PRIVATE KEY',
    encoded(
      'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQAAACA',
      random.pick([200, 210, 1700]),
      random,
    ),
    70,
  );
const pgp: Draw = (random) => {
  const body = wrapped(
    encoded(random.pick(['lQOYBF', 'lQVYBG', 'lIYEY']), random.between(500, 1400), random),
    64,
  );
  const sum = random.bytes(3).toString('base64');
  const head = random.pick(['', '', 'Version: GnuPG v2\n', 'Comment: GPGTools - https://gpgtools.org\n']);
  return `-----BEGIN PGP PRIVATE KEY BLOCK-----\n${head}\n${body}\n=${sum}\n-----END PGP PRIVATE KEY BLOCK-----`;
};

/** Keys between armour lines. */
export const ARMOURED: readonly Draw[] = [
  rsa,
  rsa,
  pkcs8,
  pkcs8,
  ed25519,
  elliptic,
  dsa,
  locked,
  lockedRsa,
  openSsh,
  openSsh,
  openSsh,
  pgp,
  pgp,
];

/** Those that servers and programs read. */
export const FOR_SERVERS: readonly Draw[] = [rsa, pkcs8, pkcs8, elliptic, ed25519];

export const openSshKey = openSsh;
export const pgpKey = pgp;

export const ageKey: Draw = (random) => bech32('age-secret-key-', random.bytes(32)).toUpperCase();

export const nostrKey: Draw = (random) => bech32('nsec', random.bytes(32));

/** Wallet import format: the key of one Bitcoin address. */
export const walletKey: Draw = (random) => {
  const end = random.chance(0.6) ? [1] : [];
  return base58Check(Buffer.from([0x80, ...random.bytes(32), ...end]));
};

export const extendedKey: Draw = (random) =>
  base58Check(
    Buffer.concat([Buffer.from('0488ade4', 'hex'), random.bytes(41), Buffer.from([0]), random.bytes(32)]),
  );

export const etherKey: Draw = (random) => random.pick(['0x', '0x', '']) + random.text(HEX, 64);

export const wireGuardKey: Draw = (random) => random.bytes(32).toString('base64');

export const puttyLines: Draw = (random) =>
  wrapped(random.bytes(random.pick([36, 590])).toString('base64'), 64);

export const webKeyPart: Draw = (random) => random.bytes(32).toString('base64url');
