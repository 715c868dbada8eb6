/** Leaving: every chat of the owner is told, every source is left, and one that does not answer holds up nobody. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { Bridge, Unlinked } from '../../../../bridges/bridge.js';
import { chatId, type LinkableKind } from '../../../../contracts/ids.js';
import { Leaving } from './leaving.js';
import { ScriptedBridge, temporaryFolder } from '../test-rig.js';

let telegram: ScriptedBridge;
let web: ScriptedBridge;
let left: Unlinked;
let unlinked: LinkableKind[];
let hangs: boolean;
let file: string;
let leaving: Leaving;

beforeEach(() => {
  [telegram, web] = [new ScriptedBridge(), new ScriptedBridge()];
  left = { reached: true };
  unlinked = [];
  hangs = false;
  file = join(temporaryFolder(), 'receipt.json');
  leaving = new Leaving({
    file,
    patience: 50,
    channels: {
      states: () => [{ channel: 'telegram', state: 'connected' }],
      bridge: (kind): Bridge => (kind === 'web' ? web : telegram),
      ownerChat: () => chatId.parse('owner'),
      unlink: async (kind) => {
        if (hangs) await new Promise(() => undefined);
        unlinked.push(kind);
        return left;
      },
    },
  });
});

it('says goodbye in every chat, with the address of the receipt', async () => {
  expect(await leaving.farewell('account', 'https://ara.example/receipt#x')).toEqual({ told: 2, missed: 0 });
  for (const bridge of [telegram, web]) expect(bridge.seen.join()).toContain('https://ara.example/receipt#x');
});

it('counts the chat that did not take it', async () => {
  telegram.plan.push('refused');
  expect(await leaving.farewell('container', 'https://a.example/r#x')).toEqual({ told: 1, missed: 1 });
});

it('sends the receipt as words and as a file, and keeps no copy', async () => {
  const receipt = JSON.stringify({
    receipt: {
      steps: [{ removed: { 'journal texts': 3, none: 0 } }],
      verification: { places: [{}, {}], found: 0 },
    },
  });
  expect(await leaving.done(receipt)).toEqual({ told: 2, missed: 0 });
  const seen = telegram.seen.join('\n');
  expect(seen).toContain('journal texts: 3');
  expect(seen).toContain(`ara-receipt.json: ${receipt}`);
  expect(existsSync(file)).toBe(false);
});

it('leaves every source, and says which did not hear it and why', async () => {
  expect(await leaving.leave()).toEqual([{ name: 'telegram', reached: true, why: null }]);
  expect(unlinked).toEqual(['telegram']);
  left = { reached: false, why: 'refused' };
  expect(await leaving.leave()).toEqual([{ name: 'telegram', ...left }]);
  hangs = true;
  expect(await leaving.leave()).toEqual([{ name: 'telegram', reached: false, why: 'no-answer' }]);
});
