/** Sample data of the dashboard: somebody who has used Ara for a month, somebody new, and a day with troubles. */
import {
  ago,
  conversations,
  DAY,
  files,
  flows,
  holdings,
  HOUR,
  memory,
  MINUTE,
  models,
  usage,
} from './dashboard-records.js';

export type Scenario = 'settled' | 'new' | 'trouble' | 'signed-out' | 'fresh';

export type DashboardData = ReturnType<typeof sampleData>;

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
