/** The longer lists of the dashboard's sample data. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
const dayOf = (daysAgo: number): string => ago(daysAgo * DAY).slice(0, 10);

export function models() {
  const model = (
    provider: string,
    name: string,
    contextTokens: number,
    images: boolean,
    input: number,
    output: number,
  ) => ({
    provider,
    model: name,
    contextTokens,
    images,
    price: { input, output, cacheRead: input / 10, cacheWrite: input * 1.25 },
  });
  return [
    model('anthropic', 'claude-sonnet-5-5', 1_000_000, true, 2, 10),
    model('anthropic', 'claude-opus-5-5', 1_000_000, true, 4, 20),
    model('anthropic', 'claude-haiku-5-5', 100_000, true, 0.1, 0.5),
    model('openai', 'gpt-6-sol', 272_000, true, 2, 10),
    model('openai', 'gpt-6-luna', 272_000, true, 0.1, 0.5),
    model('google', 'gemini-4-flash', 1_000_000, true, 0.3, 2.5),
  ];
}

export function usage() {
  const wave = (n: number): number => Math.round(8 + 6 * Math.sin(n * 0.9) + (n % 4));
  return Array.from({ length: 31 }, (_, day) => day).flatMap((day) => {
    const row = (channel: string, provider: string, model: string, messages: number, price: number) => ({
      day: dayOf(day),
      channel,
      provider,
      model,
      outcome: 'answered',
      messages,
      inputTokens: messages * 7_900,
      cachedTokens: messages * 5_200,
      outputTokens: messages * 940,
      costMicros: messages * price,
    });
    return [
      row('telegram', 'anthropic', 'claude-sonnet-5-5', wave(day), 14_800),
      row('web', 'openai', 'gpt-6-luna', Math.max(0, wave(day + 5) - 8), 2_100),
      ...(day === 4
        ? [{ ...row('telegram', 'anthropic', 'claude-sonnet-5-5', 2, 0), outcome: 'failed' }]
        : []),
    ];
  });
}

export function flows() {
  return Array.from({ length: 7 }, (_, day) => day).flatMap((day) => {
    const row = (
      host: string,
      purpose: string,
      connections: number,
      bytesUp: number,
      bytesDown: number,
      refused = 0,
    ) => ({
      day: dayOf(day),
      host,
      purpose,
      connections,
      refused,
      bytesUp,
      bytesDown,
      lastAt: ago(day * DAY + 11 * MINUTE),
    });
    return [
      row('api.anthropic.com', 'model anthropic', 22, 1_840_000, 412_000),
      row('api.telegram.org', 'channel telegram', 310, 96_000, 221_000),
      row('api.openai.com', 'model openai', 3, 140_000, 31_000),
      ...(day === 1
        ? [row('wttr.in', 'tool', 2, 1_400, 9_800), row('tracker.example.net', 'refused', 0, 0, 0, 4)]
        : []),
    ];
  });
}

export function holdings(isNew: boolean) {
  const line = (
    what: string,
    where: string,
    items: number | null,
    bytes: number | null,
    encrypted: boolean,
  ) => ({
    what,
    where,
    items: isNew && items !== null ? Math.min(items, 1) : items,
    bytes: isNew && bytes !== null ? 0 : bytes,
    encrypted,
  });
  return [
    line('conversations', 'container', 58, 1_204_000, false),
    line('memory', 'container', 14, 31_000, false),
    line('files', 'container', 22, 18_400_000, false),
    line('channel-credentials', 'container', 1, 46, true),
    line('api-keys', 'database', 3, 412, true),
    line('account', 'database', 1, 310, false),
    line('sessions', 'database', 2, 480, false),
    line('usage-figures', 'database', 63, 9_100, false),
    line('data-flows', 'database', 24, 3_300, false),
    line('audit-trail', 'database', 31, 2_700, false),
    line('queue', 'queue', 0, 0, true),
  ];
}

export function memory() {
  const text =
    '# Johanna\n\n- Lives in Leipzig with Mattis and the cat Pünktchen\n- Allergic to hazelnuts\n- Prefers trains to planes\n';
  return new Map([
    ['MEMORY.md', { text, changedAt: Date.now() - HOUR }],
    [
      `${dayOf(0)}.md`,
      { text: '- Asked about trains to Vienna on 12 December\n', changedAt: Date.now() - HOUR },
    ],
    [`${dayOf(1)}.md`, { text: '- Planned the birthday dinner\n', changedAt: Date.now() - DAY }],
  ]);
}

/** Paths with their sizes; a path that ends in a slash is a folder. */
export function files() {
  return new Map([
    ['recipes/', 0],
    ['recipes/plum-cake.md', 2_310],
    ['travel/', 0],
    ['travel/vienna-tickets.pdf', 184_200],
    ['shopping-list.md', 412],
    ['birthday.jpg', 2_840_000],
  ]);
}

export function conversations() {
  const turn = (position: number, question: string, answer: string, minutes: number, state = 'answered') => ({
    position,
    sentAt: Date.now() - minutes * MINUTE,
    question,
    answer,
    state,
    model: 'claude-sonnet-5-5' as string | null,
  });
  return [
    {
      id: 'web-1',
      channel: 'web',
      turns: [
        turn(
          1,
          'What should I cook tonight? I have plums.',
          'A **plum cake** of course, but as a *dinner*:\n\n1. Pork with plums and thyme\n2. Dumplings with plums\n\n```\n200 g flour\n2 eggs\n```\n\nShall I write the shopping list?',
          130,
        ),
        turn(2, 'Yes please', 'Done, it is in `shopping-list.md`. You need flour, eggs and thyme.', 125),
      ],
    },
    {
      id: 'tg-7',
      channel: 'telegram',
      turns: [
        turn(
          1,
          'Trains to Vienna on 12 December?',
          '| Leaves | Arrives | Changes |\n|---|---|---|\n| 07:31 | 14:18 | 1 |\n| 09:31 | 16:18 | 1 |\n\nI would take the first one; the second has **7 minutes** to change in Nuremberg.',
          60,
        ),
        turn(2, 'Remind me to book on Friday at 10', 'I will remind you on Friday at 10:00.', 58),
      ],
    },
    {
      id: 'tg-5',
      channel: 'telegram',
      turns: [
        turn(
          1,
          'Plan the birthday dinner for eight people, one of them vegan',
          'Here is a plan in three courses.',
          1_500,
        ),
      ],
    },
  ];
}
