/** Follows a linking that goes on in the container: shows each step, until it is linked or has failed. */
import { Refusal } from './errors';
import type { AnswerKey } from './seal';
import type { LinkAnswer, PairingView } from './types';

/** What has to be done on another device. */
export interface PairingStep {
  kind: 'qr' | 'code';
  text: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export type PairingEnd =
  { is: 'linked'; answer: LinkAnswer } | { is: 'failed'; code: string } | { is: 'needs-host'; host: string };

/** Without an answer it is asked again after so long, so many times. */
const AGAIN_AFTER = 2_000;
const MOST_SILENCES = 30;

interface Following {
  /** What comes after the view of that number. */
  ask: (after: number) => Promise<PairingView>;
  key: Pick<AnswerKey, 'open'>;
  onStep: (step: PairingStep) => void;
  signal: AbortSignal;
}

/** @returns null when it was called off. */
export async function followPairing({ ask, key, onStep, signal }: Following): Promise<PairingEnd | null> {
  let [after, silences] = [0, 0];
  while (!signal.aborted) {
    const view = await ask(after).catch((error: unknown) => error);
    if (signal.aborted) break;
    if (!isView(view)) {
      // The container may have been started anew, and knows of no pairing then.
      if (view instanceof Refusal && view.status < 500) return { is: 'failed', code: 'pairing-expired' };
      if (++silences > MOST_SILENCES) throw view;
      await pause(AGAIN_AFTER, signal);
      continue;
    }
    silences = 0;
    const isNew = view.number > after;
    after = view.number;
    if (view.needsHost !== null) return { is: 'needs-host', host: view.needsHost };
    if (view.state === 'failed') return { is: 'failed', code: view.error ?? 'internal' };
    if (view.sealed === null || (view.state === 'waiting' && !isNew)) continue;
    const opened = key.open(view.sealed);
    if (view.state === 'linked') return { is: 'linked', answer: opened as LinkAnswer };
    onStep(opened as PairingStep);
  }
  return null;
}

const isView = (view: unknown): view is PairingView =>
  typeof view === 'object' && view !== null && 'number' in view;

const pause = (time: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
