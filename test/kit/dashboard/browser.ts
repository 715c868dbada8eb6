/** A browser as far as signing in goes: keeps cookies, and says by itself from which page a request comes. */
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

export interface Page {
  status: number;
  headers: IncomingHttpHeaders;
  /** The JSON of it; undefined when there is none. */
  body: unknown;
}

export class Browser {
  readonly cookies = new Map<string, string>();
  /** As the last answers set them, with their attributes. */
  setCookies: string[] = [];
  /** Where it is, as a proxy before the gateway would say it. */
  client: string | null = null;

  /**
   * @param port where the gateway is
   * @param origin of the page that asks, and of the address that it asks
   */
  constructor(
    private readonly port: number,
    readonly origin: string = `http://localhost:${port}`,
  ) {}

  get = (path: string, headers: OutgoingHttpHeaders = {}): Promise<Page> =>
    this.send('GET', path, undefined, headers);
  post = (path: string, body?: unknown): Promise<Page> => this.send('POST', path, body);
  put = (path: string, body?: unknown): Promise<Page> => this.send('PUT', path, body);
  delete = (path: string): Promise<Page> => this.send('DELETE', path);

  /** @param headers over those that the browser sends by itself; undefined takes one away */
  send(method: string, path: string, body?: unknown, headers: OutgoingHttpHeaders = {}): Promise<Page> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const all: OutgoingHttpHeaders = {
      host: new URL(this.origin).host,
      ...(method === 'GET' ? {} : { origin: this.origin }),
      'sec-fetch-site': 'same-origin',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/150.0',
      ...(this.cookies.size > 0
        ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
        : {}),
      ...(this.client ? { 'x-forwarded-for': this.client } : {}),
      ...(payload ? { 'content-type': 'application/json' } : {}),
      ...headers,
    };
    const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: this.port, method, path, headers: said, agent: false },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('error', reject);
          response.on('end', () => {
            this.keep(response.headers['set-cookie'] ?? []);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read(text) });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  private keep(cookies: string[]): void {
    if (cookies.length > 0) this.setCookies = cookies;
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The code of a refusal; undefined when it is none. */
export const refusal = ({ body }: Page): string | undefined =>
  (body as { error?: { code?: string } } | undefined)?.error?.code;
