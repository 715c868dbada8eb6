/** What the schemas of the fake model providers share: typed blocks, and errors in the words of an API. */
import { z } from 'zod';

/** `true` where each of two types fits the other; anything else does not compile. */
export type Mirrors<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/** An object told by its `type` and otherwise taken on trust: a field that Ara does not fill by itself. */
export const typed = <T>(types?: ReadonlySet<string>): z.ZodType<T> =>
  z.custom<T>((value) => {
    if (typeof value !== 'object' || value === null) return false;
    if (!types) return true;
    return 'type' in value && typeof value.type === 'string' && types.has(value.type);
  }, 'Input should be an object of a known type');

/** The first thing that is wrong, with its path: `messages.0.role: Field required`. */
export function whatIsWrong(error: z.ZodError, extra: string, missing: string): string {
  const issue = error.issues[0];
  if (!issue) return 'invalid request';
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return `${[path, issue.keys[0]].filter(Boolean).join('.')}: ${extra}`;
  const leftOut = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return `${path}: ${leftOut ? missing : issue.message}`;
}
