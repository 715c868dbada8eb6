/** The question "is it still you?", asked by the client and answered by the dialog of app/step-up.tsx. */

type Settle = (proven: boolean) => void;

/** Calls that wait for one and the same answer. */
let waiting: Settle[] = [];
const listeners = new Set<() => void>();

const tell = (): void => listeners.forEach((listener) => listener());

export const proof = {
  /** Whether the user has proved it; several who ask at the same time share one dialog. */
  ask(): Promise<boolean> {
    return new Promise((settle) => {
      waiting = [...waiting, settle];
      tell();
    });
  },
  settle(proven: boolean): void {
    const asked = waiting;
    waiting = [];
    asked.forEach((settle) => settle(proven));
    tell();
  },
  isAsked: (): boolean => waiting.length > 0,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
