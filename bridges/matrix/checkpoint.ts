/** The checkpoint: where the next sync goes on, and how many messages were counted, which is their order. */

export interface Checkpoint {
  /** The homeserver's token. */
  since: string;
  /** The position of the last message. */
  position: number;
}

export const writeCheckpoint = ({ since, position }: Checkpoint): string => `${position}|${since}`;

/** Null when there is none yet, or none of ours. */
export function readCheckpoint(text: string | null): Checkpoint | null {
  const [, position, since] = /^(\d{1,15})\|(.+)$/s.exec(text ?? '') ?? [];
  return since === undefined ? null : { since, position: Number(position) };
}
