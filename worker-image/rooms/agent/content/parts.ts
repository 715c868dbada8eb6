/** What the content is made of. */
import type { Assistant } from '../assistant.js';
import type { ChatKey } from '../conversation/conversation.js';

export interface ContentParts {
  assistant: Assistant;
  /** Whether an answer is being written in this chat. */
  isAnswering: (chat: ChatKey) => boolean;
  /** Ends this process; the next errand starts another. */
  startAnew: () => void;
}
