/** Server-sent events: one connection, opened again by itself after a break, with a pause that grows. */
import { useEffect, useRef } from 'react';
import { useQueryClient } from '@tanstack/react-query';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

interface Listening {
  onEvent: (data: unknown) => void;
  /** At each break, and at each try after it that failed. */
  onBreak?: () => void;
  /** After each break: what was said meanwhile has been missed. */
  onOpenAgain?: () => void;
}

/** Listens until the function that it gives is called. */
function listen(path: string, { onEvent, onBreak, onOpenAgain }: Listening): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let pause = FIRST_PAUSE;
  let opened = false;
  const open = (): void => {
    source = new EventSource(path);
    source.onopen = () => {
      if (opened) onOpenAgain?.();
      opened = true;
      pause = FIRST_PAUSE;
    };
    source.onmessage = ({ data }: MessageEvent<string>) => onEvent(JSON.parse(data));
    source.onerror = () => {
      onBreak?.();
      // While it is `CONNECTING` the browser tries again itself.
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = window.setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}

export function useEvents(path: string, listening: Listening): void {
  const latest = useRef(listening);
  useEffect(() => {
    latest.current = listening;
  });
  useEffect(
    () =>
      listen(path, {
        onEvent: (data) => latest.current.onEvent(data),
        onBreak: () => latest.current.onBreak?.(),
        onOpenAgain: () => latest.current.onOpenAgain?.(),
      }),
    [path],
  );
}

/** What is read anew for each thing that changed. */
const readAnew: Record<string, string[]> = {
  channels: ['home', 'channels'],
  container: ['home', 'privacy'],
  usage: ['home', 'usage', 'budget', 'key-uses'],
};

/** Keeps everything on the screen true while the dashboard is open. */
export function useLive(): void {
  const queries = useQueryClient();
  const refresh = (names: string[]): void =>
    names.forEach((name) => void queries.invalidateQueries({ queryKey: [name] }));
  useEvents('/v1/me/events', {
    onEvent: (data) => refresh(readAnew[(data as { changed?: string }).changed ?? ''] ?? []),
    // The stream of a session ends with it, and the browser does not say why a stream ended.
    onBreak: () => void queries.invalidateQueries({ queryKey: ['session'] }, { cancelRefetch: false }),
    onOpenAgain: () => refresh(Object.values(readAnew).flat()),
  });
}
