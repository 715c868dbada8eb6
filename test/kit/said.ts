/** What a request to a model comes to, told alike for every provider, so that one script can serve them all. */

export interface Said {
  system: string;
  /** The first text part of the last message in which the user wrote; Ara puts others behind it, such as the time. */
  text: string;
  /** What the tools gave since the model's last answer. */
  toolResults: readonly ToolOutcome[];
  /** How often the model has answered since the user wrote: 0 for the first answer, 1 for the one to its tools' results. */
  round: number;
  /** The names of the tools that the model may call. */
  tools: readonly string[];
}

export interface ToolOutcome {
  name: string;
  text: string;
}

/** One message, or a part of one that the provider keeps as a message of its own. */
export interface SaidMessage {
  by: 'user' | 'model';
  /** Its text parts. */
  texts: readonly string[];
  calls?: readonly { id: string; name: string }[];
  results?: readonly { id: string; name?: string; text: string }[];
}

export function saidIn(
  messages: readonly SaidMessage[],
  { system, tools }: Pick<Said, 'system' | 'tools'>,
): Said {
  const wrote = messages.findLastIndex(({ by, texts }) => by === 'user' && texts.length > 0);
  const answered = messages.findLastIndex(({ by }) => by === 'model');
  const names = new Map(messages.flatMap(({ calls = [] }) => calls.map(({ id, name }) => [id, name])));
  return {
    system,
    tools,
    text: messages[wrote]?.texts[0] ?? '',
    toolResults: messages
      .slice(answered + 1)
      .flatMap(({ results = [] }) => results)
      .map(({ id, name = names.get(id) ?? id, text }) => ({ name, text })),
    round: messages.slice(wrote + 1).filter(({ by }) => by === 'model').length,
  };
}
