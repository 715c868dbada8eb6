/** As much of an HTTP request and its reply as signing in needs. */
import type { IncomingHttpHeaders } from 'node:http';

export interface Asked {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  socket: { remoteAddress?: string | undefined };
}

export interface Reply {
  /** Several of `set-cookie` add up. */
  header(name: string, value: string): unknown;
  redirect(address: string, status: number): unknown;
}
