/** The signs that a bot may put on a message. */
import type { ReactionTypeEmoji } from 'grammy/types';

type Emoji = ReactionTypeEmoji['emoji'];

/** In the order of Telegram's documentation; one that is misspelled does not compile. */
const ALLOWED: readonly Emoji[] = [
  ...(['👍', '👎', '❤', '🔥', '🥰', '👏', '😁', '🤔', '🤯', '😱', '🤬', '😢', '🎉', '🤩', '🤮'] as const),
  ...(['💩', '🙏', '👌', '🕊', '🤡', '🥱', '🥴', '😍', '🐳', '❤‍🔥', '🌚', '🌭', '💯', '🤣', '⚡'] as const),
  ...(['🍌', '🏆', '💔', '🤨', '😐', '🍓', '🍾', '💋', '🖕', '😈', '😴', '😭', '🤓', '👻', '👨‍💻'] as const),
  ...(['👀', '🎃', '🙈', '😇', '😨', '🤝', '✍', '🤗', '🫡', '🎅', '🎄', '☃', '💅', '🤪', '🗿'] as const),
  ...(['🆒', '💘', '🙉', '🦄', '😘', '💊', '🙊', '😎', '👾', '🤷‍♂', '🤷', '🤷‍♀', '😡'] as const),
];

/** Telegram writes them without the mark that asks for a picture. Null for a sign that it does not have. */
export function reactionFor(emoji: string): Emoji | null {
  const bare = emoji.replaceAll('\uFE0F', '');
  return ALLOWED.find((each) => each === bare) ?? null;
}
