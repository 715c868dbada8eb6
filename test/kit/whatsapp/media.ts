/** WhatsApp's media host, which keeps what it cannot read, and the encryption that phones put files under. */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

const purposes: Record<MediaKind, string> = {
  image: 'WhatsApp Image Keys',
  sticker: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
};

/** What a message says of its file. */
export interface MediaFields {
  directPath: string;
  url: string;
  mediaKey: Uint8Array;
  fileSha256: Uint8Array;
  fileEncSha256: Uint8Array;
  fileLength: number;
}

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();

function keysOf(mediaKey: Uint8Array, kind: MediaKind): { iv: Buffer; cipher: Buffer; mac: Buffer } {
  const keys = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(32), purposes[kind], 112));
  return { iv: keys.subarray(0, 16), cipher: keys.subarray(16, 48), mac: keys.subarray(48, 80) };
}

export class MediaHost {
  readonly blobs = new Map<string, Buffer>();
  readonly auth = 'auth+/=token';
  /** The status of the next answers, in order; when they are used up all is well. */
  readonly faults: number[] = [];
  /** `host:port`. */
  hostname = '';
  private count = 0;

  /** Encrypts a file and keeps it, as a phone that sends one does. */
  put(content: Buffer, kind: MediaKind): MediaFields {
    const mediaKey = randomBytes(32);
    const { iv, cipher, mac } = keysOf(mediaKey, kind);
    const aes = createCipheriv('aes-256-cbc', cipher, iv);
    const sealed = Buffer.concat([aes.update(content), aes.final()]);
    const sign = createHmac('sha256', mac).update(iv).update(sealed).digest().subarray(0, 10);
    const blob = Buffer.concat([sealed, sign]);
    return {
      ...this.keep(blob),
      mediaKey,
      fileSha256: sha256(content),
      fileEncSha256: sha256(blob),
      fileLength: content.length,
    };
  }

  /** Fetches and decrypts a file, checking all that a phone checks. */
  open(fields: Partial<Record<keyof MediaFields, unknown>>, kind: MediaKind): Buffer {
    const { directPath, mediaKey, fileEncSha256, fileSha256 } = fields as MediaFields;
    const blob = this.blobs.get(directPath);
    if (!blob) throw new Error('no such file on the media host');
    if (!sha256(blob).equals(fileEncSha256)) throw new Error('wrong hash of the encrypted file');
    const { iv, cipher, mac } = keysOf(mediaKey, kind);
    const sealed = blob.subarray(0, -10);
    const sign = createHmac('sha256', mac).update(iv).update(sealed).digest().subarray(0, 10);
    if (!sign.equals(blob.subarray(-10))) throw new Error('wrong code of authentication');
    const aes = createDecipheriv('aes-256-cbc', cipher, iv);
    const content = Buffer.concat([aes.update(sealed), aes.final()]);
    if (!sha256(content).equals(fileSha256)) throw new Error('wrong hash of the file');
    if (content.length !== Number(fields.fileLength)) throw new Error('wrong length of the file');
    return content;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const fault = this.faults.shift();
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (fault !== undefined) return void response.writeHead(fault).end();
      if (request.method === 'POST') this.take(request.url ?? '', Buffer.concat(parts), response);
      else this.give(request.url ?? '', response);
    });
  }

  private take(url: string, body: Buffer, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'https://media.invalid');
    const token = sha256(body).toString('base64url');
    const [, kind, named] = /^\/mms\/(image|video|audio|document)\/(.+)$/.exec(pathname) ?? [];
    const right = kind && named === token && searchParams.get('token') === token;
    if (!right || searchParams.get('auth') !== this.auth) return void response.writeHead(403).end('{}');
    const { url: at, directPath } = this.keep(body);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ url: at, direct_path: directPath }));
  }

  private give(url: string, response: ServerResponse): void {
    const blob = this.blobs.get(url);
    if (blob) response.writeHead(200, { 'content-length': blob.length }).end(blob);
    else response.writeHead(404).end();
  }

  private keep(blob: Buffer): { url: string; directPath: string } {
    const directPath = `/v/t62.7118-24/${++this.count}.enc?ccb=11-4&oe=1`;
    this.blobs.set(directPath, blob);
    return { directPath, url: `https://${this.hostname}${directPath}` };
  }
}
