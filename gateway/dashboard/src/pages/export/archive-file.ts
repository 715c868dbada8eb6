/** What can be seen of a file before it is sent: whether it may be an export at all. */

/** Bytes. As contracts/archive.ts has it. */
export const MOST = 1_200_000_000;
const FIRST_LINE = 'age-encryption.org/v1\n';

export type Trouble = 'other' | 'large';

/** Null when it may be one. */
export async function troubleWith(file: Blob): Promise<Trouble | null> {
  const head = await file.slice(0, FIRST_LINE.length).text();
  if (head !== FIRST_LINE) return 'other';
  return file.size > MOST ? 'large' : null;
}
