/** What comes in is held to its route's schema, and what goes out too: a field that is not in the contract never leaves. */
import type { Provider } from '@nestjs/common';
import { StandardSchemaSerializerInterceptor, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AraError } from '../../../contracts/errors.js';

const MOST_NAMED = 5;

/** Names the fields, never their values. */
const pipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) => {
    const fields = issues
      .slice(0, MOST_NAMED)
      .map(({ path = [] }) =>
        path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      );
    return new AraError('bad-request', fields.map((field) => field || 'body').join(', '));
  },
});

export const validation: Provider[] = [
  { provide: APP_PIPE, useValue: pipe },
  { provide: APP_INTERCEPTOR, useClass: StandardSchemaSerializerInterceptor },
];
