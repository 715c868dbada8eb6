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
  address: (address: string): void => line(`\n  Ara is at ${address}   (Ctrl-C stops it)\n`),
  stopping: (): void => line('\n  stopping: finishing what is under way …'),
  stopped: (): void => line('  ✓ stopped'),
  failed: (text: string): void => void process.stderr.write(`\n${text}\n`),
};
