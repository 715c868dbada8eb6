/** /status tells how things are: model, channels, work at hand, length of the conversation. */
import type { ChannelState } from '../../../../contracts/channel-state.js';
import type { ModelChoice } from '../../../../contracts/gateway-door.js';
import { choicesFor } from '../choices.js';
import { providerName } from '../failures.js';
import type { Command } from './command.js';

export const status: Command = {
  name: 'status',
  async run({ turn, assistant: { conversation, preferences }, running }) {
    const { channels, waiting } = turn.status;
    const count = conversation.turnCount(turn);
    const { timeZone, busy } = preferences.current;
    const lines = [
      `- Model: ${modelsOf(choicesFor(turn, preferences.current))}`,
      ...(await Promise.all(
        channels.map(async ({ channel, state }) => `- Channel ${channel}: ${await stateWords(state)}`),
      )),
      `- Messages: ${running.count} being answered, ${waiting} waiting; what you write meanwhile: ${busy}`,
      `- This conversation: ${count} ${count === 1 ? 'turn' : 'turns'}`,
      `- Time zone: ${timeZone}`,
    ];
    return lines.join('\n');
  },
};

function modelsOf([first, ...others]: readonly ModelChoice[]): string {
  if (!first) return 'none, because no API key is set. Set one with `npm run ara -- key set anthropic`.';
  const fallback = others.length > 0 ? ` (if that fails: ${others.map(modelName).join(', ')})` : '';
  return modelName(first) + fallback;
}

export const modelName = ({ provider, model }: ModelChoice): string => `${providerName(provider)} ${model}`;

/** A channel's state and what to do about it. */
export async function stateWords(state: ChannelState): Promise<string> {
  const words = state.replaceAll('-', ' ');
  if (state === 'connected') return words;
  // Loaded only here: it brings the schema library along, which the agent room does without.
  const { channelAdvice } = await import('../../../../contracts/channel-state.js');
  return channelAdvice[state] ? `${words}. ${channelAdvice[state]}` : words;
}
