/** What the bridge itself says in a room, and how often. */

export const notices = {
  cannotDecrypt:
    'This room is encrypted, and encryption is off for me. Use a room without it, or link Matrix again with encryption on.',
  mustEncrypt: 'I only talk in encrypted rooms. Turn on encryption in the settings of this room.',
  notEncrypted: 'That message came without encryption, though this room is encrypted. I have not read it.',
  noKey:
    'I could not decrypt a message of yours: its key has not come. I answer it when it comes; else send the message again.',
} as const;

export type Notice = keyof typeof notices;

/** How long one notice stands for all that follow. */
const INTERVAL = 60_000;

export class NoticeClock {
  private readonly said = new Map<string, number>();

  /** Whether it should be said there now; from then on it counts as said. */
  isDue(room: string, notice: Notice): boolean {
    const [name, now] = [`${notice} ${room}`, Date.now()];
    const due = now - (this.said.get(name) ?? 0) >= INTERVAL;
    if (due) this.said.set(name, now);
    return due;
  }
}
