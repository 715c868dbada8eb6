/** Who may write: the code that binds an owner, and everybody else. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../journal/journal.js';
import { CODE_LIFETIME, Linking } from './linking.js';
import { message, temporaryJournal } from '../test-rig.js';

let journal: Journal;
let now: number;
let linked: number;
let linking: Linking;
const open = (): Linking =>
  new Linking(
    journal,
    'telegram',
    () => linked++,
    () => now,
  );

beforeEach(() => {
  journal = temporaryJournal();
  now = 1_000_000;
  linked = 0;
  linking = open();
});

const link = (sender = 'owner', code = linking.newCode().code) => linking.admit(sender, `/link ${code}`);
const WRONG = '/link AAAAAAAAA';

describe('a code', () => {
  it('is nine letters that nobody mistypes, and no two are alike', () => {
    const codes = Array.from({ length: 500 }, () => linking.newCode().code);
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-Z]{9}$/);
    expect(new Set(codes).size).toBe(500);
  });

  it('uses its 31 letters evenly, which makes 44 bits', () => {
    const counts = new Map<string, number>();
    for (let at = 0; at < 700; at++) {
      for (const letter of linking.newCode().code) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.size).toBe(31);
    expect(9 * Math.log2(31)).toBeGreaterThan(44);
    // 203 of each are expected; six standard deviations either way.
    for (const count of counts.values()) expect(Math.abs(count - 203)).toBeLessThan(85);
  });

  it('is not in the journal, whoever reads that', () => {
    const { code } = linking.newCode();
    expect(JSON.stringify(journal.all('SELECT * FROM facts'))).not.toContain(code);
  });

  it('makes its sender the owner, in any case and with the name of the bot', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('/link', '/LINK', '/start', '/link@my_bot', '!link'),
        fc.constantFrom(' ', '   ', '\n'),
        fc.func(fc.boolean()),
        (command, space, lower) => {
          const { code } = linking.newCode();
          const typed = code
            .split('')
            .map((letter) => (lower(letter) ? letter.toLowerCase() : letter))
            .join('');
          const before = linked;
          expect(linking.admit('owner', `${command}${space}${typed} `)).toMatchObject({
            admitted: false,
            reply: expect.stringMatching(/^Linked\./) as unknown,
          });
          expect(linked).toBe(before + 1);
          expect(linking.admit('owner', 'hello')).toEqual({ admitted: true, reply: null });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('counts until its last moment, and not after', () => {
    const { code, expiresAt } = linking.newCode();
    expect(expiresAt).toBe(now + 10 * 60_000);
    now = expiresAt + 1;
    expect(link('owner', code).reply).toMatch(/no longer valid/);
    now = expiresAt;
    expect(link('owner', code).reply).toMatch(/^Linked/);
  });

  it('works once', () => {
    const { code } = linking.newCode();
    link('owner', code);
    expect(linking.admit('thief', `/link ${code}`).reply).not.toMatch(/^Linked/);
    expect(linking.admit('thief', 'hello').admitted).toBe(false);
    expect(linked).toBe(1);
  });

  it('is void after five wrong tries, whoever made them', () => {
    const { code } = linking.newCode();
    const replies = ['a', 'b', 'a', 'c', 'd'].map((sender) => linking.admit(sender, WRONG).reply);
    expect(replies.map((reply) => /(\d) tr|new one/.exec(reply ?? '')?.[1])).toEqual([
      '4',
      '3',
      '2',
      '1',
      undefined,
    ]);
    expect(link('owner', code).reply).toMatch(/no longer valid/);
    expect(linking.hasOwner).toBe(false);
  });

  it('still works after four wrong tries and a restart', () => {
    const { code } = linking.newCode();
    for (let at = 0; at < 4; at++) linking.admit('owner', WRONG);
    linking = open();
    expect(link('owner', code).reply).toMatch(/^Linked/);
  });

  it('is void once there is a newer one', () => {
    const old = linking.newCode().code;
    const { code } = linking.newCode();
    expect(link('owner', old).reply).toMatch(/wrong/);
    expect(link('owner', code).reply).toMatch(/^Linked/);
  });

  it.each(['', '/link', '/link ', 'CODE', 'link CODE', '/link CODE and more', '/links CODE', 'x /link CODE'])(
    'is not taken from %j',
    (shape) => {
      const { code } = linking.newCode();
      linking.admit('owner', shape.replace('CODE', code));
      expect(linking.hasOwner).toBe(false);
    },
  );
});

describe('the owner', () => {
  it('is admitted with whatever else, and keeps /link to itself', () => {
    const { code } = linking.newCode();
    link('owner', code);
    expect(linking.admit('owner', '/help')).toEqual({ admitted: true, reply: null });
    expect(linking.admit('owner', '/link me with my sister please')).toEqual({ admitted: true, reply: null });
    expect(linking.admit('owner', `/link ${code}`)).toMatchObject({
      admitted: false,
      reply: expect.stringMatching(/already/) as unknown,
    });
  });

  it('is still the owner after a restart', () => {
    link();
    expect(open().admit('owner', 'hello').admitted).toBe(true);
  });

  it('is nobody any more once a new code is made', () => {
    link();
    linking.newCode();
    expect(linking.hasOwner).toBe(false);
    expect(linking.admit('owner', 'hello').admitted).toBe(false);
  });

  it('is nobody once the channel is unlinked, and no old code helps', () => {
    const { code } = linking.newCode();
    journal.setFact('telegram.checkpoint', '9');
    linking.forget();
    expect(link('owner', code).reply).not.toMatch(/^Linked/);
    expect(journal.fact('telegram.checkpoint')).toBeNull();
  });
});

describe('a stranger', () => {
  it('is refused once, in words, and then in silence', () => {
    link();
    expect(linking.admit('stranger', 'hello')).toMatchObject({
      admitted: false,
      reply: expect.stringMatching(/private/) as unknown,
    });
    expect(linking.admit('stranger', 'hello')).toEqual({ admitted: false, reply: null });
    expect(open().admit('stranger', WRONG)).toEqual({ admitted: false, reply: null });
    expect(linking.admit('another', 'hello').reply).not.toBeNull();
  });

  it('is told about the code once while there is no owner', () => {
    linking.newCode();
    expect(linking.admit('somebody', 'hello').reply).toMatch(/send \/link/);
    expect(linking.admit('somebody', 'hello').reply).toBeNull();
  });

  it('is told once that a code is no longer valid', () => {
    expect(linking.admit('somebody', WRONG).reply).toMatch(/no longer valid/);
    expect(linking.admit('somebody', WRONG).reply).toBeNull();
  });

  it('is one of a thousand that are kept, by a hash; the rest get silence', () => {
    link();
    journal.transaction(() => {
      for (let at = 0; at < 1_000; at++) expect(linking.admit(`stranger ${at}`, 'x').reply).not.toBeNull();
      for (let at = 1_000; at < 1_100; at++) expect(linking.admit(`stranger ${at}`, 'x').reply).toBeNull();
    });
    const kept = journal.all<{ sender_hash: string }>('SELECT sender_hash FROM refused_senders');
    expect(kept).toHaveLength(1_000);
    for (const { sender_hash } of kept) expect(sender_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('cannot become the owner by writing like one', () => {
    link('1234');
    for (const sender of ['', ' 1234', '1234 ', '01234', 'null'])
      expect(linking.admit(sender, 'x').admitted).toBe(false);
  });
});

it('a code lives ten minutes', () => expect(CODE_LIFETIME).toBe(600_000));

describe('the owner', () => {
  const chat = (id: string) => id as never;
  const linkedIn = (where: string, sender = 'owner') =>
    linking.admit(sender, `/link ${linking.newCode().code}`, chat(where));
  const writesIn = (where: string) => journal.accept('telegram', [message('x', where)], null, 'delivered');

  it('is known with the time and the chat', () => {
    expect([linking.owner, linking.chat, linking.ownerSince]).toEqual([null, null, null]);
    linkedIn('home');
    expect([linking.owner, linking.chat, linking.ownerSince]).toEqual(['owner', 'home', now]);
    writesIn('topic');
    expect(linking.chat).toBe('topic');
  });

  it('who is removed is a stranger, and is not written to', () => {
    linkedIn('home');
    writesIn('home');
    linking.removeOwner();
    expect([linking.owner, linking.chat, linking.ownerSince]).toEqual([null, null, null]);
    expect(linking.knowsChat(chat('home'))).toBe(false);
    expect(linking.admit('owner', 'hello').admitted).toBe(false);
  });

  it('who comes anew gets none of the chats of the one before', () => {
    linkedIn('home');
    writesIn('home');
    expect(linking.knowsChat(chat('home'))).toBe(true);
    linkedIn('elsewhere', 'other');
    expect([linking.knowsChat(chat('home')), linking.knowsChat(chat('elsewhere'))]).toEqual([false, true]);
    expect(linking.chat).toBe('elsewhere');
  });

  it('who comes back keeps theirs', () => {
    linkedIn('home');
    writesIn('topic');
    linkedIn('home');
    expect(linking.knowsChat(chat('topic'))).toBe(true);
  });
});

describe('an owner who is known from the linking itself', () => {
  const home = 'home' as never;

  it('needs no code, and an earlier one is void', () => {
    const { code } = linking.newCode();
    linking.bind('me', home);
    expect([linking.owner, linking.chat, linking.ownerSince]).toEqual(['me', 'home', now]);
    expect(linking.admit('me', 'hello', home)).toEqual({ admitted: true, reply: null });
    expect(linking.admit('thief', `/link ${code}`).reply).not.toMatch(/^Linked/);
    expect(linking.owner).toBe('me');
  });

  it('sees nothing of what was said to another before', () => {
    linking.bind('before', home);
    journal.accept('telegram', [message('x', 'theirs')], null, 'delivered');
    linking.forget();
    linking.bind('after', home);
    expect([linking.chat, linking.knowsChat('theirs' as never)]).toEqual(['home', false]);
  });
});

describe('a group', () => {
  const [home, group] = ['home', 'group'] as never[];
  beforeEach(() => linking.bind('owner', home!));
  const says = (text: string, sender = 'owner', where = group) => linking.admit(sender, text, where);

  it('is open from /allow to /disallow, over a restart', () => {
    expect(linking.allowsGroup(group!)).toBe(false);
    expect(says('/allow')).toMatchObject({
      admitted: false,
      reply: expect.stringMatching(/in this group/) as unknown,
    });
    expect([open().allowsGroup(group!), open().allowsGroup(home!)]).toEqual([true, false]);
    expect(says('!Disallow@my_bot ')).toMatchObject({ admitted: false });
    expect(open().allowsGroup(group!)).toBe(false);
  });

  it.each(['/allow me', 'allow', '/allowed', ' /allow'])(
    'is not opened by %j, which is for the assistant',
    (text) => {
      expect(says(text)).toEqual({ admitted: true, reply: null });
      expect(linking.allowsGroup(group!)).toBe(false);
    },
  );

  it('is opened by nobody else', () => {
    expect(says('/allow', 'stranger').admitted).toBe(false);
    says('/allow', 'stranger');
    expect(linking.allowsGroup(group!)).toBe(false);
    says('/allow');
    says('/disallow', 'stranger');
    expect(linking.allowsGroup(group!)).toBe(true);
  });

  it('is none where the owner is alone, and none where nobody says which', () => {
    expect(says('/allow', 'owner', home).reply).toMatch(/it is yours/);
    expect(linking.admit('owner', '/allow')).toEqual({ admitted: true, reply: null });
    expect(linking.allowsGroup(home!)).toBe(false);
  });

  it('is closed with the owner who opened it, and with the link', () => {
    for (const end of [() => linking.removeOwner(), () => linking.newCode(), () => linking.forget()]) {
      linking.bind('owner', home!);
      says('/allow');
      end();
      expect(linking.allowsGroup(group!)).toBe(false);
    }
  });

  it('is not where the owner is written to', () => {
    says('/allow');
    journal.accept('telegram', [message('x', 'group')], null, 'delivered');
    expect(linking.chat).toBe('home');
    says('/disallow');
    expect(linking.chat).toBe('group');
  });

  it('is one of a hundred', () => {
    for (let at = 0; at < 100; at++) says('/allow', 'owner', `group ${at}` as never);
    expect(says('/allow').reply).toMatch(/100 groups/);
    expect(linking.allowsGroup(group!)).toBe(false);
  });
});
