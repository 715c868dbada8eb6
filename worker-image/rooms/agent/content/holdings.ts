/** How much the container holds, for the page that says where a user's data lies. */
import type * as z from 'zod';
import type { contentHoldings } from '../../../../contracts/content.js';
import type { Assistant } from '../assistant.js';

export async function holdings(assistant: Assistant): Promise<z.infer<typeof contentHoldings>> {
  const [archive, memory, workspace] = await Promise.all([
    assistant.archive(),
    assistant.memory(),
    assistant.workspace(),
  ]);
  const remembered = memory.list();
  const { files: items, bytes } = workspace.usage();
  return {
    conversations: archive.holdings(),
    memory: {
      items: remembered.length,
      bytes: remembered.reduce((total, { bytes: size }) => total + size, 0),
    },
    files: { items, bytes },
  };
}
