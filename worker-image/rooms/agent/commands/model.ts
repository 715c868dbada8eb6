/** /model shows and chooses the model: for this chat, for everywhere, and what happens when it fails. */
import type { CatalogueModel, ModelChoice } from '../../../../contracts/gateway-door.js';
import type { AgentSettings } from '../../../../contracts/rooms-door.js';
import { chatKeyOf, choicesFor, isSame } from '../choices.js';
import type { Preferences } from '../preferences.js';
import type { Command, CommandCall } from './command.js';
import { nearest } from './nearest.js';
import { modelName } from './status.js';

const HOW = [
  '- `/model NAME`: for all chats; `/model here NAME`: for this chat',
  '- `/model default`, `/model here default`: back to the order of your keys',
  '- `/model fallback on` or `off`: whether another model may answer when that one cannot',
  '- `/model thinking off`, `low` or `high`',
].join('\n');

export const model: Command = {
  name: 'model',
  async run(call) {
    const settings = await call.assistant.settings(call.turn);
    const [first = '', ...rest] = call.args.split(/\s+/);
    switch (first.toLowerCase()) {
      case '':
        return list(call, settings);
      case 'fallback':
        return fallback(call, rest.join(' '));
      case 'thinking':
        return thinking(call, rest.join(' '));
      case 'here':
        return rest.length > 0 ? choose(call, settings, rest.join(' '), true) : list(call, settings);
      default:
        return choose(call, settings, call.args, false);
    }
  },
};

function list({ turn, assistant: { preferences } }: CommandCall, { catalogue }: AgentSettings): string {
  const [current] = choicesFor(turn, preferences.current);
  if (!current) return 'There is no API key yet. Set one with `npm run ara -- key set anthropic`.';
  const lines = catalogue.models.map((each) => {
    const price = each.price
      ? `$${each.price.input} in, $${each.price.output} out per million tokens`
      : 'no price known';
    return `- \`${each.model}\` (${each.provider}): ${price}${isSame(each, current) ? ' ← now' : ''}`;
  });
  const { fallback: on, thinking: depth } = preferences.current;
  return `${modelName(current)} answers in this chat; fallback ${on ? 'on' : 'off'}, thinking ${depth}.\n\n${lines.join('\n')}\n\nPrices of ${catalogue.date}.\n${HOW}`;
}

function fallback({ assistant: { preferences } }: CommandCall, word: string): string {
  if (word !== 'on' && word !== 'off') return 'Say `/model fallback on` or `/model fallback off`.';
  preferences.change({ fallback: word === 'on' });
  return word === 'on'
    ? 'When a model cannot answer, the next one does, and I say so.'
    : 'Only the model you chose answers; when it cannot, I tell you why.';
}

function thinking({ assistant: { preferences } }: CommandCall, word: string): string {
  if (word !== 'off' && word !== 'low' && word !== 'high')
    return 'Say `/model thinking off`, `low` or `high`. Thinking makes answers better, slower and dearer.';
  preferences.change({ thinking: word });
  return `Thinking is ${word} now, for models that offer it.`;
}

function choose(call: CommandCall, settings: AgentSettings, words: string, here: boolean): string {
  const { turn, assistant } = call;
  const where = here ? 'in this chat' : 'in all chats';
  const isDefault = words.toLowerCase() === 'default';
  const found = isDefault ? null : find(words, settings.catalogue.models, turn.models);
  if (typeof found === 'string') return found;
  assistant.preferences.change(changeOf(assistant.preferences.current, chatKeyOf(turn), found, here));
  return found
    ? `${modelName(found)} answers ${where} from now on.`
    : `Back to the order of your keys ${where}.`;
}

function changeOf(
  { chatModels }: Preferences,
  chat: string,
  choice: ModelChoice | null,
  here: boolean,
): Partial<Preferences> {
  if (!here) return { model: choice };
  const others = Object.fromEntries(Object.entries(chatModels).filter(([key]) => key !== chat));
  return { chatModels: choice ? { ...others, [chat]: choice } : others };
}

/** The model that is meant, or words on why that is not clear. */
function find(
  words: string,
  catalogue: readonly CatalogueModel[],
  usable: readonly ModelChoice[],
): ModelChoice | string {
  const wanted = words.toLowerCase();
  const exact = catalogue.filter(({ model: name }) => name.toLowerCase() === wanted);
  const close = catalogue.filter((each) => `${each.provider} ${each.model}`.toLowerCase().includes(wanted));
  const [one, another] = exact.length > 0 ? exact : close;
  if (one && !another) return { provider: one.provider, model: one.model };
  if (one) return `That could be ${close.map((each) => `\`${each.model}\``).join(', ')}. Say which.`;
  const named = byName(words, usable);
  if (named) return named;
  const guess = nearest(
    wanted,
    catalogue.map((each) => each.model),
  );
  return `I know no model \`${words}\` whose provider has a key.${guess ? ` Did you mean \`${guess}\`?` : ''} /model lists them.`;
}

/** `PROVIDER NAME`, for a model that the catalogue does not have. */
function byName(words: string, usable: readonly ModelChoice[]): ModelChoice | null {
  const [name = '', ...rest] = words.split(/\s+/);
  const provider = usable.find((each) => each.provider === name.toLowerCase())?.provider;
  return provider && rest.length === 1 && rest[0] ? { provider, model: rest[0] } : null;
}
