/** Finds where a homeserver's API answers, and so which hosts have to be reachable. */
import type { Agent } from 'node:https';
import { AraError } from '../../contracts/errors.js';
import { carry, readWhole, TransportError } from './transport.js';

export interface Discovered {
  /** Where the client API answers, without a slash at the end. */
  baseUrl: string;
  /** Every host that is spoken to, each with its port where that is not 443: the server's name first. */
  hosts: string[];
}

const MOST_REDIRECTS = 3;

/**
 * Follows `.well-known` from a server's name; an address of the API is taken as it is.
 * @throws AraError `bad-request`; `platform-unreachable` with the host that could not be reached as its detail
 */
export async function hostsOf(homeserver: string, agent: Agent, timeout = 30_000): Promise<Discovered> {
  const given = addressOf(homeserver);
  if (!given) throw new AraError('bad-request', 'homeserver');
  const isAddress = homeserver.trim().startsWith('https://');
  const base = isAddress ? given : ((await delegateOf(given, agent, timeout)) ?? given);
  const baseUrl = base.origin + base.pathname.replace(/\/+$/, '');
  return { baseUrl, hosts: [...new Set([given.host, base.host])] };
}

/** As `hostsOf`, and makes sure that a homeserver answers there. @throws AraError as `hostsOf` */
export async function findHomeserver(homeserver: string, agent: Agent, timeout = 30_000): Promise<string> {
  const { baseUrl } = await hostsOf(homeserver, agent, timeout);
  const url = new URL(`${baseUrl}/_matrix/client/versions`);
  const { status, body } = await get(url, agent, timeout);
  const versions = status === 200 ? (body as { versions?: unknown } | null)?.versions : null;
  if (!Array.isArray(versions)) throw new AraError('platform-unreachable', url.host);
  return baseUrl;
}

/** Null when the server delegates to nobody. */
async function delegateOf(server: URL, agent: Agent, timeout: number): Promise<URL | null> {
  const { status, body } = await get(new URL('/.well-known/matrix/client', server), agent, timeout);
  if (status !== 200) return null;
  const said = (body as { 'm.homeserver'?: { base_url?: unknown } } | null)?.['m.homeserver']?.base_url;
  const address = typeof said === 'string' ? addressOf(said) : null;
  // A server that says where it is in a way that nobody understands: better not to guess.
  if (!address) throw new AraError('platform-unreachable', server.host);
  return address;
}

async function get(url: URL, agent: Agent, timeout: number): Promise<{ status: number; body: unknown }> {
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const { host } = at;
    const response = await carry(agent, { method: 'GET', url: at, headers: {}, timeout }).catch(
      (error: unknown) => {
        throw error instanceof TransportError ? new AraError('platform-unreachable', host) : error;
      },
    );
    const status = response.statusCode ?? 0;
    const next = status >= 300 && status < 400 ? addressOf(response.headers.location ?? '', at) : null;
    const body = await readWhole(response).catch(() => Buffer.alloc(0));
    if (!next) return { status, body: jsonOf(body) };
    at = next;
  }
  throw new AraError('platform-unreachable', at.host);
}

/** Https only: what is said there holds the password or the token. */
function addressOf(text: string, base?: URL): URL | null {
  const trimmed = text.trim();
  const whole = base !== undefined || /^[a-z]+:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = URL.parse(whole, base?.href);
  return url && url.protocol === 'https:' && !url.username && !url.password && !url.search ? url : null;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}
