/** Names for what the API answers, taken from its own description. Times are ISO strings; `schema.d.ts` calls them unknown. */
import type { paths } from './schema';

type Answer<Path extends keyof paths, Method extends 'get' | 'put' | 'post'> =
  paths[Path] extends Record<Method, { responses: { 200: { content: { 'application/json': infer Body } } } }>
    ? Body
    : never;

type Body<Path extends keyof paths, Method extends 'put' | 'post'> =
  paths[Path] extends Record<Method, { requestBody: { content: { 'application/json': infer Sent } } }>
    ? Sent
    : never;

export type Session = Answer<'/v1/session', 'get'>;
export type Home = Answer<'/v1/me/home', 'get'>;
export type Alarm = Home['alarms'][number];
export type Channel = Home['channels'][number];
/** The channels that are linked with a credential; the browser's own needs none. */
export type LinkableKind = paths['/v1/me/channels/{kind}/code']['post']['parameters']['path']['kind'];
export type LinkAnswer = Answer<'/v1/me/channels/{kind}', 'post'>;
/** The code that the user sends to show who they are. */
export type LinkCode = Answer<'/v1/me/channels/{kind}/code', 'post'>;
export type OwnDevice = NonNullable<Answer<'/v1/me/channels/{kind}/details', 'get'>['device']>;
export type PairingView = Answer<'/v1/me/channels/{kind}/pairing', 'get'>;
export type ApiKey = Answer<'/v1/me/keys', 'get'>['keys'][number];
export type Provider = ApiKey['provider'];
export type KeyRequest = Body<'/v1/me/keys/{provider}', 'put'>;
export type CatalogueModel = Answer<'/v1/me/models', 'get'>['models'][number];
export type Spending = Answer<'/v1/me/budget', 'get'>;
export type UsageRow = Answer<'/v1/me/usage', 'get'>['rows'][number];
export type KeyUse = Answer<'/v1/me/key-uses', 'get'>['uses'][number];
/** A line of the list that the way out goes by; times in milliseconds since 1970. */
export type Host = Answer<'/v1/me/hosts', 'get'>['hosts'][number];
export type Holding = Answer<'/v1/me/privacy', 'get'>['holdings'][number];
export type DeletionKind = Body<'/v1/me/deletions', 'post'>['kind'];
export type DeletionPreview = Answer<'/v1/me/deletions/preview', 'get'>;
export type DeletionState = Answer<'/v1/receipts/{token}', 'get'>;
export type ExportState = Answer<'/v1/me/export', 'get'>;
export type ImportReport = Answer<'/v1/me/import', 'put'>;
export type Storage = Answer<'/v1/me/privacy', 'get'>['storage'];
export type AssistantSettings = Answer<'/v1/me/assistant', 'get'>;
export type FileEntry = Answer<'/v1/me/files', 'get'>['entries'][number];
export type Turn = Answer<'/v1/me/conversations/{id}', 'get'>['turns'][number];
export type AuditEntry = Answer<'/v1/me/audit', 'get'>['entries'][number];
export type OperatorUser = Answer<'/v1/operator/users', 'get'>['users'][number];
export type ContainerRow = Answer<'/v1/operator/containers', 'get'>['containers'][number];
