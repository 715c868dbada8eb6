/** Bodies, queries and parameters are checked by the schema at their route, and answers leave by theirs. */
import type { INestApplication } from '@nestjs/common';
import { StandardSchemaSerializerInterceptor, StandardSchemaValidationPipe } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AraError } from '../../../contracts/errors.js';

const MOST_NAMED = 5;

interface Issue {
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
}

/** Names the fields that are wrong; never what was in them. */
function wrongFields(issues: readonly Issue[]): AraError {
  const names = issues.map(({ path = [] }) =>
    path
      .map((part) => String(typeof part === 'object' ? part.key : part))
      .join('.')
      .slice(0, 64),
  );
  return new AraError(
    'bad-request',
    [...new Set(names.map((name) => name || 'body'))].slice(0, MOST_NAMED).join(', '),
  );
}

export function useSchemas(app: INestApplication): void {
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: wrongFields }));
  app.useGlobalInterceptors(new StandardSchemaSerializerInterceptor(app.get(Reflector)));
}
