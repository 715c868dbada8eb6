/** Speaks to the gateway over HTTP and keeps every answer, refusals with their heads too. */
import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import type { Installation } from '../../test/kit/installation.js';
import { piece, type Piece } from './place.js';

export class HttpProbe {
  private readonly answers: Piece[] = [];

  constructor(private readonly ara: Installation) {}

  /** @param body a value for JSON, or bytes to be sent as they are */
  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<number> {
    const { address, internet, dataDir } = this.ara;
    const token = readFileSync(join(dataDir, 'secrets/operator-token'), 'utf8').trim();
    const request = address.startsWith('https') ? tlsRequest : plainRequest;
    const payload = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const options = {
      method,
      ca: internet.certificates.ca,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(`${address}${path}`, options, (response) => {
        const chunks: Buffer[] = [Buffer.from(JSON.stringify(response.rawHeaders))];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          this.answers.push(
            piece(`answer ${this.answers.length + 1} (${response.statusCode})`, Buffer.concat(chunks)),
          );
          resolve(response.statusCode ?? 0);
        });
      });
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  /** All that the gateway tells about itself and about these accounts, and what it has answered before. */
  async everything(accounts: readonly string[]): Promise<Piece[]> {
    const paths = [
      '/',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/v1/status',
      '/v1/logs?lines=1000',
      '/v1/accounts',
    ];
    for (const path of [...paths, ...accounts.map((id) => `/v1/accounts/${id}`)])
      await this.call('GET', path);
    return this.answers;
  }
}
