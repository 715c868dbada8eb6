/** Scene: four providers behind one port, chosen by the user, with fall-back and tools. */
import { readMemory } from './look-inside.js';
import type { Scene, Stage } from './stage.js';

const PROVIDERS = ['anthropic', 'openai', 'google', 'compatible'] as const;
const OVERLOADED = { error: { status: 529, type: 'overloaded_error', message: 'Overloaded' } };

export const models: Scene = {
  name: 'models',
  async play(stage) {
    await setKeys(stage);
    for (const provider of PROVIDERS) await toolRound(stage, provider);
    await fallback(stage);
    await choices(stage);
  },
};

async function setKeys({ ara, person }: Stage): Promise<void> {
  const keys = `/v1/accounts/${person.id}/keys`;
  for (const provider of ['openai', 'google'] as const) {
    const key = `sk-models-${provider}-0123456789`;
    ara.internet[provider].keys.add(key);
    await ara.api('PUT', `${keys}/${provider}`, { key });
  }
  const server = { baseUrl: 'https://models.example.net/v1', model: 'llama-test', contextTokens: 32_000 };
  await ara.api('PUT', `${keys}/compatible`, { key: 'any-key-of-ours', ...server });
}

/** The same conversation with each: the model calls a tool, gets its result and answers. */
async function toolRound(stage: Stage, provider: (typeof PROVIDERS)[number]): Promise<void> {
  const order = [provider, ...PROVIDERS.filter((each) => each !== provider)];
  await stage.ara.api('PUT', `/v1/accounts/${stage.person.id}/models`, { order });
  const { requests } = stage.ara.internet[provider];
  const before = requests.length;
  const fact = `the ${provider} fact`;
  stage.script([
    `remember ${fact}`,
    { toolCalls: [{ name: 'remember', arguments: { text: fact, where: 'always' } }] },
    ({ toolResults }) => ({ text: `${provider} noted it after ${toolResults.length} result` }),
  ]);
  await stage.asks(`please remember ${fact}`, `${provider} noted it after 1 result`);
  stage.check(
    requests.length === before + 2,
    `${provider} was asked ${requests.length - before} times, not twice`,
  );
  stage.check((await readMemory(stage)).includes(fact), `what ${provider} remembered is not in MEMORY.md`);
}

async function fallback(stage: Stage): Promise<void> {
  await stage.ara.api('PUT', `/v1/accounts/${stage.person.id}/models`, { order: [...PROVIDERS] });
  stage.script(['who is there', { text: 'the next one' }]);
  stage.ara.internet.anthropic.script(() => OVERLOADED);
  const told = await stage.asks('who is there?', 'the next one');
  stage.check(told.includes('Anthropic does not answer, so OpenAI'), 'the user is not told who answers');
  stage.script();
}

async function choices(stage: Stage): Promise<void> {
  const { google, anthropic } = stage.ara.internet;
  await stage.asks('/model', /anthropic[\s\S]*google[\s\S]*compatible/i);
  await stage.asks('/model here gemini-3.8-flash', 'answers in this chat from now on');
  let before = google.requests.length;
  await stage.asks('are you the chosen one?', 'echo: are you the chosen one?');
  stage.check(google.requests.length === before + 1, 'the model chosen for this chat did not answer');
  await stage.asks('/model here default', 'Back to the order of your keys');
  before = anthropic.requests.length;
  await stage.asks('and now?', 'echo: and now?');
  stage.check(anthropic.requests.length === before + 1, 'the default did not come back');
}
