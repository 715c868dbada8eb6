/** What a route answers with: its schema goes into the OpenAPI document, and fields that it does not name never leave. */
import { applyDecorators, SerializeOptions, SetMetadata } from '@nestjs/common';
import type * as z from 'zod';

/** A body that is no JSON: bytes of a file, events, a table. */
export type RawAnswer = 'application/octet-stream' | 'text/event-stream' | 'text/csv';

export const ANSWER = 'ara:answer';
export const RAW_BODY = 'ara:raw-body';

export const Answers = (schema: z.ZodType) =>
  applyDecorators(SerializeOptions({ schema }), SetMetadata(ANSWER, schema));

/** The handler writes the answer itself. */
export const AnswersRaw = (type: RawAnswer) => SetMetadata(ANSWER, type);

/** The handler reads the body itself: the bytes of a file. */
export const TakesBytes = () => SetMetadata(RAW_BODY, true);
