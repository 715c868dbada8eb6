/** Groups on Telegram: silent until the owner allows one, then for the owner alone, and never for anybody else. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatId } from '../../contracts/ids.js';
import { refusalOf } from '../conformance.js';
import { soon } from '../recording-host.js';
import type { Admission } from '../bridge.js';
import { OWNER, startRig, STRANGER, type Rig } from './test-rig.js';

const GROUP = -100500;
const group = chatId.parse(String(GROUP));
const part = { body: 'hi', plain: 'hi' };

let rig: Rig;
let asked: [sender: string, text: string, chat: string | undefined][];
let answer: Admission;
beforeEach(async () => {
  rig = await startRig();
  asked = [];
  answer = { admitted: true, reply: null };
  rig.host.admit = (sender: string, text?: string, chat?: string) => {
    asked.push([sender, text ?? '', chat]);
    return answer;
  };
  rig.bridge.start();
  await rig.host.reaches('connected');
});
afterEach(() => rig.close());

const say = (text: string, userId = OWNER, more: object = {}): unknown =>
  rig.telegram.say(rig.bot, { userId, chatId: GROUP, text, ...more });
const inGroup = (): string[] => rig.telegram.messages(rig.bot, GROUP).map(({ text }) => text);
/** Everything that was said before is through. */
async function through(): Promise<void> {
  rig.telegram.say(rig.bot, { userId: OWNER, text: 'and here?' });
  await soon(() => expect(rig.host.texts()).toContain('and here?'));
}

describe('a group', () => {
  it('that the owner has not allowed is not listened in', async () => {
    say('@ara_test_bot what now?');
    await through();
    expect(rig.host.texts()).toEqual(['and here?']);
    expect(inGroup()).toEqual([]);
  });

  it.each(['/allow', '/allow@ara_test_bot', '@ara_test_bot /allow'])('is opened by %s', async (text) => {
    answer = { admitted: false, reply: 'I answer you here.' };
    say(text, OWNER, { threadId: 9 });
    await soon(() => expect(inGroup()).toEqual(['I answer you here.']));
    expect(asked).toEqual([[String(OWNER), '/allow', group]]);
  });

  it('that is allowed is listened in where Ara is meant, in every topic, and answered in', async () => {
    rig.host.groups.add(group);
    say('to all');
    say('@ara_test_bot one');
    say('@ara_test_bot two', OWNER, { threadId: 9 });
    await soon(() => expect(rig.host.texts()).toEqual(['one', 'two']));
    for (const { chat } of rig.host.journal) await rig.bridge.send(chat, part);
    expect(inGroup()).toEqual(['hi', 'hi']);
  });

  it('never hears anybody else, who is not even asked about', async () => {
    rig.host.groups.add(group);
    for (const text of ['@ara_test_bot hello', '/allow', '/link ABC', '/link@ara_test_bot ABC'])
      say(text, STRANGER);
    rig.telegram.push(rig.bot, {
      message: {
        message_id: 77,
        date: 1_795_400_000,
        chat: { id: GROUP, type: 'supergroup', title: 'Trip' },
        from: { id: STRANGER, is_bot: false, first_name: 'Stan' },
        caption: '@ara_test_bot',
        poll: {},
      } as never,
    });
    await through();
    expect(asked.map(([sender]) => sender)).toEqual([String(OWNER)]);
    expect([rig.host.texts(), inGroup()]).toEqual([['and here?'], []]);
  });

  it('is not written to where it is not allowed', async () => {
    say('a message, so that the bot is there');
    expect(await refusalOf(rig.bridge.send(group, part))).toBe('refused');
    const file = { name: 'a', path: '/dev/null', size: 0, kind: 'file', type: 'text/plain' } as const;
    expect(await refusalOf(rig.bridge.sendFile(group, file))).toBe('refused');
    expect(await refusalOf(rig.bridge.edit(chatId.parse(`${GROUP}.9`), '1' as never, part))).toBe('refused');
    expect(inGroup()).toEqual([]);
  });
});
