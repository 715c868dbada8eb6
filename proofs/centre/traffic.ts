/** A user's life in the centre's sight: messages, answers, keys and tokens, in order and in trouble. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sealAnonymously } from '../../contracts/seal.js';
import { anthropicErrors } from '../../test/kit/models/anthropic.js';
import { Installation } from '../../test/kit/installation.js';
import { openaiErrors } from '../../test/kit/models/openai.js';
import { ask, heard, say, setKey, settle, type Person } from '../kit/person.js';
import type { Report } from '../proof.js';
import { anthropicKey, botToken, openaiKey, type Assets } from './assets.js';
import type { ModelScript } from './model-script.js';
import type { WatchedCentre } from './watched-centre.js';

export interface Traffic {
  report: Report;
  centre: WatchedCentre;
  assets: Assets;
  models: ModelScript;
}

/** Characters that every encoder treats in its own way, around the value that is looked for. */
export const said = (value: string): string => `keep "this" <to> yourself & c: ${value} \\ ü 🙂 % 100`;

/** A user whose every property is a value of its own. */
export async function newPerson({ centre, assets }: Traffic): Promise<Person> {
  const { title, ara } = centre;
  const person = await settle(ara, {
    name: `account-of-${title}`,
    keys: { anthropic: anthropicKey(assets.secret(`${title}: Anthropic key`)) },
    owner: assets.id(`${title}: user's id`),
    token: botToken(assets.secret(`${title}: bot token`)),
    botUsername: `bot_${assets.text(`${title}: name of the bot`)}`,
    firstName: `Ann ${assets.text(`${title}: name of the user and the chat`)}`,
    username: `ann_${assets.text(`${title}: user name of the user`)}`,
  });
  assets.add(`${title}: link code`, person.code);
  centre.people.push(person);
  return person;
}

/** One message and its answer, both watched. */
export async function conversation(traffic: Traffic, person: Person, suffix = ''): Promise<void> {
  const { centre, assets, models } = traffic;
  const question = assets.text(`${centre.title}: text asked${suffix}`);
  const answer = assets.text(`${centre.title}: text answered${suffix}`);
  models.to(question, { text: said(answer) });
  await ask(centre.ara, person, said(question), (text) => text.includes(answer));
}

/** The provider refuses the key and repeats it in its refusal; the user must be told something that is not that. */
export async function refusedKeys(traffic: Traffic, person: Person): Promise<void> {
  const { centre, assets, models, report } = traffic;
  const { ara, title } = centre;
  await conversation(traffic, person);
  await setKey(ara, person.id, 'openai', openaiKey(assets.secret(`${title}: OpenAI key`)));
  await ara.api('DELETE', `/v1/accounts/${person.id}/keys/anthropic`);
  await conversation(traffic, person, ' of OpenAI');
  for (const [provider, error] of [
    ['OpenAI', openaiErrors.badKey],
    ['Anthropic', anthropicErrors.badKey],
  ] as const) {
    if (provider === 'Anthropic') {
      await ara.api('DELETE', `/v1/accounts/${person.id}/keys/openai`);
      await setKey(
        ara,
        person.id,
        'anthropic',
        anthropicKey(assets.secret(`${title}: second Anthropic key`)),
      );
    }
    const question = assets.text(`${title}: text that ${provider} refused`);
    models.to(question, { error: { ...error, echoKey: true } });
    await ask(ara, person, said(question), () => true);
  }
  const told = ara.internet.telegram.transcript(person.bot, person.owner);
  const leaked = [...assets.values].filter(([name, value]) => assets.isSecret(name) && told.includes(value));
  report.check(leaked.length === 0, `the user was told ${leaked.map(([name]) => name).join(', ')}`);
}

