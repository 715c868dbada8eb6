import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardControllers } from '../../gateway/src/api/controllers.js';
import { routesOf } from '../../gateway/src/api/openapi.js';
import { DashboardApi } from './dashboard-api.js';

const routes = routesOf(dashboardControllers);

const api = new DashboardApi('settled');
let address = '';
beforeAll(async () => {
  address = await api.start();
});
afterAll(() => api.stop());

const examples: Record<string, string> = {
  '{kind}': 'telegram',
  '{provider}': 'anthropic',
  '{name}': 'MEMORY.md',
  '{id}': 'tg-7',
};

const reads = routes.filter(
  ({ method, answer, path }) =>
    method === 'get' && typeof answer === 'object' && !path.includes('organisation'),
);

describe('the stand-in for the gateway', () => {
  it.each(reads.map((route) => [route.path, route] as const))(
    'answers %s as the contract says',
    async (_, route) => {
      const path = route.path.replace(/\{\w+\}/g, (param) => examples[param] ?? 'x');
      const body: unknown = await fetch(address + path).then((response) => response.json());
      if (typeof route.answer === 'object')
        expect(() => typeof route.answer === 'object' && route.answer.parse(body)).not.toThrow();
    },
  );

  it('refuses as the gateway does', async () => {
    const refused = await fetch(`${address}/v1/nothing`);
    expect([refused.status, await refused.json()]).toEqual([
      404,
      { error: { code: 'not-found', message: expect.any(String) as string } },
    ]);
  });
});
