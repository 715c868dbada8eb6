/** What an error says of a full volume, at whatever depth. */
import { expect, it } from 'vitest';
import { isStorageFull } from './storage-full.js';

const error = (more: object, cause?: unknown): Error => Object.assign(new Error('x', { cause }), more);

it.each([
  ['no space', error({ code: 'ENOSPC' }), true],
  ['a quota', error({ code: 'EDQUOT' }), true],
  ['a full database', error({ code: 'ERR_SQLITE_ERROR', errcode: 13 }), true],
  ['one behind another', error({}, error({ code: 'ENOSPC' })), true],
  ['another error of a database', error({ code: 'ERR_SQLITE_ERROR', errcode: 5 }), false],
  ['no error', 'ENOSPC', false],
])('%s', (_what, thrown, full) => expect(isStorageFull(thrown)).toBe(full));
