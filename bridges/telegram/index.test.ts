import { Agent } from 'node:https';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { bridgeConformance } from '../conformance.js';
import { checkTelegramCredential } from './index.js';
import { conformancePlatform, startRig, type Rig } from './test-rig.js';

bridgeConformance('telegram', conformancePlatform);

describe('checkTelegramCredential', () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const check = (token: string): Promise<unknown> =>
    checkTelegramCredential(token, rig.agent, { apiRoot: rig.telegram.url, timing: { call: 300 } }).catch(
      (error: unknown) => error,
    );

  it('tells what people call the bot', async () => {
    rig = await startRig();
    expect(await check(rig.bot.token)).toEqual({ address: '@ara_test_bot' });
  });

  it.each(['1:' + 'x'.repeat(35), '', 'no token', '1:x/../y', '1:x\n'])('refuses %j', async (token) => {
    rig = await startRig();
    expect(await check(token)).toMatchObject({ code: 'bad-credential' });
  });

  it('says when Telegram is not there, does not answer, or is not Telegram', async () => {
    rig = await startRig();
    rig.telegram.fail(rig.bot, 'getMe', 'hang');
    expect(await check(rig.bot.token)).toMatchObject({ code: 'platform-unreachable' });
    rig.telegram.fail(rig.bot, 'getMe', { status: 502 });
    expect(await check(rig.bot.token)).toMatchObject({ code: 'platform-unreachable' });
    await rig.telegram.stop();
    expect(await check(rig.bot.token)).toMatchObject({ code: 'platform-unreachable' });
  });

  it('never shows the token, nor does the bridge', async () => {
    rig = await startRig();
    await rig.telegram.stop();
    const [chat, part] = ['1', { body: 'a', plain: 'a' }] as const;
    const errors = [
      await check(rig.bot.token),
      await rig.bridge.send(chat as never, part).catch((error: unknown) => error),
      await checkTelegramCredential(rig.bot.token, new Agent(), { apiRoot: 'no address' }).catch(
        (e: unknown) => e,
      ),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(rig.bot.token);
    }
  });
});
