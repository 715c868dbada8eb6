/** /privacy tells where the user's data lies and what of it went to whom; `stop` and `allow` close and open a host. */
import type { HostRow } from '../../../../contracts/hosts.js';
import type { HostDecision } from '../../../../contracts/rooms-door.js';
import type { Command } from './command.js';

const WHERE = `**Where your data lies**
- Conversations, memory, files, reminders: in your own container, nowhere else.
- The tokens of your channels: in your container too, encrypted, where I (the assistant) cannot read them.
- Your API keys: encrypted in the database; opened only for the part of your container that calls your provider. I never see them.
- The database knows your account and usage figures, never what you write.`;

const RIGHTS = `**What you can do**
- \`/privacy stop HOST\` cuts a host at once, \`/privacy allow HOST\` opens it again
- /memory shows and forgets, /undo takes a message back, /new starts afresh
- /export gives you everything in one file
- /private asks something that is kept nowhere
- Card numbers, passwords and keys in a message are held until you say what to do`;

export const privacy: Command = {
  name: 'privacy',
  async run({ turn, args, assistant: { door } }) {
    if (/^(?:stop|allow)\b/i.test(args)) return decided(await door.setHost(turn.id));
    const { hosts } = await door.hosts();
    const lines = hosts.filter(({ declared, stopped }) => declared || stopped).map(lineOf);
    const refused = hosts.reduce((sum, row) => sum + row.refused, 0);
    return `${WHERE}\n\n${outside(lines, refused)}\n\n${RIGHTS}`;
  },
};

function outside(lines: string[], refused: number): string {
  const list = lines.length > 0 ? lines.join('\n') : '- nothing yet: no key and no channel is set';
  const tries =
    refused > 0 ? ` ${refused} tries to reach anything else, or a stopped host, were refused.` : '';
  return `**What may leave your container, and did**\n${list}\nNothing else can: this is the list that its door goes by.${tries}`;
}

function lineOf({ host, purpose, stopped, bytesUp, bytesDown }: HostRow): string {
  const used =
    bytesUp + bytesDown > 0 ? `${size(bytesUp)} sent, ${size(bytesDown)} received` : 'not used yet';
  return `- \`${host}\` (${purpose}): ${stopped ? '**stopped**, ' : ''}${used}`;
}

const WORDS: Record<HostDecision['outcome'], (host: string) => string> = {
  stopped: (host) =>
    `\`${host}\` is stopped: its connections are cut, and nothing goes there until you say \`/privacy allow ${host}\`.`,
  allowed: (host) => `\`${host}\` is open again.`,
  'stops-after-this': (host) =>
    `\`${host}\` is stopped as soon as this message is out, and with it this chat: I can neither read nor write here then. Allow it again on the dashboard, under Privacy, or from another chat with \`/privacy allow ${host}\`.`,
  'needs-yes': (host) =>
    `This chat itself goes through \`${host}\`: once it is stopped I can neither read nor write here. You can allow it again on the dashboard, under Privacy, or from another chat. Sure? Send \`/privacy stop ${host} yes\`.`,
  'unknown-host': (host) =>
    `\`${host}\` is not on your list, so nothing can go there anyway. /privacy shows the list.`,
  'not-understood': () =>
    'Which host? Say for example `/privacy stop api.example.com`. /privacy shows the list.',
};

const decided = ({ outcome, host }: HostDecision): string => WORDS[outcome](host ?? '');

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
