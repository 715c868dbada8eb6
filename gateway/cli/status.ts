/** `status` and `logs`: what the gateway says about itself, as text. */
import { channelAdvice, channelState } from '../../contracts/channel-state.js';
import type { AccountSummary, ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { usageLines, type UsageRow } from './usage.js';

interface InstallationStatus {
  parts: { part: string; ok: boolean; detail: string }[];
  refusals: { door: string; code: string; count: number }[];
}

interface AccountStatus extends AccountSummary {
  container: { state: string; messages?: Record<string, number>; wakeAt: string | null };
  channels: { kind: string; state: string; stateSince: string }[];
  keys: { provider: string; lastFour: string; model: string; baseUrl: string | null }[];
  usage: UsageRow[];
  flows: {
    host: string;
    purpose: string;
    connections: number;
    refused: number;
    bytesUp: string;
    bytesDown: string;
  }[];
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

export async function statusCommand(
  api: ApiClient,
  _words: string[],
  { user }: CommandOptions,
): Promise<void> {
  const { parts, refusals } = await api.call<InstallationStatus>('GET', '/v1/status');
  for (const { part, ok, detail } of parts) print(`${ok ? '✓' : '✗'} ${part.padEnd(11)} ${detail}`);
  for (const { door, code, count } of refusals) print(`  refused at ${door}: ${code} × ${count}`);
  const accounts = await api.call<AccountSummary[]>('GET', '/v1/accounts');
  for (const { id, name } of accounts) {
    if (user && user !== name) continue;
    printAccount(await api.call<AccountStatus>('GET', `/v1/accounts/${id}`));
  }
}

function printAccount({ name, container, channels, keys, usage, flows }: AccountStatus): void {
  print(`\n${name}`);
  const open = Object.entries(container.messages ?? {}).map(([state, count]) => `${count} ${state}`);
  const wakes = container.wakeAt ? `; wants to be awake at ${container.wakeAt}` : '';
  print(`  container   ${container.state}${open.length > 0 ? `; messages: ${open.join(', ')}` : ''}${wakes}`);
  if (keys.length === 0) print('  key         none: `npm run ara -- key set anthropic`');
  for (const { provider, lastFour, model, baseUrl } of keys)
    print(`  key         ${provider} …${lastFour}: ${model}${baseUrl ? ` at ${baseUrl}` : ''}`);
  for (const { kind, state } of channels) {
    const advice = channelAdvice[channelState.parse(state)];
    print(`  ${kind.padEnd(11)} ${state}${advice ? `: ${advice}` : ''}`);
  }
  for (const line of usageLines(usage)) print(`  ${line}`);
  for (const { host, purpose, connections, refused, bytesUp, bytesDown } of flows.slice(0, 10)) {
    const traffic =
      refused > 0
        ? `${refused} refused`
        : `${connections} connections, ${bytesUp} bytes out, ${bytesDown} in`;
    print(`  data flow   ${host} (${purpose}): ${traffic}`);
  }
}

export async function logsCommand(
  api: ApiClient,
  _words: string[],
  { lines = '50' }: CommandOptions,
): Promise<void> {
  const { lines: found } = await api.call<{ lines: string[] }>(
    'GET',
    `/v1/logs?lines=${encodeURIComponent(lines)}`,
  );
  for (const each of found) print(each);
}
