/** What the models answer in this proof: to each text what was agreed on, whatever was said before. */
import type { Internet } from '../../test/kit/installation.js';
import type { Answer } from '../../test/kit/models/model-answer.js';

export class ModelScript {
  private readonly answers = new Map<string, Answer>();

  constructor(internet: Internet) {
    for (const model of [internet.anthropic, internet.openai]) {
      model.script((body: { messages: readonly unknown[] }) => {
        // A text that had no answer is sent again together with the next one.
        const last = JSON.stringify(body.messages.at(-1));
        const places = [...this.answers].map(([text, answer]) => ({ at: last.lastIndexOf(text), answer }));
        const latest = places.toSorted((a, b) => b.at - a.at)[0];
        return latest && latest.at >= 0 ? latest.answer : { text: 'I was not told what to say.' };
      });
    }
  }

  /** @param part a part of what the user will say */
  to(part: string, answer: Answer): void {
    this.answers.set(part, answer);
  }
}
