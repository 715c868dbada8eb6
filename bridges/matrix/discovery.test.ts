import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { testCertificates } from '../../test/kit/certificates.js';
import { findHomeserver, hostsOf } from './discovery.js';

type Answers = Record<string, { status?: number; body?: string; location?: string }>;

/** A server that answers these paths under each name that leads to it. */
async function serve(answers: (port: number) => Answers): Promise<{ port: number; agent: Agent }> {
  const { ca, cert, key } = await testCertificates();
  const server = createServer({ cert, key }, (request, response) => {
    const { status = 200, body = '', location } = answers(port)[request.url ?? ''] ?? { status: 404 };
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ ca });
  onTestFinished(() => {
    agent.destroy();
    server.close();
  });
  return { port, agent };
}

const wellKnown = (url: unknown): Answers => ({
  '/.well-known/matrix/client': { body: JSON.stringify({ 'm.homeserver': { base_url: url } }) },
});
const versions = { '/_matrix/client/versions': { body: '{"versions":["v1.11"]}' } };

it('follows what the server says, and names both hosts', async () => {
  const { port, agent } = await serve((at) => ({ ...wellKnown(`https://localhost:${at}/`), ...versions }));
  const found = { baseUrl: `https://localhost:${port}`, hosts: [`localhost:${port}`] };
  expect(await hostsOf(`localhost:${port}`, agent)).toEqual(found);
  expect(await findHomeserver(`localhost:${port}`, agent)).toBe(found.baseUrl);
  const elsewhere = await serve(() => wellKnown('https://matrix.example.org'));
  expect(await hostsOf(`localhost:${elsewhere.port}`, elsewhere.agent)).toEqual({
    baseUrl: 'https://matrix.example.org',
    hosts: [`localhost:${elsewhere.port}`, 'matrix.example.org'],
  });
});

it('takes the name itself where nothing is said, and an address as it is', async () => {
  const { port, agent } = await serve(() => versions);
  expect(await findHomeserver(`localhost:${port}`, agent)).toBe(`https://localhost:${port}`);
  expect(await findHomeserver(`https://localhost:${port}/`, agent)).toBe(`https://localhost:${port}`);
});

it('names the host that cannot be reached', async () => {
  const closed = await serve(() => wellKnown('https://localhost:1'));
  await expect(findHomeserver(`localhost:${closed.port}`, closed.agent)).rejects.toMatchObject({
    code: 'platform-unreachable',
    detail: 'localhost:1',
  });
  await expect(findHomeserver('localhost:1', closed.agent)).rejects.toMatchObject({ detail: 'localhost:1' });
});

it('follows a few redirects to https, and no more', async () => {
  const path = '/.well-known/matrix/client';
  const moved = await serve((port) => ({
    [path]: { status: 302, location: '/elsewhere' },
    '/elsewhere': wellKnown(`https://localhost:${port}`)[path]!,
  }));
  expect((await hostsOf(`localhost:${moved.port}`, moved.agent)).baseUrl).toBe(
    `https://localhost:${moved.port}`,
  );
  const round = await serve(() => ({ [path]: { status: 302, location: path } }));
  await expect(hostsOf(`localhost:${round.port}`, round.agent)).rejects.toMatchObject({
    code: 'platform-unreachable',
  });
});

it.each(['http://x', 7, null, 'https://user:secret@x'])('does not guess where %j would be', async (url) => {
  const { port, agent } = await serve(() => wellKnown(url));
  await expect(hostsOf(`localhost:${port}`, agent)).rejects.toMatchObject({ code: 'platform-unreachable' });
});

it.each(['http://example.org', 'ftp://x', 'a b', '', 'https://u:p@x', 'x?y'])(
  'refuses %j',
  async (homeserver) => {
    await expect(hostsOf(homeserver, new Agent())).rejects.toMatchObject({ code: 'bad-request' });
  },
);
