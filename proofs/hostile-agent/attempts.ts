/** What a hostile agent tries, one attempt after the other, and what came of each. */
export interface Attempt {
  what: string;
  /** It worked: what must not. */
  succeeded: boolean;
  /** The error's code, or what it got. */
  detail: string;
}

export class Attempts {
  readonly all: Attempt[] = [];

  /** Succeeds when `work` returns anything but `refused(…)`; an error is a refusal. */
  async try(what: string, work: () => unknown): Promise<boolean> {
    let attempt: Attempt;
    try {
      const got = await work();
      attempt =
        got instanceof Refused
          ? { what, succeeded: false, detail: got.reason }
          : { what, succeeded: true, detail: String(got).slice(0, 200) };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      attempt = { what, succeeded: false, detail: code ?? message };
    }
    this.all.push(attempt);
    return attempt.succeeded;
  }
}

class Refused {
  constructor(readonly reason: string) {}
}

export const refused = (reason: string): Refused => new Refused(reason);
