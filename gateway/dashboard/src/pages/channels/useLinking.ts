/** Links a channel from this page: seals what was typed, follows what goes on in the container, and knows how it ended. */
import { useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { Refusal, Unreachable } from '../../api/errors';
import { followPairing, type PairingStep } from '../../api/pairing';
import { newAnswerKey, sealFor, type AnswerKey } from '../../api/seal';
import type { LinkableKind, LinkAnswer } from '../../api/types';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { useKeepLinkAnswer } from './link-answer';

export interface LinkRequest {
  /** As the channel's own code in the container reads it. */
  credential: object;
  /** Where the user's own server is. */
  hosts?: string[];
}

export type LinkStage =
  | { at: 'form' }
  /** It goes on in the container; null until there is something to do. */
  | { at: 'pairing'; step: PairingStep | null }
  | { at: 'needs-host'; host: string; request: LinkRequest }
  | { at: 'done'; address: string; needsCode: boolean };

export function useLinking(kind: LinkableKind, onDone?: () => void) {
  const [stage, setStage] = useState<LinkStage>({ at: 'form' });
  const [trouble, setTrouble] = useState<Error | null>(null);
  const following = useRef<AbortController | null>(null);
  const keep = useKeepLinkAnswer(kind);
  const queries = useQueryClient();
  const path = { path: { kind } };

  /** Ends what goes on in the container: nobody can read its steps any more. */
  const callOff = (): void => {
    if (!following.current) return;
    following.current.abort();
    following.current = null;
    void api.DELETE('/v1/me/channels/{kind}/pairing', { params: path }).catch(() => undefined);
  };
  const leave = useRef(callOff);
  leave.current = callOff;
  useEffect(() => () => leave.current(), []);

  const fail = (error: Error): void => {
    following.current = null;
    setTrouble(error);
    setStage({ at: 'form' });
  };

  const finish = (given: LinkAnswer, request: LinkRequest): void => {
    following.current = null;
    if ('needsHost' in given) return setStage({ at: 'needs-host', host: given.needsHost, request });
    if (!('address' in given)) return;
    keep('code' in given ? given : null);
    for (const name of ['channels', 'home']) void queries.invalidateQueries({ queryKey: [name] });
    setStage({ at: 'done', address: given.address, needsCode: 'code' in given });
    onDone?.();
  };

  const follow = async (key: AnswerKey, request: LinkRequest): Promise<void> => {
    const stop = new AbortController();
    following.current = stop;
    setStage({ at: 'pairing', step: null });
    try {
      const end = await followPairing({
        ask: (after) =>
          answer(
            api.GET('/v1/me/channels/{kind}/pairing', {
              params: { ...path, query: { after } },
              signal: stop.signal,
            }),
          ),
        key,
        onStep: (step) => setStage({ at: 'pairing', step }),
        signal: stop.signal,
      });
      if (end?.is === 'linked') finish(end.answer, request);
      else if (end?.is === 'needs-host') finish({ needsHost: end.host }, request);
      else if (end) fail(new Refusal(end.code, t.channels.failed[end.code] ?? t.errors.unknown, 0));
    } catch (error) {
      if (!stop.signal.aborted) fail(error instanceof Error ? error : new Unreachable(''));
    }
  };

  const { mutate, isPending, error } = useAct(
    async (request: LinkRequest) => {
      callOff();
      setTrouble(null);
      const key = newAnswerKey();
      const { publicKey } = await answer(api.GET('/v1/me/public-key'));
      const sealed = sealFor(publicKey, { ...request.credential, sealTo: key.publicKey });
      const { hosts } = request;
      const body = { sealed, ...(hosts && { hosts }) };
      const given = await answer(api.POST('/v1/me/channels/{kind}', { params: path, body })).catch(
        (refusal: unknown) => {
          setStage({ at: 'form' });
          throw refusal;
        },
      );
      if ('pairing' in given) void follow(key, request);
      else finish(given, request);
    },
    { quiet: true },
  );

  return {
    stage,
    begin: mutate,
    /** Back to the form. */
    cancel: () => {
      callOff();
      setStage({ at: 'form' });
    },
    isPending,
    error: error ?? trouble,
  };
}
