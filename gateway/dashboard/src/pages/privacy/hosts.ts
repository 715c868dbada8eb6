/** Flows of several days, one line a host, the largest first. */
import type { Flow } from '../../api/types';
import { t } from '../../texts';

export interface HostFlow {
  host: string;
  /** What it is for, and whose, as the ledger has it: `model anthropic`, `channel telegram`; `refused` for nothing. */
  purpose: string;
  connections: number;
  refused: number;
  bytesUp: number;
  bytesDown: number;
  lastAt: string;
}

export function byHost(flows: readonly Flow[]): HostFlow[] {
  const hosts = new Map<string, HostFlow>();
  for (const { host, purpose, connections, refused, bytesUp, bytesDown, lastAt } of flows) {
    const at = lastAt as string;
    const known = hosts.get(host) ?? {
      host,
      purpose,
      connections: 0,
      refused: 0,
      bytesUp: 0,
      bytesDown: 0,
      lastAt: at,
    };
    hosts.set(host, {
      ...known,
      purpose: known.purpose === 'refused' ? purpose : known.purpose,
      connections: known.connections + connections,
      refused: known.refused + refused,
      bytesUp: known.bytesUp + bytesUp,
      bytesDown: known.bytesDown + bytesDown,
      lastAt: known.lastAt > at ? known.lastAt : at,
    });
  }
  const bytes = ({ bytesUp, bytesDown }: HostFlow): number => bytesUp + bytesDown;
  return [...hosts.values()].sort((one, other) => bytes(other) - bytes(one));
}

export const kindOf = ({ purpose }: HostFlow): string => purpose.split(' ')[0] ?? '';

export function purposeOf(flow: HostFlow): string {
  const kind = kindOf(flow);
  const whose = flow.purpose.slice(kind.length + 1);
  const name = t.common.providers[whose] ?? t.common.channels[whose] ?? whose;
  const words = t.privacy.purposes[kind] ?? kind;
  return name ? `${words}: ${name}` : words;
}
