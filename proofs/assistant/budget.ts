/** Scene: what a turn costs is counted, warned of at 50, 80 and 100 %, and refused before the call when it would pass the cap. */
import type { Scene, Stage } from './stage.js';

/** A million tokens of answer cost 10 dollars in the price file. */
const costing = (dollars: number) => ({ text: 'done', inputTokens: 1, outputTokens: dollars * 100_000 });

export const budget: Scene = {
  name: 'budget',
  async play(stage) {
    await stage.asks('/budget', 'no limit');
    await stage.asks('/budget day a lot', 'I could not read an amount');
    await stage.asks('/budget day 0.40', '$0.00 of $0.40');
    await warnedAndRefused(stage);
    await raised(stage);
    await stage.asks('/usage', /claude-sonnet-5-5: \$0\.53, 3 calls/);
    await reminderCounts(stage);
    await onlyFigures(stage);
  },
};

async function warnedAndRefused(stage: Stage): Promise<void> {
  const { requests } = stage.ara.internet.anthropic;
  stage.script(['first task', costing(0.2)], ['second task', costing(0.13)], ['third task', costing(0.2)]);
  await stage.asks('first task', "You have used 50 % of today's budget");
  await stage.asks('second task', "You have used 82 % of today's budget");
  const before = requests.length;
  await stage.asks('third task', 'This would go beyond the budget you set, so I asked no model');
  stage.check(requests.length === before, 'the model was asked over the budget');
}

async function raised(stage: Stage): Promise<void> {
  await stage.asks('/budget day 0.52', '$0.33 of $0.52');
  await stage.asks('third task', "You have used up today's budget");
}

/** What Ara begins by itself is paid from the same purse. */
async function reminderCounts(stage: Stage): Promise<void> {
  const { requests } = stage.ara.internet.anthropic;
  await stage.asks('/budget day 5', 'of $5.00');
  const reminder = { text: 'look into the oven', kind: 'ask', inMinutes: 0.1 };
  stage.script(
    ['set it', { toolCalls: [{ name: 'set_reminder', arguments: reminder }] }, { text: 'It is set.' }],
    ['look into the oven', costing(0.2)],
  );
  await stage.asks('set it', 'It is set.');
  await stage.asks('/budget day 0.53', 'of $0.53');
  const before = requests.length;
  await stage.hears('This would go beyond the budget you set');
  stage.check(requests.length === before, 'a reminder went past the budget');
}

/** The centre knows figures, and nothing of what was said. */
async function onlyFigures(stage: Stage): Promise<void> {
  const { usage } = await stage.ara.status(stage.person.id);
  const words = usage.flatMap((row) => Object.values(row)).filter((value) => !isFigureOrName(value));
  stage.check(usage.length > 0, 'the centre has no figures');
  stage.check(words.length === 0, `usage rows hold more than figures: ${words.join(', ')}`);
}

/** A number, a day, or the short name of a provider, model, channel or outcome; empty where no model was asked. */
const isFigureOrName = (value: unknown): boolean =>
  value === null || typeof value === 'number' || (typeof value === 'string' && /^[\w.:-]{0,40}$/.test(value));
