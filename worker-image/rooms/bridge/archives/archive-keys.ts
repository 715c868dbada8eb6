/**
 * The passphrases of archives: sealed by whoever typed them for this container, opened here, and gone after ten minutes. The
 * agent room, which makes and reads archives, is given the key of one file for a ticket, and never a passphrase: it may be
 * one that its user has elsewhere too. The stanza is age's own for a passphrase (age-encryption.org/v1, scrypt).
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import * as z from 'zod';
import { passphrase, type stanza } from '../../../../contracts/archive.js';
import { AraError } from '../../../../contracts/errors.js';
import { openAnonymous, type KeyPair } from '../../../../contracts/seal.js';

type Stanza = z.infer<typeof stanza>;

const KIND = 'scrypt';
/** 64 MB and a third of a second for each guess. More would not fit into a small container beside its rooms. */
const WORK_FACTOR = 16;
/** Of an archive that somebody else encrypted: 128 MB. */
const MOST_WORK = 17;
const LABEL = 'age-encryption.org/v1/scrypt';
const FILE_KEY = 16;
const TAG = 16;
const KEPT = 10 * 60_000;
const MOST_TICKETS = 8;
const NO_NONCE = Buffer.alloc(12);

export class ArchiveKeys {
  private readonly tickets = new Map<string, string>();

  constructor(
    private readonly keys: KeyPair,
    private readonly workFactor = WORK_FACTOR,
  ) {}

  /** @throws AraError `forged`, `too-many`; ZodError */
  take(sealed: string): string {
    const opened: unknown = JSON.parse(openAnonymous(this.keys, sealed).toString('utf8'));
    const words = passphrase.parse(opened).passphrase;
    if (this.tickets.size >= MOST_TICKETS) throw new AraError('too-many');
    const ticket = randomBytes(16).toString('hex');
    this.tickets.set(ticket, words);
    setTimeout(() => this.tickets.delete(ticket), KEPT).unref();
    return ticket;
  }

  /** @throws AraError `not-found` when the ticket was used, or its time is over */
  async wrap(ticket: string, fileKey: Buffer): Promise<Stanza> {
    const salt = randomBytes(16);
    const key = await keyOf(this.use(ticket), salt, this.workFactor);
    const cipher = createCipheriv('chacha20-poly1305', key, NO_NONCE, { authTagLength: TAG });
    const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
    return { args: [KIND, unpadded(salt), String(this.workFactor)], body: body.toString('base64') };
  }

  /** @throws AraError `not-found`, `bad-archive`, `wrong-passphrase` */
  async unwrap(ticket: string, { args: [kind, salt = '', work = ''], body }: Stanza): Promise<Buffer> {
    const words = this.use(ticket);
    const bytes = Buffer.from(body, 'base64');
    const salted = Buffer.from(salt, 'base64');
    if (kind !== KIND || salted.length !== 16 || !/^[1-9]\d?$/.test(work) || bytes.length !== FILE_KEY + TAG)
      throw new AraError('bad-archive', 'its passphrase is not as age writes it');
    if (Number(work) > MOST_WORK) throw new AraError('bad-archive', 'its passphrase takes too much work');
    const key = await keyOf(words, salted, Number(work));
    try {
      const decipher = createDecipheriv('chacha20-poly1305', key, NO_NONCE, { authTagLength: TAG });
      decipher.setAuthTag(bytes.subarray(FILE_KEY));
      return Buffer.concat([decipher.update(bytes.subarray(0, FILE_KEY)), decipher.final()]);
    } catch {
      throw new AraError('wrong-passphrase');
    }
  }

  private use(ticket: string): string {
    const words = this.tickets.get(ticket);
    this.tickets.delete(ticket);
    if (words === undefined) throw new AraError('not-found', 'ticket');
    return words;
  }
}

function keyOf(words: string, salt: Buffer, workFactor: number): Promise<Buffer> {
  const cost = 2 ** workFactor;
  const options = { N: cost, r: 8, p: 1, maxmem: 128 * 8 * cost + 1_048_576 };
  return new Promise((resolve, reject) =>
    scrypt(words, Buffer.concat([Buffer.from(LABEL), salt]), 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
