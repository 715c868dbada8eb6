/** The address of a compatible server: one form for each, and none that leads into the gateway's own network. */
import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelHost } from '../egress/hosts.js';
import { normalBaseUrl } from './base-url.js';

const refusal = (text: string): string => {
  try {
    return `taken as ${normalBaseUrl(text, {})}`;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a base URL', () => {
  it.each([
    ['https://llm.example.org/v1', 'https://llm.example.org/v1'],
    ['https://llm.example.org/v1/', 'https://llm.example.org/v1'],
    ['https://llm.example.org', 'https://llm.example.org'],
    [' HTTPS://LLM.Example.ORG:443/openai/v1// ', 'https://llm.example.org/openai/v1'],
    ['https://llm.example.org:8443/a/../v1', 'https://llm.example.org:8443/v1'],
    ['https://bücher.example/v1', 'https://xn--bcher-kva.example/v1'],
  ])('such as %s becomes %s', (text, normal) => {
    expect(normalBaseUrl(text, {})).toBe(normal);
    expect(normalBaseUrl(normal, {})).toBe(normal);
  });

  it.each([
    ['llm.example.org/v1', /is not an address/],
    ['http://llm.example.org/v1', /must begin with https/],
    ['file:///etc/passwd', /must begin with https/],
    ['https://alice:secret@llm.example.org/v1', /no user and no password/],
    ['https://llm.example.org/v1?key=secret', /no \? and no #/],
    ['https://llm.example.org/v1#x', /no \? and no #/],
    ['https://llm.example.org:22/v1', /port 443, or one from 1024/],
    [`https://llm.example.org/${'v'.repeat(300)}`, /300 characters/],
    ['https://llm.example.org./v1', /must name a host/],
  ])('such as %s is refused, and told why', (text, why) => {
    expect(refusal(text)).toMatch(why);
  });

  it.each([
    'https://127.0.0.1/v1',
    'https://127.1/v1',
    'https://2130706433/v1',
    'https://0x7f.0.0.1/v1',
    'https://0177.0.0.1/v1',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1:8443/v1',
    'https://0.0.0.0/v1',
    'https://[::1]/v1',
    'https://[::ffff:127.0.0.1]/v1',
    'https://[fd00:ec2::254]/v1',
    'https://[64:ff9b::7f00:1]/v1',
    'https://localhost/v1',
    'https://LOCALHOST:8443/v1',
    'https://localhost./v1',
    'https://postgres/v1',
    'https://１２７.０.０.１/v1',
  ])('that names a place of the gateway’s own network is refused: %s', (text) => {
    expect(refusal(text)).toMatch(/must name a host/);
  });

  it('never holds an address, whatever is tried', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), fc.ipV4(), (url, ip) => {
        for (const text of [url, `https://${ip}/v1`, url.replace(/\/\/[^/]+/, `//${ip}`)]) {
          const outcome = refusal(text);
          if (!outcome.startsWith('taken as ')) continue;
          const { host } = modelHost({ provider: 'compatible', baseUrl: outcome.slice(9) });
          expect(isIP(host)).toBe(0);
          expect(host.split('.').at(-1)).toMatch(/[a-z]/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('may be one without a dot where the operator has said where that is', () => {
    expect(normalBaseUrl('https://llm:8443/v1', { llm: '10.0.0.5:8443' })).toBe('https://llm:8443/v1');
    expect(() => normalBaseUrl('https://constructor/v1', {})).toThrow(/on the internet/);
  });
});
