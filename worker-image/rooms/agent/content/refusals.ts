/** What the workspace and the memory refuse, in the words of a door. Their own words name no file and no line. */
import { AraError, type ErrorCode } from '../../../../contracts/errors.js';
import { MemoryError, type MemoryTrouble } from '../memory/memory-error.js';
import { WorkspaceError, type WorkspaceRefusal } from '../workspace/workspace-error.js';

const ofWorkspace: Record<WorkspaceRefusal, ErrorCode> = {
  'bad-name': 'bad-request',
  'not-found': 'not-found',
  link: 'not-allowed',
  'not-a-file': 'bad-request',
  'not-a-folder': 'bad-request',
  special: 'not-allowed',
  'hard-link': 'not-allowed',
  'not-text': 'bad-request',
  'too-large': 'too-large',
  full: 'too-large',
  'disk-full': 'too-large',
  'not-permitted': 'not-allowed',
  'not-there': 'bad-request',
  'not-once': 'bad-request',
};

const ofMemory: Record<MemoryTrouble, ErrorCode> = {
  empty: 'bad-request',
  'too-long': 'too-large',
  full: 'too-large',
  'not-found': 'not-found',
  ambiguous: 'bad-request',
  unusable: 'not-allowed',
  busy: 'conflict',
};

export function asDoorError(error: unknown): unknown {
  if (error instanceof WorkspaceError) return new AraError(ofWorkspace[error.refusal], error.refusal);
  if (error instanceof MemoryError) return new AraError(ofMemory[error.trouble], error.trouble);
  return error;
}
