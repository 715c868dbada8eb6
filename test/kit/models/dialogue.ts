/** Scripts of whole conversations: what a model answers to which words of the user, and how it goes on with its tools' results. */
import type { Answer, Script } from './model-answer.js';
import type { Said } from '../said.js';

/** One answer, or what makes it from what was said. */
export type Step = Answer | ((said: Said) => Answer);

/** What the user says, in part or as a pattern; then the answers, one for each round of tools. */
export type Line = readonly [said: string | RegExp, ...steps: Step[]];

/**
 * Answers with the first line that fits the user's last text, and echoes where none does. A line's second step answers
 * the results of the tools that its first one called, and so on. It fits every provider.
 * @throws Error, which the fake answers as status 599, when a line has no step for a round
 */
export function dialogue(lines: readonly Line[]): Script<unknown> {
  return (_request, _n, said) => {
    const line = lines.find(([words]) =>
      typeof words === 'string' ? said.text.includes(words) : words.test(said.text),
    );
    if (!line) return {};
    const [words, ...steps] = line;
    const step = steps[said.round];
    if (step === undefined)
      throw new Error(`nothing is scripted for round ${said.round} of ${String(words)}`);
    return typeof step === 'function' ? step(said) : step;
  };
}
