/** Makes the strings of the technical world that look like secrets and are none. */
import { createHash } from 'node:crypto';
import { armour, pgpArmour, sshText } from './armour.js';
import { failingLuhn } from './digits.js';
import { ALPHANUMERIC, BASE64, BASE64_URL, DIGITS, HEX, UPPER, type Random, type Slots } from './random.js';

const ip = (random: Random): string =>
  random.pick([
    `192.168.${random.below(5)}.${random.between(2, 254)}`,
    `10.${random.below(256)}.${random.below(256)}.${random.between(1, 254)}`,
    `${random.between(11, 223)}.${random.below(256)}.${random.below(256)}.${random.between(1, 254)}`,
    `2001:db8:${random.text(HEX, 4)}:${random.text(HEX, 4)}::${random.text(HEX, 2)}`,
    `fe80::${random.text(HEX, 4)}:${random.text(HEX, 3)}ff:fe${random.text(HEX, 2)}:${random.text(HEX, 4)}`,
  ]);

const mac = (random: Random): string =>
  Array.from({ length: 6 }, () => random.text(HEX, 2)).join(random.pick([':', ':', '-']));

const uuid = (random: Random): string => {
  const parts = [8, 4, 3, 3, 12].map((length) => random.text(HEX, length));
  return `${parts[0]!}-${parts[1]!}-4${parts[2]!}-a${parts[3]!}-${parts[4]!}`;
};

const integrity = (random: Random): string => `sha512-${random.bytes(64).toString('base64')}`;

const link = (random: Random): string =>
  random.pick([
    () => `https://docs.google.com/document/d/1${random.text(BASE64_URL, 43)}/edit`,
    () => `https://www.youtube.com/watch?v=${random.text(BASE64_URL, 11)}`,
    () => `https://open.spotify.com/track/${random.text(ALPHANUMERIC, 22)}`,
    () => `https://x.com/nasa/status/${failingLuhn(random, '18', 19)}`,
    () => `https://www.amazon.de/dp/B0${random.text(UPPER + DIGITS, 8)}?ref=ppx_yo2ov_dt_b_fed_asin_title`,
    () => `https://maps.app.goo.gl/${random.text(ALPHANUMERIC, 17)}`,
    () => `https://www.notion.so/Trip-plan-${random.text(HEX, 32)}`,
    () =>
      `https://www.figma.com/file/${random.text(ALPHANUMERIC, 22)}/Landing-page?node-id=12%3A${random.digits(3)}`,
    () => `https://github.com/acme/shop/commit/${random.text(HEX, 40)}`,
    () => `https://example.com/shoes?utm_source=newsletter&fbclid=IwAR${random.text(BASE64_URL, 57)}`,
    () => `https://www.airbnb.com/rooms/${failingLuhn(random, '7', 18)}`,
  ])();

const sshKey = (random: Random): string => {
  const rsa = random.chance(0.4);
  const name = rsa ? 'ssh-rsa' : 'ssh-ed25519';
  const start = rsa
    ? [...sshText(name), 0, 0, 0, 3, 1, 0, 1, 0, 0, 1, 1, 0]
    : [...sshText(name), 0, 0, 0, 32];
  return `${name} ${Buffer.concat([Buffer.from(start), random.bytes(rsa ? 256 : 32)]).toString('base64')}`;
};

const publicKey = (random: Random): string =>
  armour(random, 'PUBLIC KEY', [0x30, 0x82, 1, 0x22, 0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7], 294);

const certificate = (random: Random): string =>
  armour(
    random,
    'CERTIFICATE',
    [0x30, 0x82, 3, 0x1c, 0x30, 0x82, 2, 4, 0xa0, 3, 2, 1, 2],
    random.pick([800, 1_100]),
  );

export const technicalSlots = {
  ip,
  mac,
  uuid,
  integrity,
  link,
  sshKey,
  publicKey,
  certificate,
  pgpPublic: (random) => pgpArmour(random, 'PGP PUBLIC KEY BLOCK', [0x98, 0x33, 4], 420),
  commit: (random) => random.text(HEX, 40),
  short: (random) => random.text(HEX, 7),
  digest: (random) => createHash('sha256').update(random.bytes(8)).digest('hex'),
  md5: (random) => createHash('md5').update(random.bytes(8)).digest('hex'),
  colour: (random) => `#${random.text(HEX, 6)}`,
  path: (random) =>
    random.pick([
      `/home/anna/projects/site/src/components/Header.tsx`,
      `C:\\Users\\tom\\Documents\\Invoices\\${random.between(2020, 2026)}\\scan_${random.digits(4)}.pdf`,
      `~/Pictures/${random.between(2019, 2026)}-0${random.between(1, 9)}/IMG_${random.digits(4)}.jpg`,
      `/var/log/nginx/access.log.${random.between(1, 9)}.gz`,
      `node_modules/.cache/babel-loader/${random.text(HEX, 32)}.json`,
      `s3://backups-eu/db/${random.between(2023, 2026)}/dump-${random.digits(8)}.sql.gz`,
    ]),
  image: (random) =>
    `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${random.text(BASE64, random.pick([80, 200, 400]))}==`,
  bitcoin: (random) => `bc1q${random.text('acdefghjklmnpqrstuvwxyz023456789', 38)}`,
  ether: (random) => `0x${random.text(`${HEX}ABCDEF`, 40)}`,
  fingerprint: (random) => `SHA256:${random.text(BASE64, 43)}`,
  container: (random) => random.text(HEX, 12),
  version: (random) => `${random.below(12)}.${random.below(40)}.${random.below(20)}`,
  stamp: (random) => String(random.between(1_700_000_000, 1_790_000_000)),
  stampLong: (random) => failingLuhn(random, '17', 13),
  snowflake: (random) => failingLuhn(random, '11', 18),
} satisfies Slots;
