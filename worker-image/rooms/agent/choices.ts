/** Which model answers a turn, and which ones if that cannot: the chat's choice, the user's, the account's order. */
import type { CatalogueModel, ModelChoice } from '../../../contracts/gateway-door.js';
import type { AgentSettings, Turn } from '../../../contracts/rooms-door.js';
import type { ChatKey } from './conversation/conversation.js';
import type { Preferences } from './preferences.js';

export const chatKeyOf = ({ channel, chat }: ChatKey): string => `${channel}|${chat}`;

/** In order of preference. A model whose provider has no key any more is left out. */
export function choicesFor(
  turn: Pick<Turn, 'channel' | 'chat' | 'models'>,
  wishes: Preferences,
): ModelChoice[] {
  const wished = [wishes.chatModels[chatKeyOf(turn)], wishes.model].filter((each) => each !== undefined);
  const possible = wished.filter(
    (each): each is ModelChoice =>
      each !== null && turn.models.some(({ provider }) => provider === each.provider),
  );
  const order = [...possible, ...turn.models];
  const once = order.filter((each, at) => order.findIndex((other) => isSame(each, other)) === at);
  return wishes.fallback ? once : once.slice(0, 1);
}

/** What is known of a model; undefined for one that the catalogue does not have. */
export const entryOf = (settings: AgentSettings, choice: ModelChoice): CatalogueModel | undefined =>
  settings.catalogue.models.find((each) => isSame(each, choice));

export const isSame = (one: ModelChoice, other: ModelChoice): boolean =>
  one.provider === other.provider && one.model === other.model;
