/** Somebody who asks the gateway as a browser would: keeps cookies, says from which page the request comes. */
import type { Installation } from '../../test/kit/installation.js';

export interface Seen {
  status: number;
  text: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of a refusal, its code. */
  code: string | undefined;
}

export class Visitor {
  private readonly cookies = new Map<string, string>();
  /** As the gateway set them, with their attributes. */
  readonly setCookies: string[] = [];

  constructor(
    private readonly ara: Installation,
    readonly name: string,
  ) {}

  async ask(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Seen> {
    const said: Record<string, string> = {
      ...(this.cookies.size > 0
        ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
        : {}),
      ...(method === 'GET' ? {} : { origin: this.ara.address }),
      'sec-fetch-site': 'same-origin',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await this.ara.send(method, path, { headers: said, ...sent });
    this.keep(answer.headers['set-cookie'] ?? []);
    return { ...answer, code: /^\{"error":\{"code":"([\w-]+)"/.exec(answer.text)?.[1] };
  }

  /** The answer as JSON. @throws Error when it is a refusal */
  async read<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.ask(method, path, body === undefined ? {} : { body });
    if (status >= 400) throw new Error(`${this.name}: ${method} ${path}: ${status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** For a browser that is to be signed in as the same. */
  jar(): { name: string; value: string }[] {
    return [...this.cookies].map(([name, value]) => ({ name, value }));
  }

  private keep(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      this.setCookies.push(cookie);
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
  }
}
