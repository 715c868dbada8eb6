/** What Google refuses in a request that is of the right form: how its contents must follow each other. */
import type { Content, FunctionCall, FunctionResponse } from '@google/genai';
import type { GoogleRequest } from './google-request.js';

/** Since Gemini 3 a model signs the calls that it makes, gives them ids, and wants both back. */
export const signsCalls = (model: string): boolean => !/^gemini-[12]\b/.test(model);

/** What the documentation gives for a call that no Gemini made. */
const FOREIGN = new Set(['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']);

/** @param signatures those that were given away */
export function problemWithContents(
  request: GoogleRequest,
  signatures: ReadonlySet<string>,
): string | undefined {
  return (
    problemWithTurns(request.contents) ??
    problemWithResponses(request.contents) ??
    problemWithSignatures(request, signatures)
  );
}

/** Held more strictly than by the real API, which takes neighbours of one role. */
function problemWithTurns(contents: readonly Content[]): string | undefined {
  if (contents.some(({ role }, index) => role !== (index % 2 === 0 ? 'user' : 'model')))
    return 'Please ensure that multiturn requests alternate between user and model.';
  return contents.at(-1)?.role === 'model'
    ? 'Please ensure that multiturn requests end with a user role or a function response.'
    : undefined;
}

function problemWithResponses(contents: readonly Content[]): string | undefined {
  for (const [index, content] of contents.entries()) {
    const calls = callsIn(content);
    const responses = responsesIn(contents[index + 1]);
    if (calls.length > 0 && content.role === 'user') return 'Please use a valid role: user, model.';
    if (responsesIn(content).length > 0 && callsIn(contents[index - 1]).length === 0)
      return 'Please ensure that function response turn comes immediately after a function call turn.';
    if (calls.length === 0) continue;
    if (calls.length !== responses.length)
      return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
    const stray = responses.find((response) => !calls.some((call) => answers(response, call)));
    if (stray) return `contents[${index + 1}]: no function call matches the function response ${stray.name}`;
  }
  return undefined;
}

const answers = (response: FunctionResponse, call: FunctionCall): boolean =>
  response.name === call.name && (call.id === undefined || response.id === call.id);

/** Each step since the user last wrote must carry the signature that came with its first call. */
function problemWithSignatures(
  { contents, model }: GoogleRequest,
  signatures: ReadonlySet<string>,
): string | undefined {
  const wrote = contents.findLastIndex(
    ({ role, parts = [] }) => role === 'user' && parts.some(({ text }) => text !== undefined),
  );
  for (const [index, { parts = [] }] of contents.entries()) {
    const given = parts.flatMap(({ thoughtSignature = [] }) => thoughtSignature);
    if (given.some((each) => !signatures.has(each) && !FOREIGN.has(each)))
      return 'Corrupted thought signature.';
    const first = parts.find(({ functionCall }) => functionCall);
    if (first && !first.thoughtSignature && index > wrote && signsCalls(model))
      return `Function call is missing a thought_signature in functionCall parts. Additional data, function call \`default_api:${first.functionCall?.name}\` , position ${index + 1}.`;
  }
  return undefined;
}

const callsIn = (content: Content | undefined): FunctionCall[] =>
  (content?.parts ?? []).flatMap(({ functionCall }) => functionCall ?? []);

const responsesIn = (content: Content | undefined): FunctionResponse[] =>
  (content?.parts ?? []).flatMap(({ functionResponse }) => functionResponse ?? []);
