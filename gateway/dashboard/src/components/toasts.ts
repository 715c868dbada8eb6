/** Short news at the edge of the screen: what was done, or what went wrong where no form is there to say it. */
export interface Toast {
  id: number;
  tone: 'good' | 'bad';
  text: string;
}

const STAYS = 6_000;
const TROUBLE_STAYS = 12_000;

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  listeners.forEach((listener) => listener());
}

export const toast = {
  show(tone: Toast['tone'], text: string): void {
    const id = ++last;
    // The same news twice is one piece of news.
    set([...toasts.filter((each) => each.text !== text).slice(-2), { id, tone, text }]);
    setTimeout(() => toast.close(id), tone === 'bad' ? TROUBLE_STAYS : STAYS);
  },
  close: (id: number): void => set(toasts.filter((each) => each.id !== id)),
  list: (): readonly Toast[] => toasts,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
