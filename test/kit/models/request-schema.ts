/** What the schemas of the fake model providers share: typed blocks, tools and images, and errors in the words of an API. */
import { z } from 'zod';

/** `true` where the first type fits the second; anything else does not compile. */
export type Fits<A, B> = [A] extends [B] ? true : never;
/** The same both ways. */
export type Mirrors<A, B> = Fits<A, B> & Fits<B, A>;

/** An object told by its `type` and otherwise taken on trust: a part that Ara does not fill by itself. */
export const typed = <T>(types?: ReadonlySet<string>): z.ZodType<T> =>
  z.custom<T>((value) => {
    if (!isRecord(value)) return false;
    if (!types) return true;
    return typeof value['type'] === 'string' && types.has(value['type']);
  }, 'Input should be an object of a known type');

/** The name of a tool, in a declaration or a call. */
export const toolName = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,64}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'");

/** An object whose inner form the API does not look at. */
export const anyObject = z.record(z.string(), z.unknown());

/** Turns a function that finds a problem into a refinement. */
export const without =
  <T>(problemOf: (value: T) => string | undefined) =>
  (value: T, context: z.core.$RefinementCtx<T>): void => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  };

const JSON_TYPES: readonly unknown[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

/** What the providers refuse in the schema of a tool's arguments. */
export function problemWithToolSchema(schema: unknown): string | undefined {
  if (!isRecord(schema) || schema['type'] !== 'object') return `schema must be of 'type: "object"'`;
  return problemWithSchema(schema, '');
}

function problemWithSchema(schema: unknown, path: string): string | undefined {
  if (!isRecord(schema)) return `schema${path} is no object`;
  const { type, properties, required = [], items } = schema;
  if (type !== undefined && ![type].flat().every((each) => JSON_TYPES.includes(each)))
    return `schema${path}: ${JSON.stringify(type)} is not a JSON type`;
  if (type === 'array' && items === undefined) return `schema${path}: array schema missing items`;
  if (properties !== undefined && !isRecord(properties)) return `schema${path}: properties is no object`;
  if (!Array.isArray(required) || required.some((name) => !Object.hasOwn(properties ?? {}, String(name))))
    return `schema${path}: required names a property that is not there`;
  const inner = Object.entries(properties ?? {}).map(([name, each]): [string, unknown] => [
    `${path}.${name}`,
    each,
  ]);
  if (items !== undefined) inner.push([`${path}[]`, items]);
  for (const [where, each] of inner) {
    const problem = problemWithSchema(each, where);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const MAGIC: Readonly<Record<string, RegExp>> = {
  'image/png': /^89504e470d0a1a0a/,
  'image/jpeg': /^ffd8ff/,
  'image/gif': /^47494638(37|39)61/,
  'image/webp': /^52494646.{8}57454250/,
};

/** An image must be base64 of bytes that begin as its type does. */
export function problemWithImage(mediaType: string, data: string): string | undefined {
  const magic = MAGIC[mediaType];
  if (!magic) return `${mediaType} is not a supported image type`;
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== data) return 'invalid base64 data';
  if (!magic.test(bytes.subarray(0, 16).toString('hex')))
    return `Image does not match the provided media type ${mediaType}`;
  return undefined;
}

/** The first thing that is wrong, with its path: `messages.0.role: Field required`. */
export function whatIsWrong(error: z.ZodError, extra: string, missing: string): string {
  const [first] = error.issues;
  if (!first) return 'invalid request';
  const issue = innermost(first);
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return `${[path, issue.keys[0]].filter(Boolean).join('.')}: ${extra}`;
  const leftOut = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return `${path}: ${leftOut ? missing : issue.message}`;
}

/** Of the branches of a union the one that got furthest, which is the one that was meant. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .flatMap(([first]) => (first ? [innermost(first)] : []))
    .toSorted((a, b) => depthOf(b) - depthOf(a));
  const [deepest] = inner;
  return deepest ? { ...deepest, path: [...issue.path, ...deepest.path] } : issue;
}

/** A field too many was found inside an object that fitted so far. */
const depthOf = ({ code, path }: z.core.$ZodIssue): number =>
  path.length + (code === 'unrecognized_keys' || code === 'custom' ? 0.5 : 0);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