/** What comes in crooked: from strangers, from groups, from whoever calls the API wrongly. */
export async function crookedCalls({ centre, assets, report }: Traffic, person: Person): Promise<void> {
  const { ara, title, http } = centre;
  const { telegram } = ara.internet;
  telegram.say(person.bot, {
    userId: assets.id(`${title}: stranger's id`),
    text: said(assets.text(`${title}: text of a stranger`)),
    firstName: assets.text(`${title}: name of a stranger`),
  });
  const group = {
    id: -assets.id(`${title}: id of a group`),
    title: assets.text(`${title}: name of a group`),
  };
  telegram.push(person.bot, {
    message: {
      message_id: 1,
      date: Math.floor(Date.now() / 1_000),
      chat: { ...group, type: 'supergroup' },
      from: { id: person.owner, is_bot: false, first_name: person.firstName },
      text: said(assets.text(`${title}: text in a group`)),
    } as never,
  });
  const account = `/v1/accounts/${person.id}`;
  const refusedToken = { token: botToken(assets.secret(`${title}: token that Telegram refused`)) };
  const { publicKey } = await ara.api<{ publicKey: string }>('GET', `${account}/public-key`);
  const sealed = sealAnonymously(Buffer.from(publicKey, 'base64'), Buffer.from(JSON.stringify(refusedToken)));
  const secret = (what: string): string => assets.secret(`${title}: ${what}`);
  const statuses = [
    await http.call('POST', `${account}/channels/telegram`, { sealed }),
    await http.call('PUT', `${account}/keys/anthropic`, { key: `${secret('key with a blank')} x` }),
    await http.call(
      'PUT',
      `${account}/keys/anthropic`,
      Buffer.from(`{"key": "${secret('key in broken JSON')}`),
    ),
    await http.call('PUT', `${account}/keys/anthropic`, { [secret('key as a name')]: 1 }),
    await http.call('PUT', `${account}/keys/anthropic`, {
      key: secret('key in a body too large').padEnd(100_000, 'x'),
    }),
    await http.call('GET', account, undefined, { authorization: `Bearer ${secret('wrong operator token')}` }),
    await webhook(traffic(`text with a wrong secret`), 'wrong'),
    await webhook(traffic('text without a secret')),
  ];
  report.check(
    statuses.every((status) => status >= 400 && status < 500),
    `crooked calls were answered ${statuses.join(' ')}`,
  );

  function traffic(what: string): Buffer {
    const text = said(assets.text(`${title}: ${what}`));
    return Buffer.from(JSON.stringify({ update_id: 1, message: { text, from: { id: person.owner } } }));
  }

  function webhook(body: Buffer, secretToken?: string): Promise<number> {
    const headers: Record<string, string> = secretToken
      ? { 'x-telegram-bot-api-secret-token': secretToken }
      : {};
    return http.call('POST', `/webhooks/telegram/${person.id}`, body, headers);
  }
}

/** Somebody writes into Redis: nonsense, a box that no key opens, and one that was sealed by a stranger. */
export async function forgedJobs({ centre, assets, report }: Traffic, person: Person): Promise<void> {
  const { inbound } = centre.redis;
  const nonsense = assets.forgery(`${centre.title}: forged job`);
  const inBox = assets.forgery(`${centre.title}: forged box`);
  const box = (kind: string) => ({
    v: 1,
    kind,
    account: person.id,
    channel: 'telegram',
    id: randomBytes(16).toString('hex'),
    nonce: randomBytes(24).toString('base64'),
    box: Buffer.from(said(inBox)).toString('base64'),
  });
  await inbound.add(nonsense, { [nonsense]: nonsense, account: person.id });
  await inbound.add('message', box('message'));
  await inbound.add('webhook', box('webhook'));
  await Installation.until(async () => {
    const {
      waiting = 0,
      active = 0,
      delayed = 0,
    } = await inbound.getJobCounts('waiting', 'active', 'delayed');
    return waiting + active + delayed === 0;
  });
  const told = JSON.stringify(centre.ara.internet.anthropic.requests.map(({ body }) => body));
  report.check(!told.includes(nonsense) && !told.includes(inBox), 'a forged job reached the model');
}

/** The container is frozen: what comes meanwhile waits, by polling at the platform, by webhooks in Redis. */
export async function frozen({ centre, assets, models, report }: Traffic, person: Person): Promise<void> {
  const { ara, title, redis } = centre;
  const question = assets.text(`${title}: text sent to a frozen container`);
  const answer = assets.text(`${title}: text answered after it`);
  models.to(question, { text: said(answer) });
  const container = ara.container(person);
  await container.pause();
  const answered = heard(ara, person, ({ text }) => text.includes(answer), 15_000);
  try {
    say(ara, person, said(question));
    if (title === 'webhooks') {
      await Installation.until(
        async () => (await redis.inbound.getJobCountByTypes('active', 'waiting', 'delayed')) > 0,
      );
      report.step('webhooks: a job waits in Redis for a frozen container');
    } else await sleep(500);
    await redis.remember();
  } finally {
    await container.unpause();
  }
  await answered;
}
