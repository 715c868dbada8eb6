/** A command that was called the wrong way; says how to call it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
