/** The typed client of the gateway's API. A call that needs proof asks for it once and is then made again. */
import createClient from 'openapi-fetch';
import { Unreachable, refusalOf } from './errors';
import { proof } from './proof';
import type { paths } from './schema';

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Unreachable('', { cause: error });
  }
}

async function sendWithProof(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await send(request);
  if (response.status < 400 || response.status >= 500) return response;
  const refusal = await refusalOf(response.clone(), undefined);
  return refusal.code === 'proof-needed' && (await proof.ask()) ? send(again) : response;
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: sendWithProof });

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of the answer. @throws Refusal, Unreachable */
export async function answer<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw await refusalOf(response, error);
  return data as Data;
}

/** Bytes up or down, which the typed client has no form for. @throws Refusal, Unreachable */
export async function raw(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await sendWithProof(new Request(new URL(path, location.origin), init));
  if (!response.ok) throw await refusalOf(response, undefined);
  return response;
}
