/** Uploads to WhatsApp's media hosts and downloads from them, over the room's own agent. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request, type Agent } from 'node:https';
import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError, type OutgoingFile } from '../bridge.js';
import { parseReference, type MediaKind } from './attachment.js';
import { Seal, sealedSize, Unseal } from './media-cipher.js';

export interface MediaOptions {
  agent: Agent;
  /** How long a file may stand still on its way, milliseconds. */
  patience: number;
  /** Where files are fetched from, `host` or `host:port`. */
  host: string;
}

export const MEDIA_HOST = 'mmg.whatsapp.net';

/** What a message must say of a file that lies on the media host. */
export interface Uploaded {
  url: string;
  directPath: string;
  mediaKey: Uint8Array;
  fileSha256: Uint8Array;
  fileEncSha256: Uint8Array;
  fileLength: number;
  mediaKeyTimestamp: number;
}

const TRIES = 3;
const FIRST_PAUSE = 200;

/** @throws PlatformError @param stop aborts the download at any time */
export async function download(text: string, options: MediaOptions, stop: AbortSignal): Promise<Readable> {
  const reference = parseReference(text);
  if (!reference) throw new PlatformError('refused');
  const { kind, path, key, hash } = reference;
  const response = await insist(() => get(`https://${options.host}${path}`, options, stop), stop);
  const unsealed = new Unseal(Buffer.from(key, 'base64'), kind, Buffer.from(hash, 'base64'));
  response.on('error', () => unsealed.destroy(new PlatformError('unreachable')));
  response.on('aborted', () => unsealed.destroy(new PlatformError('unreachable')));
  unsealed.on('close', () => response.destroy());
  return response.pipe(unsealed);
}

/** Twice through the file: its encrypted form is named by its hash before it goes out. @throws PlatformError */
export async function upload(
  { path, size }: OutgoingFile,
  kind: MediaKind,
  { hostname, auth }: { hostname: string; auth: string },
  options: MediaOptions,
): Promise<Uploaded> {
  const mediaKey = randomBytes(32);
  const hashes = await hashesOf(path, mediaKey, kind);
  const token = hashes.sealed.toString('base64url');
  const address = `https://${hostname}/mms/${kind}/${token}?auth=${encodeURIComponent(auth)}&token=${token}`;
  const seal = new Seal(mediaKey, kind);
  const file = createReadStream(path);
  const answer = await post(address, options, file.pipe(seal), sealedSize(size)).finally(() =>
    file.destroy(),
  );
  if (!answer.direct_path) throw new PlatformError('uncertain');
  return {
    url: answer.url ?? `https://${hostname}${answer.direct_path}`,
    directPath: answer.direct_path,
    mediaKey,
    fileSha256: hashes.clear,
    fileEncSha256: hashes.sealed,
    fileLength: size,
    mediaKeyTimestamp: Math.floor(Date.now() / 1_000),
  };
}

async function hashesOf(path: string, key: Uint8Array, kind: MediaKind): Promise<ReturnType<Seal['hashes']>> {
  const seal = new Seal(key, kind);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), seal, nowhere);
  } catch {
    throw new PlatformError('refused');
  }
  return seal.hashes();
}

/** Again after what may pass: one lost connection must not cost a picture. */
async function insist<Result>(work: () => Promise<Result>, stop: AbortSignal): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      const passes = error instanceof PlatformError && error.refusal === 'unreachable';
      if (!passes || tried === TRIES || stop.aborted) throw error;
      await sleep(FIRST_PAUSE * tried);
    }
  }
}

const headers = { origin: 'https://web.whatsapp.com' };

function get(
  address: string,
  { agent, patience }: MediaOptions,
  stop: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request(address, { agent, headers, signal: stop, timeout: patience });
    call.on('timeout', () => call.destroy());
    call.on('error', () => reject(new PlatformError('unreachable')));
    call.on('response', (response) => {
      const status = response.statusCode ?? 0;
      if (status === 200) return resolve(response);
      response.resume();
      // Files stay there for some weeks.
      reject(new PlatformError(status >= 500 ? 'unreachable' : 'refused'));
    });
    call.end();
  });
}

interface UploadAnswer {
  url?: string;
  direct_path?: string;
}

function post(
  address: string,
  { agent, patience }: MediaOptions,
  body: Readable,
  length: number,
): Promise<UploadAnswer> {
  return new Promise((resolve, reject) => {
    const type = { 'content-type': 'application/octet-stream', 'content-length': length };
    const call = request(address, {
      agent,
      method: 'POST',
      headers: { ...headers, ...type },
      timeout: patience,
    });
    // Nothing was said in the chat yet, so it is as if the request had never left.
    const fail = (): void => {
      call.destroy();
      reject(new PlatformError('unreachable'));
    };
    call.on('timeout', fail).on('error', fail);
    body.on('error', fail);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', fail);
      response.on('end', () => (response.statusCode === 200 ? resolve(answerIn(text)) : fail()));
    });
    body.pipe(call);
  });
}

function answerIn(text: string): UploadAnswer {
  try {
    return JSON.parse(text) as UploadAnswer;
  } catch {
    return {};
  }
}
