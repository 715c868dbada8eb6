/**
 * age, the file format (age-encryption.org), by the library of its own author. The passphrase stays in the bridge room: what
 * turns it into the key of a file is asked there, and this room has the key of that one file.
 */
import { Decrypter, Encrypter, Stanza } from 'age-encryption';
import { AraError } from '../../../../contracts/errors.js';
import type { RoomsDoor } from '../door.js';
import { DoorRefusal } from '../door-fetch.js';

export type ArchiveDoor = Pick<RoomsDoor, 'wrapFileKey' | 'unwrapFileKey'>;

/** What age's own header says of an archive that has a passphrase. */
const SCRYPT = 'scrypt';
const FIRST_LINE = 'age-encryption.org/v1\n';
const LONGEST_HEADER = 1_024;

export async function encrypted(
  door: ArchiveDoor,
  ticket: string,
  plain: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    wrapFileKey: async (fileKey) => {
      const { args, body } = await door.wrapFileKey(ticket, Buffer.from(fileKey).toString('base64'));
      return [new Stanza(args, Buffer.from(body, 'base64'))];
    },
  });
  return iterated(await encrypter.encrypt(ReadableStream.from<Uint8Array>(plain)));
}

/** @throws AraError `no-archive`, `bad-archive`, `wrong-passphrase`, now or while it is read */
export async function decrypted(
  door: ArchiveDoor,
  ticket: string,
  sealed: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const decrypter = new Decrypter();
  decrypter.addIdentity({
    unwrapFileKey: async (stanzas: Stanza[]) => {
      const [stanza, ...others] = stanzas;
      // As the format says: a passphrase is the only way in.
      if (stanza?.args[0] !== SCRYPT || stanza.args.length !== 3 || others.length > 0)
        throw new AraError('no-archive', 'it has no passphrase');
      const asked = { args: [...stanza.args], body: Buffer.from(stanza.body).toString('base64') };
      return Buffer.from(await door.unwrapFileKey(ticket, asked), 'base64');
    },
  });
  const source = headed(sealed);
  try {
    return guarded(await decrypter.decrypt(ReadableStream.from<Uint8Array>(source)), source);
  } catch (error) {
    await source.return(undefined);
    throw asArchiveError(error);
  }
}

/**
 * The library reads a header for as long as no line ends. Ours is short, and what has none is not read any further.
 * @throws AraError `no-archive`, `bad-archive`
 */
async function* headed(sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const piece of sealed) {
    if (!head) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    const text = head.toString('latin1', 0, LONGEST_HEADER);
    if (!text.startsWith(FIRST_LINE) && !FIRST_LINE.startsWith(text))
      throw new AraError('no-archive', 'it is no age file');
    if (!text.includes('\n--- ')) {
      if (head.length < LONGEST_HEADER) continue;
      throw new AraError('no-archive', 'it is no age file');
    }
    yield head;
    head = null;
  }
  if (head) throw new AraError(head.length > 0 ? 'bad-archive' : 'no-archive', 'it is cut short');
}

/** The library does not let go of what it stops reading. */
async function* guarded(
  stream: ReadableStream<Uint8Array>,
  source: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* iterated(stream);
  } catch (error) {
    throw asArchiveError(error);
  } finally {
    await source.return(undefined);
  }
}

async function* iterated(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) yield piece;
}

/** The library's errors have no kinds: what is none of ours is an archive that is not as it was made. */
function asArchiveError(error: unknown): AraError {
  if (error instanceof AraError) return error;
  if (error instanceof DoorRefusal && (error.code === 'wrong-passphrase' || error.code === 'bad-archive'))
    return new AraError(error.code);
  if (error instanceof DoorRefusal) return new AraError('container-unavailable', undefined, { cause: error });
  return new AraError('bad-archive', 'it is not whole', { cause: error });
}
