/** Steps in and around the container: the last words, the links at their sources, the rooms' own memory, and the container itself. */
import {
  clearedResponse,
  leaveResponse,
  tellResponse,
  type Removed,
  type WhyNotReached,
} from '../../../../contracts/deletion.js';
import type { DoorClient } from '../../../../contracts/door-http.js';
import type { NotReached } from '../receipt.js';
import type { Step, StepTools, Subject } from '../step.js';

const door = ({ account }: Subject, { containers }: StepTools): Promise<DoorClient> =>
  containers.awakeToDelete(account);

/** Whether there is anything to wake: an account that never had a container has nobody to tell and nothing to unlink. */
async function hasContainer({ account }: Subject, { database }: StepTools): Promise<boolean> {
  const rows = await database.query<unknown[]>('SELECT 1 FROM containers WHERE account_id = $1', [account]);
  return rows.length > 0;
}

export const farewell: Step = {
  name: 'farewell',
  about: 'A last message with the address of this receipt to every linked chat',
  outside: { tries: 2, what: 'last message', why: 'the container or the platform did not answer' },
  within: 20_000,
  async run(of, tools) {
    if (!(await hasContainer(of, tools))) return { removed: {} };
    const { told, missed } = await (
      await door(of, tools)
    ).call('POST', '/v1/deletion/farewell', { kind: of.kind, receipt: of.link }, tellResponse);
    const why = 'the platform did not take it';
    return {
      removed: { 'chats told': told },
      ...(missed > 0 ? { notReached: [{ what: 'last message to a chat', why }] } : {}),
    };
  },
};

const whys: Record<WhyNotReached, string> = {
  'no-answer': 'it did not answer; the credential was destroyed here, not revoked there',
  refused:
    'it no longer takes the credential, which was destroyed here; look there for what is left of the link',
};

export const leave: Step = {
  name: 'unlink',
  about: 'Every channel unlinked at its platform, and connected services revoked',
  outside: {
    tries: 2,
    what: 'platforms of linked channels',
    why: 'the container did not answer; the credentials were destroyed, not revoked',
  },
  within: 25_000,
  async run(of, tools) {
    if (!(await hasContainer(of, tools))) return { removed: {} };
    const { sources } = await (
      await door(of, tools)
    ).call('POST', '/v1/deletion/leave', undefined, leaveResponse);
    const missed = sources.filter(({ reached }) => !reached);
    return {
      removed: { unlinked: sources.length - missed.length },
      notReached: missed.map(({ name, why }) => ({ what: name, why: whys[why ?? 'no-answer'] })),
    };
  },
};

export const container: Step = {
  name: 'container',
  about: 'The container with its volume: conversations, memory, files, reminders, settings, credentials',
  within: 60_000,
  sweeps: true,
  async run({ account }, { containers }) {
    const before = await containers.traces(account);
    await containers.remove(account);
    return { removed: before };
  },
};

export const noteClearing: Step = {
  name: 'stop',
  about: 'What was running is ended, and both rooms know that they begin anew',
  within: 45_000,
  sweeps: true,
  async run(of, tools) {
    // Once as it is, so that it keeps the order; then it ends with everything that still holds a word in its memory.
    const client = await door(of, tools);
    await client.call('POST', '/v1/deletion/clear', { id: of.id, files: of.files });
    await tools.containers.sleep(of.account);
    return { removed: {} };
  },
};

export const clearRooms: Step = {
  name: 'memory',
  about: 'Conversations, memory, search index, texts on their way, scratch; with files the workspace',
  within: 60_000,
  sweeps: true,
  async run(of, tools) {
    const client = await door(of, tools);
    // Noted again: after a crash, or when something was written meanwhile, it is all done once more.
    const { removed } = await client.call('POST', '/v1/deletion/cleared', { id: of.id }, clearedResponse);
    return { removed: removed satisfies Removed };
  },
};

/** What no deletion here can reach, said in every receipt of it. */
export const elsewhere = (kind: Subject['kind']): NotReached[] => [
  {
    what: 'messages in your chats',
    why: 'they lie with the platforms and on the devices of both sides; delete them there',
  },
  {
    what: 'what model providers were sent',
    why: 'each keeps it by its own rules; Ara cannot delete there',
  },
  ...(kind === 'memory'
    ? []
    : [
        {
          what: 'API keys at their providers',
          why: 'a key that was set here still works there; revoke it with the provider',
        },
      ]),
];
