import { beforeEach, expect, it, vi } from 'vitest';
import { MemoryStore } from '../recording-host.js';
import type { MatrixEvent } from './events.js';
import { Originals } from './originals.js';

let store: MemoryStore;
let events = 0;

beforeEach(() => {
  store = new MemoryStore();
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => void vi.useRealTimers();
});

/** A Megolm message as its beginning says which one it is. */
function message(session: string, index: number, event = `$event${++events}`): MatrixEvent {
  const head = [3, 8];
  let rest = index;
  for (; rest >= 0x80; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  const ciphertext = Buffer.from([...head, rest, 0x12, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9]).toString('base64');
  return {
    ...{ type: 'm.room.encrypted', event_id: event, sender: '@o:b', origin_server_ts: 0 },
    content: { algorithm: 'm.megolm.v1.aes-sha2', session_id: session, ciphertext },
  };
}

const readAll = (originals: Originals, session: string, from: number, to: number): MatrixEvent[] => {
  const read = [];
  for (let index = from; index < to; index++) {
    vi.setSystemTime(Date.now() + 1);
    const one = message(session, index);
    expect(originals.isOriginal(one)).toBe(true);
    read.push(one);
  }
  return read;
};

it('takes a message once, and the same event as often as it comes', () => {
  const originals = new Originals(store);
  const one = message('s', 0);
  expect([originals.isOriginal(one), originals.isOriginal(one)]).toEqual([true, true]);
  expect(originals.isOriginal({ ...one, event_id: '$again' })).toBe(false);
  expect(new Originals(store).isOriginal({ ...one, event_id: '$again' })).toBe(false);
  expect(originals.isOriginal(message('other', 0))).toBe(true);
});

it('keeps an end to what it remembers, and forgets nothing by that', () => {
  const originals = new Originals(store, 10);
  const all = [...readAll(originals, 'one', 0, 150), ...readAll(originals, 'two', 0, 300)];
  expect(store.records.size).toBeLessThanOrEqual(22);
  for (const again of [originals, new Originals(store, 10)])
    for (const event of all) expect(again.isOriginal({ ...event, event_id: '$again' })).toBe(false);
  // What goes on is taken.
  readAll(new Originals(store, 10), 'two', 300, 301);
  readAll(new Originals(store, 10), 'one', 150, 151);
});

it('takes a message late, as long as it is not very old', () => {
  const originals = new Originals(store, 10);
  readAll(originals, 's', 1, 10);
  expect(originals.isOriginal(message('s', 0))).toBe(true);
});

it('never lets go of what says not which message it is', () => {
  const originals = new Originals(store, 5);
  const odd = { ...message('s', 0), content: { session_id: 's', ciphertext: '' } };
  expect(originals.isOriginal(odd)).toBe(true);
  readAll(originals, 's', 0, 100);
  expect(originals.isOriginal({ ...odd, event_id: '$again' })).toBe(false);
});

it('knows what was read before there was an end to it', () => {
  const one = message('s', 0);
  const originals = new Originals(store);
  expect(originals.isOriginal(one)).toBe(true);
  const [[name]] = store.list('seen/') as [[string, Uint8Array]];
  store.write([[name, null], [name.replace('seen/', 'read/'), Buffer.from(one.event_id)]]); // prettier-ignore
  const again = new Originals(store);
  expect([again.isOriginal(one), again.isOriginal({ ...one, event_id: '$again' })]).toEqual([true, false]);
});
