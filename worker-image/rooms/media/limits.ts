/** How much of a file that comes from a chat is taken, for both rooms. */

/** Largest file that comes from a chat, in bytes: what Telegram gives a bot. */
export const MAX_INCOMING = 20_000_000;

/** Longest speech that is written down, in seconds. */
export const MAX_SPEECH_SECONDS = 600;
