/** The way out, over real sockets: CONNECT through a door, TLS end to end to a server. */
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readBody } from '../../../contracts/door-http.js';
import { EgressAgent } from './egress-agent.js';
import { providerRig } from './models/broker-test-rig.js';

let rig: Awaited<ReturnType<typeof providerRig>>;
beforeEach(async () => {
  rig = await providerRig();
});

async function get(through: EgressAgent, host = 'api.telegram.org') {
  const outgoing = httpsRequest({ host, path: '/x', agent: through });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  await readBody(response, 1e6);
  return response.statusCode;
}

describe('the way out', () => {
  it('keeps a connection for the next call', async () => {
    const { agent } = rig;
    expect([await get(agent), await get(agent), await get(agent)]).toEqual([200, 200, 200]);
    expect(rig.targets).toEqual(['api.telegram.org:443']);
  });

  it('believes nobody whom no known authority vouches for', async () => {
    const strict = new EgressAgent(rig.door, null);
    await expect(get(strict)).rejects.toMatchObject({
      code: expect.stringMatching(/CERT|SIGNATURE/) as unknown,
    });
    expect(rig.seen).toEqual([]);
    strict.destroy();
  });

  it('believes nobody under another name', async () => {
    await expect(get(rig.agent, 'mail.example.org')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('that the door refuses is a connection that never was', async () => {
    rig.doorStatus = 403;
    await expect(get(rig.agent)).rejects.toMatchObject({
      name: 'EgressError',
      code: 'ECONNREFUSED',
      status: 403,
    });
    rig.doorStatus = 200;
    expect(await get(rig.agent)).toBe(200);
  });

  it('is an error when the door is not there and does not come', async () => {
    const lost = new EgressAgent(join(rig.folder, 'none.sock'), null, 120);
    const began = performance.now();
    await expect(get(lost)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(performance.now() - began).toBeGreaterThan(100);
  });

  it('leads through a door that comes back while somebody waits', async () => {
    const path = join(rig.folder, 'later.sock');
    const waiting = new EgressAgent(path, rig.ca, 5_000);
    const call = get(waiting);
    setTimeout(() => symlinkSync(rig.door, path), 150);
    expect(await call).toBe(200);
    waiting.destroy();
  });

  it('survives a server that closes its connections in between', async () => {
    const { agent, provider } = rig;
    expect(await get(agent)).toBe(200);
    const closed = new Promise((resolve) => provider.once('connection', (socket: Socket) => resolve(socket)));
    provider.closeAllConnections();
    await expect.poll(() => Object.keys(agent.freeSockets).length, { interval: 2 }).toBe(0);
    expect(await get(agent)).toBe(200);
    await closed;
    expect(rig.targets).toHaveLength(2);
  });
});
