/** What a scene of the proof plays on: one person with their own container, a scripted model, and the chat as text. */
import type { Installation } from '../../test/kit/installation.js';
import { dialogue, type Line } from '../../test/kit/models/dialogue.js';
import type { SentMessage } from '../../test/kit/telegram/telegram.js';
import { say, type Person } from '../kit/person.js';
import type { Report } from '../proof.js';

/** One bullet of what the assistant promises, as a conversation over Telegram through the real container. */
export interface Scene {
  name: string;
  /** Plays where containers stop as soon as they have nothing to do. */
  sleeps?: boolean;
  play(stage: Stage): Promise<void>;
}

export type Fits = string | RegExp | ((text: string) => boolean);

const ANSWER_WITHIN = 15_000;

export class Stage {
  /** Both sides, in the order in which they were seen. */
  readonly transcript: string[] = [];
  /** Played after all other scenes. */
  end: () => Promise<void> = () => Promise.resolve();
  private seen = 0;

  constructor(
    private readonly scene: Scene,
    readonly ara: Installation,
    readonly person: Person,
    readonly report: Report,
  ) {}

  /** What the model answers from now on, whichever provider is asked. Lines that do not fit are echoed. */
  script(...lines: Line[]): void {
    const { anthropic, openai, google, compatible } = this.ara.internet;
    for (const provider of [anthropic, openai, google, compatible]) provider.script(dialogue(lines));
  }

  /** The user writes, without waiting for anything. */
  says(text: string): void {
    this.transcript.push(`user: ${text}`);
    say(this.ara, this.person, text);
  }

  /** The user writes and waits for the next message that fits, as it stands once it does. */
  async asks(text: string, fits: Fits, within = ANSWER_WITHIN): Promise<string> {
    const answer = this.hears(fits, within);
    this.says(text);
    return answer;
  }

  /** The next message to the user that fits, of those that nobody has waited for yet. */
  async hears(fits: Fits, within = ANSWER_WITHIN): Promise<string> {
    const { telegram } = this.ara.internet;
    const from = this.seen;
    const isNew = (message: SentMessage): boolean => this.messages().indexOf(message) >= from;
    const message = await telegram
      .waitForMessage(
        this.person.bot,
        (each) => each.chatId === this.person.owner && isNew(each) && matches(fits, each.text),
        within,
      )
      .catch(() => {
        const came = this.messages().slice(from);
        const heard = came.map((each) => JSON.stringify(each.text)).join(', ') || 'nothing';
        throw new Error(
          `after “${this.transcript.at(-1)}” ${String(fits)} was expected, and there came ${heard}`,
        );
      });
    this.seen = this.messages().indexOf(message) + 1;
    this.transcript.push(`ara: ${message.text}`);
    return message.text;
  }

  /** Waits until the user sees these words, which may be gone from the message when it is whole. */
  async shows(words: string, within = ANSWER_WITHIN): Promise<void> {
    await this.ara.internet.telegram.waitForMessage(
      this.person.bot,
      ({ chatId, text }) => chatId === this.person.owner && text.includes(words),
      within,
    );
  }

  /** Everything that was sent to the user, in order. */
  messages(): readonly SentMessage[] {
    return this.ara.internet.telegram.messages(this.person.bot, this.person.owner);
  }

  check(holds: boolean, what: string): void {
    this.report.check(holds, `${this.scene.name}: ${what}`);
  }
}

const matches = (fits: Fits, text: string): boolean =>
  typeof fits === 'function' ? fits(text) : typeof fits === 'string' ? text.includes(fits) : fits.test(text);
