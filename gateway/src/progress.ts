/** What the person who starts Ara sees: one line a part, and what to do next. */

const line = (text: string): void => void process.stdout.write(`${text}\n`);

export const progress = {
  done: (part: string, detail: string): void => line(`  ✓ ${part.padEnd(11)} ${detail}`),
  loud(reason: string): void {
    const rule = '!'.repeat(78);
    line(rule);
    line('  NO ISOLATION: users run as plain child processes of this one.');
    line(`  Why: ${reason}.`);
    line('  Fine for trying Ara out alone. Never for other people, and refused in production.');
    line(rule);
  },
  /** @param join where the first operator makes an account, once */
  address(address: string, join: string | null): void {
    const first = join ? `  Make your account, and run this Ara with it:  ${join}\n` : '';
    line(`\n  Ara is at ${address}   (Ctrl-C stops it)\n${first}`);
  },
  stopping: (): void => line('\n  stopping: finishing what is under way …'),
  stopped: (): void => line('  ✓ stopped'),
  failed: (text: string): void => void process.stderr.write(`\n${text}\n`),
};
