/** What a proof is: one promise, tried on a whole real Ara, with figures at the end. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The figure as a part of the proof's last line; empty when another's words say it too. */
  words: string;
}

/** Where a proof tells what it does and what it found, and leaves what must be taken down again. */
export interface Report {
  /** What happens now. */
  step(text: string): void;
  /** What the reader should know beside the figures: above all what was not tried. */
  note(text: string): void;
  /** A proof fails when one of these does not hold; it goes on, so that one run tells everything. */
  check(holds: boolean, what: string): void;
  /** To be undone at the end, however it ends; the last one first. */
  later(undo: () => Promise<unknown>): void;
}

export interface Proof {
  name: string;
  /** The promise, in one sentence. */
  promise: string;
  run(report: Report): Promise<Figure[]>;
}
