/** Every route of the OpenAPI document, as something that can be asked for with somebody's ids in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DocumentedRoute {
  method: string;
  /** `/v1/me/passkeys/{id}` */
  path: string;
  audience: 'anyone' | 'user' | 'operator' | 'installation' | 'nobody';
  stepUp: boolean;
  streams: boolean;
}

interface Operation {
  'x-audience': DocumentedRoute['audience'];
  'x-step-up': boolean;
  responses: Record<string, { content?: Record<string, unknown> }>;
}

export function documentedRoutes(): DocumentedRoute[] {
  const file = join(import.meta.dirname, '../../gateway/openapi.json');
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      audience: operation['x-audience'],
      stepUp: operation['x-step-up'],
      streams: Object.values(operation.responses).some(({ content }) => content?.['text/event-stream']),
    })),
  );
}

/** What belongs to one account and could be named by another. */
export interface Belongings {
  account: string;
  session: string;
  passkey: string;
  conversation: string;
  owner: string;
}

/** The route's address with this account's ids in it. */
export function addressOf(path: string, theirs: Belongings): string {
  const ids: Record<string, string> = {
    account: theirs.account,
    kind: 'telegram',
    name: 'MEMORY.md',
    provider: 'anthropic',
    host: 'api.telegram.org',
    id: idFor(path, theirs),
  };
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = ids[name];
    if (value === undefined) throw new Error(`${path}: nothing is known to put in for ${name}`);
    return encodeURIComponent(value);
  });
  return /\/files?$/.test(path) ? `${filled}?path=${encodeURIComponent('notes/diary.txt')}` : filled;
}

function idFor(path: string, theirs: Belongings): string {
  if (path.includes('/sessions/')) return theirs.session;
  if (path.includes('/conversations/')) return theirs.conversation;
  if (path.includes('/owners/')) return theirs.owner;
  return theirs.passkey;
}
