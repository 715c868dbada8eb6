/**
 * Proof: what is sensitive in a message is noticed, and ordinary messages are left in peace. Counted on generated sets
 * of two authors: the detector was made with the first at hand, and has never seen the second.
 */
import { findSensitive, masked } from '../worker-image/rooms/agent/sensitive/sensitive.js';
import type { Figure, Proof, Report } from './proof.js';
import { heldOutOrdinaryMessages, heldOutSensitiveMessages } from './sensitive-held-out/corpus.js';
import { ordinaryMessages, sensitiveMessages, type LabelledMessage } from './sensitive/corpus.js';

const SEEDS = [20_261_123, 20_261_124, 20_261_125];
const SENSITIVE = 500;
const ORDINARY = 2_000;
const FOUND_AT_LEAST = 0.95;
const FALSE_ALARMS_AT_MOST = 0.01;
/** Of what went wrong, so that it can be mended. */
const MOST_SHOWN = 10;

interface Corpus {
  name: string;
  sensitive(seed: number, count: number): LabelledMessage[];
  ordinary(seed: number, count: number): string[];
  /** Whether what was missed is shown: of the held-out set only how much, or it would not be held out for long. */
  shown: boolean;
}

const CORPORA: readonly Corpus[] = [
  { name: 'known', sensitive: sensitiveMessages, ordinary: ordinaryMessages, shown: true },
  { name: 'held out', sensitive: heldOutSensitiveMessages, ordinary: heldOutOrdinaryMessages, shown: false },
];

export const sensitive: Proof = {
  name: 'sensitive',
  promise:
    'Card numbers, social security numbers, passwords and keys in a message are noticed before anything goes to a model.',
  run(report) {
    return Promise.resolve(CORPORA.flatMap((corpus) => measured(corpus, report)));
  },
};

function measured(corpus: Corpus, report: Report): Figure[] {
  const runs = SEEDS.map((seed) => run(corpus, seed, report));
  const found = Math.min(...runs.map((each) => each.found));
  const alarms = Math.max(...runs.map((each) => each.alarms));
  report.check(found >= FOUND_AT_LEAST, `${corpus.name}: only ${percent(found)} were noticed`);
  report.check(alarms <= FALSE_ALARMS_AT_MOST, `${corpus.name}: ${percent(alarms)} were held in vain`);
  const sizes = `${SEEDS.length} sets of ${SENSITIVE} and ${ORDINARY}`;
  return [
    figure(`noticed, ${corpus.name}`, found, `${corpus.name}: at least ${percent(found)} noticed`),
    figure(
      `false alarms, ${corpus.name}`,
      alarms,
      `${corpus.name}: at most ${percent(alarms)} false alarms, ${sizes}`,
    ),
  ];
}

function run(corpus: Corpus, seed: number, report: Report): { found: number; alarms: number } {
  const began = performance.now();
  const messages = corpus.sensitive(seed, SENSITIVE);
  const missed = messages.filter((message) => !isNoticed(message));
  const held = corpus.ordinary(seed, ORDINARY).filter((text) => findSensitive(text).length > 0);
  const each = (performance.now() - began) / (SENSITIVE + ORDINARY);
  const set = `${corpus.name} ${seed}`;
  for (const [kind, all] of Map.groupBy(messages, (message) => message.kind)) {
    const share = 1 - all.filter((message) => missed.includes(message)).length / all.length;
    report.step(`${set}, ${kind}: ${percent(share)} of ${all.length}`);
  }
  report.step(
    `${set}: ${missed.length} missed, ${held.length} held in vain, ${each.toFixed(3)} ms a message`,
  );
  if (corpus.shown) {
    for (const { text } of missed.slice(0, MOST_SHOWN)) report.note(`missed: ${JSON.stringify(text)}`);
    for (const text of held.slice(0, MOST_SHOWN)) report.note(`held in vain: ${JSON.stringify(text)}`);
  }
  return { found: 1 - missed.length / SENSITIVE, alarms: held.length / ORDINARY };
}

/** Found as what it is, and nothing of it left when the user chooses to blot it out. */
const isNoticed = ({ text, kind, secret }: LabelledMessage): boolean =>
  findSensitive(text).some((finding) => finding.kind === kind) && !masked(text).includes(secret);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const figure = (name: string, share: number, words: string): Figure => ({
  name,
  value: share * 100,
  unit: '%',
  words,
});
