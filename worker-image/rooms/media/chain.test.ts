/** Pictures, voice notes and files through both rooms: from a fake Telegram over the journal and rooms.sock to the model, and back. */
import { join } from 'node:path';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { OWNER, startRig } from '../../../bridges/telegram/test-rig.js';
import { readBody, type DoorCall } from '../../../contracts/door-http.js';
import { CANARY, jpeg } from '../agent/inbox/test-rig.js';
import { AgentRoom } from '../agent/testing/agent-room.js';
import type { FakeRoomsDoor, ModelCall, Provider } from '../agent/testing/fake-rooms-door.js';
import { inTurn, replies, says } from '../agent/testing/provider-streams.js';
import { roomsDoor, type RoomsDoorParts } from '../bridge/rooms-door.js';
import { agentSettings, delivered, DeskRig } from '../bridge/test-rig.js';
import { ogg } from './test-rig.js';

async function chain(provider: Provider, models = agentSettings.models) {
  const telegram = await startRig();
  const rig = new DeskRig({ ...agentSettings, models });
  rig.bridge.fetch = (reference, stop) => telegram.bridge.fetch(reference, stop);
  const calls: ModelCall[] = [];
  const pass = async ({ params, request, response }: DoorCall): Promise<void> => {
    const raw = (await readBody(request, 40_000_000)).toString();
    const isJson = request.headers['content-type'] === 'application/json';
    const body = (isJson ? JSON.parse(raw) : {}) as ModelCall['body'];
    const path = `${params['provider']}/${params['rest']}`;
    calls.push({ path, headers: request.headers, raw, body });
    await provider(calls.at(-1)!, response);
  };
  const server = roomsDoor({
    desk: rig.desk,
    broker: { pass },
    wake: { set: () => undefined, due: false },
    settings: () => agentSettings,
    contentInUse: () => false,
    onAgent: () => undefined,
  } as unknown as RoomsDoorParts);
  const socketPath = join(rig.folder, 'rooms.sock');
  await server.listen(socketPath);
  const folder = join(rig.folder, 'agent');
  mkdirSync(folder);
  const room = new AgentRoom({ socketPath, folder } as FakeRoomsDoor);
  onTestFinished(async () => {
    await room.stop();
    await server.close();
    await telegram.close();
  });
  telegram.bridge.start();
  /** What Telegram has given the bridge by now comes out of the queue. */
  const arrive = async (count: number): Promise<void> => {
    await expect.poll(() => telegram.host.journal.length).toBe(count);
    rig.desk.turns.offer(delivered(rig.journal, ...telegram.host.journal));
  };
  return { telegram, rig, calls, folder, arrive };
}

it('an album of ten pictures is one question, its pictures clean, and leaves nothing in the journal', async () => {
  const { telegram, rig, calls, folder, arrive } = await chain(says(['Ten boats.']));
  for (let each = 0; each < 10; each++) {
    const caption = each === 0 ? { caption: 'What are these?' } : {};
    telegram.telegram.share(telegram.bot, { userId: OWNER, ...caption }, { photo: jpeg.full(each % 8) });
  }
  await arrive(10);
  await rig.ended(10);
  expect(rig.bridge.seen).toEqual(['<Ten boats.>']);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.raw.match(/"type":"image"/g)).toHaveLength(10);
  const inbox = join(folder, 'workspace/inbox');
  expect(readdirSync(inbox)).toHaveLength(10);
  for (const name of readdirSync(inbox)) expect(readFileSync(join(inbox, name)).includes(CANARY)).toBe(false);
  expect(rig.journal.all('SELECT DISTINCT state, text, attachments FROM messages')).toEqual([
    { state: 'answered', text: '', attachments: null },
  ]);
});

it('a voice note is asked as its words; a quote comes along; the answer may be a sign', async () => {
  const provider = inTurn(
    replies(200, 'application/json', '{"text":"Did you do it?"}'),
    says([], { calls: [{ id: '1', name: 'react', json: ['{"emoji":"👍"}'] }] }),
    says(['Yes.']),
  );
  const models = [
    { provider: 'anthropic' as const, model: 'm' },
    { provider: 'openai' as const, model: 'g' },
  ];
  const { telegram, rig, calls, arrive } = await chain(provider, models);
  const { messageId } = telegram.telegram.say(telegram.bot, { userId: OWNER, text: '/help' });
  await arrive(1);
  await rig.ended(1);
  telegram.telegram.share(telegram.bot, { userId: OWNER, replyToMessageId: messageId }, { voice: ogg(3) });
  await arrive(2);
  await rig.ended(2);
  expect(calls.map(({ path }) => path)).toEqual([
    'openai/v1/audio/transcriptions',
    'anthropic/v1/messages',
    'anthropic/v1/messages',
  ]);
  expect(calls[1]?.raw).toContain('> /help\\n\\n(said in a voice note) Did you do it?');
  expect(rig.bridge.seen.at(-1)).toBe('<Yes.>');
  expect(rig.bridge.reactions).toEqual([`${OWNER}.${messageId + 1} 👍`]);
});
