/** What the workspace refuses, in words that suit the user and the model alike. They name no file: the caller knows which. */

const words = {
  'bad-name': 'This is no name for a file here.',
  'not-found': 'There is no such file or folder in the workspace.',
  link: 'This path leads through a link. The workspace follows none.',
  'not-a-file': 'This is a folder, not a file.',
  'not-a-folder': 'This is a file where a folder is needed.',
  special: 'This is no ordinary file, so it is left alone.',
  'hard-link': 'This file has a second name (a hard link), so it is not written to.',
  'not-text': 'This file is not text. It can be sent as it is.',
  'too-large': 'This file is too large.',
  full: 'The workspace is full. Delete what is no longer needed.',
  'disk-full': 'The disk of this container is full. Delete what is no longer needed.',
  'not-permitted': 'The system does not permit this.',
  'not-there': 'The text to replace does not occur in the file. Read the file and copy the text exactly.',
  'not-once': 'The text to replace occurs more than once. Give more of the text around it, or replace all.',
} as const;

export type WorkspaceRefusal = keyof typeof words;

export class WorkspaceError extends Error {
  override readonly name = 'WorkspaceError';

  constructor(
    readonly refusal: WorkspaceRefusal,
    /** More, as whole sentences. */
    detail = '',
  ) {
    super(detail ? `${words[refusal]} ${detail}` : words[refusal]);
  }
}

const refusals: Partial<Record<string, WorkspaceRefusal>> = {
  ENOENT: 'not-found',
  ELOOP: 'link',
  ENOTDIR: 'not-a-folder',
  EISDIR: 'not-a-file',
  // What a socket answers to being opened.
  ENXIO: 'special',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
};

/** What Node threw, as a refusal where it is one. The cause is left out: it names the path. */
export function refusalOf(error: unknown): unknown {
  const code = Object.keys(refusals).find((each) => isCode(error, each));
  const refusal = code && refusals[code];
  return refusal ? new WorkspaceError(refusal) : error;
}

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
