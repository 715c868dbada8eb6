/** /export says where the export is made. It is not made here: its passphrase would have to be written into the chat. */
import type { Command } from './command.js';

export const exporting: Command = {
  name: 'export',
  async run({ turn, assistant }) {
    const { address } = await assistant.settings(turn);
    const page = address
      ? `${address}/export`
      : 'the page “Export” of your dashboard (its address, then /export)';
    return `Everything that I keep of you, in one encrypted file, is made on ${page}.

It is encrypted with a passphrase of yours. I do not take that here: what is written into a chat stays with the chat’s platform, and whoever reads it there could open your export.`;
  },
};
