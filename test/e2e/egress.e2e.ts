/** The one way out: from inside the container, through the egress door, to the hosts on the list and to nothing else. */
import { beforeAll, describe, expect, it } from 'vitest';
import { BRIDGE, inside } from '../kit/inside.js';
import type { User } from '../kit/installation.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker' });
let user: User;
beforeAll(async () => {
  user = await setup.ara.addUser('alice');
});

/** Sends these bytes through the door, each on a connection of its own; gives the first line of each answer. */
function throughDoor(requests: string[]): Promise<string[]> {
  return inside<string[]>(
    setup.ara.container(user),
    BRIDGE,
    `const net = require('node:net');
    const send = (bytes) => new Promise((done) => {
      let answer = '';
      const socket = net.connect('/doors/egress.sock', () => socket.write(bytes));
      socket.setTimeout(5000, () => { socket.destroy(); done('silence'); });
      socket.on('data', (chunk) => { answer += chunk; if (answer.includes('\\r\\n\\r\\n')) { socket.destroy(); done(answer); } });
      socket.once('close', () => done(answer || 'closed'));
      socket.once('error', (error) => done(error.code));
    });
    const answers = [];
    for (const bytes of ${JSON.stringify(requests)}) answers.push((await send(bytes)).split('\\r\\n')[0]);
    return answers;`,
  );
}

const connectTo = async (targets: readonly string[]): Promise<Record<string, string>> => {
  const answers = await throughDoor(
    targets.map((target) => `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`),
  );
  return Object.fromEntries(
    targets.map((target, at) => [target, answers[at]?.split(' ')[1] ?? answers[at] ?? '']),
  );
};

const flows = async (): Promise<Map<string, { refused: number; connections: number }>> =>
  new Map((await setup.ara.status(user.id)).flows.map((flow) => [flow.host, flow]));

describe('the egress door', () => {
  it('opens for what the user linked, and the ledger says so', async () => {
    expect(await connectTo(['api.telegram.org:443', 'api.anthropic.com:443'])).toEqual({
      'api.telegram.org:443': '200',
      'api.anthropic.com:443': '200',
    });
    const ledger = await flows();
    expect(ledger.get('api.anthropic.com')?.connections).toBeGreaterThanOrEqual(1);
  });

  it('refuses every other host, and the ledger shows it by name', async () => {
    const others = [
      'example.org:443',
      'api.openai.com:443',
      'localhost:443',
      'metadata.google.internal:443',
      'host.docker.internal:443',
      'evil.api.anthropic.com:443',
      'anthropic.com:443',
      'api.anthropic.com.evil.org:443',
      'instance-data.ec2.internal:443',
    ];
    const answers = await connectTo(others);
    expect(answers).toEqual(Object.fromEntries(others.map((target) => [target, '403'])));
    const ledger = await flows();
    for (const target of others)
      expect(ledger.get(target.split(':')[0] ?? '')).toMatchObject({ refused: 1, connections: 0 });
  });

  it('refuses other ports of a host on the list', async () => {
    const ports = ['api.anthropic.com:80', 'api.anthropic.com:22', 'api.anthropic.com:8443'];
    expect(await connectTo(ports)).toEqual(Object.fromEntries(ports.map((target) => [target, '403'])));
    expect((await flows()).get('api.anthropic.com')).toBeDefined();
  });

  it('takes no address and no second spelling of a name', async () => {
    const disguised = [
      '127.0.0.1:443',
      '169.254.169.254:80',
      '172.17.0.1:443',
      '10.0.0.1:443',
      '[::1]:443',
      '[fd00:ec2::254]:80',
      '[::ffff:127.0.0.1]:443',
      '[::ffff:7f00:1]:443',
      '0x7f.1:443',
      '0x7f.0.0.1:443',
      '2130706433:443',
      '0177.0.0.1:443',
      '127.1:443',
      '0:443',
      'api.anthropic.com.:443',
      'API.anthropic.com:443',
      'api.anthropic.com:0443',
      'api.anthropic.com:99999',
      'api.anthropic.com:443/path',
      'api.anthropic.com:443@evil.org:443',
      'user@api.anthropic.com:443',
      'api.anthropic.com%00.evil.org:443',
      'api..anthropic.com:443',
      '.api.anthropic.com:443',
      'https://api.anthropic.com:443',
      'api.anthropic.com',
    ];
    const answers = await connectTo(disguised);
    for (const [target, answer] of Object.entries(answers))
      expect(`${target} → ${answer}`).toMatch(/ → 40[03]$/);
  });

  it('cannot be talked round by the form of the request', async () => {
    const [old, lying, smuggled, bodied, absolute, direct] = await throughDoor([
      'CONNECT evil.org:443 HTTP/1.0\r\n\r\n',
      'CONNECT evil.org:443 HTTP/1.1\r\nhost: api.anthropic.com:443\r\n\r\n',
      'CONNECT evil.org:443 HTTP/1.1\r\nhost: x\r\n\r\nCONNECT api.anthropic.com:443 HTTP/1.1\r\nhost: x\r\n\r\n',
      'CONNECT evil.org:443 HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\nhost: api.anthropic.com\r\n\r\n',
      'GET / HTTP/1.1\r\nhost: api.anthropic.com\r\n\r\n',
    ]);
    expect(old).toMatch(/ 403 /);
    expect(lying).toMatch(/ 403 /);
    expect(smuggled).toMatch(/ 403 /);
    expect(bodied).toMatch(/ 40[03] /);
    expect(absolute).toMatch(/ 404 /);
    expect(direct).toMatch(/ 404 /);
  });

  it('holds no more than its share of connections, and serves again when they are gone', async () => {
    const statuses = await inside<string[]>(
      setup.ara.container(user),
      BRIDGE,
      `const net = require('node:net');
      const open = () => new Promise((done) => {
        const socket = net.connect('/doors/egress.sock', () => socket.write('CONNECT api.anthropic.com:443 HTTP/1.1\\r\\n\\r\\n'));
        socket.once('data', (chunk) => done(String(chunk).split(' ')[1]));
        socket.once('error', () => done('error'));
      });
      return Promise.all(Array.from({ length: 100 }, open));`,
    );
    expect(statuses.filter((status) => status === '429').length).toBeGreaterThanOrEqual(36);
    expect(statuses.filter((status) => status === '200').length).toBeGreaterThanOrEqual(50);
    expect(await setup.ara.ask(user, 'still open?')).toBe('echo: still open?');
  });

  it('closes a host with the key that opened it', async () => {
    await setup.ara.api('DELETE', `/v1/accounts/${user.id}/keys/anthropic`);
    expect(await connectTo(['api.anthropic.com:443', 'api.telegram.org:443'])).toEqual({
      'api.anthropic.com:443': '403',
      'api.telegram.org:443': '200',
    });
  });
});
