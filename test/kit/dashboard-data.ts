/** Sample data of the dashboard: somebody who has used Ara for a month, somebody new, and a day with troubles. */

export type Scenario = 'settled' | 'new' | 'trouble' | 'signed-out' | 'fresh';

export type DashboardData = ReturnType<typeof sampleData>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
const dayOf = (daysAgo: number): string => ago(daysAgo * DAY).slice(0, 10);
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export function sampleData(scenario: Scenario) {
  const isNew = scenario === 'new';
  const trouble = scenario === 'trouble';
  return {
    installation: {
      fresh: scenario === 'fresh',
      signUp: 'invitation',
      organisation: 'Example GmbH' as string | null,
    },
    signedIn: scenario !== 'signed-out' && scenario !== 'fresh',
    /** Whether calls that need proof are let through. */
    proven: true,
    session: {
      account: { id: uuid(1), name: 'Johanna', role: 'operator', email: null as string | null },
      session: 's-1',
      provenUntil: null as string | null,
      methods: {
        password: true,
        passkeys: 2,
        authenticator: !isNew,
        recoveryCodesLeft: isNew ? 0 : 7,
        organisation: false,
      },
    },
    container: {
      state: isNew ? 'asleep' : 'awake',
      wakeAt: isNew ? null : new Date(Date.now() + 5 * HOUR).toISOString(),
      waiting: isNew ? null : 0,
    },
    channels: [
      {
        kind: 'telegram',
        state: isNew ? 'unlinked' : trouble ? 'needs-relink' : 'connected',
        since: isNew ? null : ago(3 * DAY),
        advice: '',
        lastMessageAt: isNew ? null : ago(7 * MINUTE),
      },
      {
        kind: 'web',
        state: 'connected',
        since: ago(20 * MINUTE),
        advice: '',
        lastMessageAt: isNew ? null : ago(2 * HOUR),
      },
    ],
    owners: isNew ? [] : [{ id: '77123', name: 'Johanna' as string | null, since: ago(31 * DAY) }],
    today: isNew
      ? { messages: 0, inputTokens: 0, outputTokens: 0, costMicros: 0 }
      : { messages: 23, inputTokens: 184_220, outputTokens: 21_840, costMicros: 341_000 },
    alarms: trouble
      ? [
          { kind: 'channel-needs-relink', channel: 'telegram', provider: null },
          { kind: 'key-refused', channel: null, provider: 'anthropic' },
        ]
      : isNew
        ? [{ kind: 'no-key', channel: null, provider: null }]
        : [],
    steps: { key: !isNew, channel: !isNew, message: !isNew },
    keys: isNew
      ? []
      : [
          {
            provider: 'anthropic',
            lastFour: 'x7Qa',
            model: 'claude-sonnet-5-5',
            baseUrl: null as string | null,
            updatedAt: ago(12 * DAY),
          },
          {
            provider: 'openai',
            lastFour: '91bc',
            model: 'gpt-6-luna',
            baseUrl: null,
            updatedAt: ago(2 * DAY),
          },
          {
            provider: 'compatible',
            lastFour: 'home',
            model: 'qwen3-30b-a3b',
            baseUrl: 'https://llm.example.org/v1',
            updatedAt: ago(40 * DAY),
          },
        ],
    models: { date: '2026-11-23', models: models() },
    budget: {
      caps: { day: 1_000_000 as number | null, month: 20_000_000 as number | null },
      today: isNew ? 0 : 341_000,
      thisMonth: isNew ? 0 : 6_420_000,
      rows: [],
    },
    usage: isNew ? [] : usage(),
    flows: isNew ? [] : flows(),
    holdings: holdings(isNew),
    assistant: {
      timeZone: 'Europe/Berlin',
      quietHours: { from: '22:00', to: '07:00' } as { from: string; to: string } | null,
      busy: 'steer',
      fallback: true,
      thinking: 'low',
      heartbeatMinutes: 120 as number | null,
      name: 'Ara' as string | null,
      persona: 'Warm and brief. Answers in German when asked in German.' as string | null,
    },
    memory: isNew ? new Map<string, { text: string; changedAt: number }>() : memory(),
    files: isNew ? new Map<string, number>() : files(),
    conversations: isNew ? [] : conversations(),
    passkeys: [
      { id: uuid(11), name: 'iPhone', createdAt: ago(40 * DAY), lastUsedAt: ago(2 * HOUR) as string | null },
      { id: uuid(12), name: 'YubiKey at home', createdAt: ago(20 * DAY), lastUsedAt: null },
    ],
    sessions: [
      {
        id: 's-1',
        client: 'Firefox on Linux',
        createdAt: ago(2 * DAY),
        lastUsedAt: ago(MINUTE),
        current: true,
      },
      {
        id: 's-2',
        client: 'Safari on iPhone',
        createdAt: ago(21 * DAY),
        lastUsedAt: ago(9 * HOUR),
        current: false,
      },
    ],
    audit: [
      { at: ago(2 * HOUR), action: 'signed-in', by: 'Johanna', account: 'Johanna' },
      { at: ago(3 * HOUR), action: 'sign-in-failed', by: null, account: 'Johanna' },
      { at: ago(2 * DAY), action: 'key-set', by: 'Johanna', account: 'Johanna' },
      { at: ago(3 * DAY), action: 'channel-linked', by: 'Johanna', account: 'Johanna' },
      { at: ago(20 * DAY), action: 'passkey-added', by: 'Johanna', account: 'Johanna' },
      { at: ago(40 * DAY), action: 'signed-up', by: 'Johanna', account: 'Johanna' },
    ],
    users: [
      {
        id: uuid(1),
        name: 'Johanna',
        role: 'operator',
        createdAt: ago(40 * DAY),
        lastSeenAt: ago(MINUTE) as string | null,
        signsIn: true,
        channels: 1,
        messagesThisMonth: 412,
      },
      {
        id: uuid(2),
        name: 'Mattis',
        role: 'user',
        createdAt: ago(21 * DAY),
        lastSeenAt: ago(5 * HOUR),
        signsIn: true,
        channels: 1,
        messagesThisMonth: 96,
      },
      {
        id: uuid(3),
        name: 'Oma Ilse',
        role: 'user',
        createdAt: ago(2 * DAY),
        lastSeenAt: null,
        signsIn: false,
        channels: 0,
        messagesThisMonth: 0,
      },
    ],
    invitations: [
      {
        id: uuid(31),
        role: 'user',
        name: null as string | null,
        createdAt: ago(5 * HOUR),
        expiresAt: new Date(Date.now() + 2 * DAY).toISOString(),
      },
    ],
    containers: {
      runtime: 'docker',
      image: 'ara-worker:local',
      containers: [
        {
          account: uuid(1),
          name: 'Johanna',
          state: 'awake',
          memoryBytes: 91_400_000 as number | null,
          current: true as boolean | null,
          wakeAt: new Date(Date.now() + 5 * HOUR).toISOString() as string | null,
        },
        {
          account: uuid(2),
          name: 'Mattis',
          state: 'asleep',
          memoryBytes: null,
          current: false,
          wakeAt: null,
        },
        { account: uuid(3), name: 'Oma Ilse', state: 'none', memoryBytes: null, current: null, wakeAt: null },
      ],
    },
    health: {
      parts: [
        { part: 'database', ok: true, detail: 'PostgreSQL 18.4' },
        { part: 'queue', ok: !trouble, detail: trouble ? 'does not answer' : 'Redis 8.2' },
        { part: 'containers', ok: true, detail: 'Docker engine 29.1' },
      ],
      queue: { waiting: 0, active: 1, delayed: 3, failed: trouble ? 2 : 0 },
      refusals: [
        { door: 'http', code: 'unauthorized', count: 12 },
        { door: 'webhook', code: 'wrong-secret', count: 3 },
      ],
      startedAt: ago(6 * DAY),
    },
    settings: [
      { name: 'listen.port', value: '8080' },
      { name: 'containers.idleMinutes', value: '15' },
      { name: 'containers.runtime', value: 'docker' },
      { name: 'database.url', value: 'file /run/secrets/database_url' },
      { name: 'signUp', value: 'invitation' },
    ],
  };
}

function models() {
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

function usage() {
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

function flows() {
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
      row('api.anthropic.com', 'model', 22, 1_840_000, 412_000),
      row('api.telegram.org', 'channel', 310, 96_000, 221_000),
      row('api.openai.com', 'model', 3, 140_000, 31_000),
      ...(day === 1
        ? [row('wttr.in', 'tool', 2, 1_400, 9_800), row('tracker.example.net', 'tool', 0, 0, 0, 4)]
        : []),
    ];
  });
}

function holdings(isNew: boolean) {
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

function memory() {
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
function files() {
  return new Map([
    ['recipes/', 0],
    ['recipes/plum-cake.md', 2_310],
    ['travel/', 0],
    ['travel/vienna-tickets.pdf', 184_200],
    ['shopping-list.md', 412],
    ['birthday.jpg', 2_840_000],
  ]);
}

function conversations() {
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
