/** The address of a compatible server, as a user gives it: checked, and brought into its one form. */
import { AraError } from '../../../contracts/errors.js';
import { whatIsWrongWith } from '../egress/hosts.js';

const MAX_LENGTH = 300;

/**
 * `https://host[:port][/path]` in lower case where case does not matter, without a slash at the end.
 * Where its name leads is looked at when it is dialled, by the egress door: that may change at any time.
 * @param named the hosts that the operator has placed with `egress.resolve`, which need no dot
 * @throws AraError `bad-request` that says what it must be
 */
export function normalBaseUrl(text: string, named: Readonly<Record<string, unknown>>): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const wrong = url ? whatIsWrong(url, named) : 'is not an address';
  if (!url || wrong) throw new AraError('bad-request', `baseUrl ${wrong}`);
  return `https://${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function whatIsWrong(url: URL, named: Readonly<Record<string, unknown>>): string | null {
  if (url.href.length > MAX_LENGTH) return `may have ${MAX_LENGTH} characters`;
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (url.username || url.password) return 'may hold no user and no password';
  if (url.search || url.hash) return 'may hold no ? and no #';
  return whatIsWrongWith(url, named);
}
