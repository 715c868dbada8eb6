/** Brings a file from Telegram as it comes, over the room's own agent. No error holds the address: the token is part of it. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';
import { Readable } from 'node:stream';
import { PlatformError } from '../bridge.js';

export interface Download {
  /** Of the Bot API. */
  root: string;
  token: string;
  /** As `getFile` has named it. */
  path: string;
  agent: Agent;
  /** Milliseconds without a byte after which it is given up. */
  timeout: number;
  stop: AbortSignal;
}

/** @throws PlatformError; the stream fails with one too */
export async function download(asked: Download): Promise<Readable> {
  const response = await open(asked);
  const { statusCode = 0 } = response;
  if (statusCode === 200) return Readable.from(bytesOf(response), { objectMode: false });
  response.destroy();
  // What was never there or is there no longer; all else may pass.
  throw new PlatformError(statusCode === 404 || statusCode === 400 ? 'refused' : 'unreachable');
}

function open({ root, token, path, agent, timeout, stop }: Download): Promise<IncomingMessage> {
  const address = `${root}/file/bot${token}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const start = address.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    if (stop.aborted) return reject(new PlatformError('unreachable'));
    // Nothing is changed by asking, so that every failure means the same: it may be asked again.
    const request = start(address, { agent, timeout }, resolve);
    const abort = (): void => void request.destroy();
    stop.addEventListener('abort', abort, { once: true });
    request.on('close', () => stop.removeEventListener('abort', abort));
    request.on('timeout', abort);
    request.on('error', () => reject(new PlatformError('unreachable')));
    request.end();
  });
}

/** Node ends it with an error when the connection breaks before all has come. */
async function* bytesOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch {
    throw new PlatformError('unreachable');
  }
}
