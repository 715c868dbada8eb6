/** The list of hosts as its user sees it: what the door goes by, what it has seen, and what is stopped, one line a host. */
import type { DeclaredHost, HostRow } from '../../../contracts/hosts.js';
import { callerOf } from './hosts.js';
import type { HostSum } from './ledger.service.js';

/** More refused names than that are of no use to anybody. */
const MOST_REFUSED = 50;

/**
 * @param declared what the door goes by
 * @param stopped every host that is stopped, declared or not
 * @param open how many connections to a host are open now
 */
export function hostTable(
  declared: readonly DeclaredHost[],
  stopped: readonly string[],
  sums: readonly HostSum[],
  open: (host: string) => number,
): HostRow[] {
  const seen = new Map(sums.map((sum) => [sum.host, sum]));
  const byName = Map.groupBy(declared, ({ host }) => host);
  const names = new Set([...byName.keys(), ...stopped, ...seen.keys()]);
  const rows = [...names].map((host): HostRow => {
    const rules = byName.get(host) ?? [];
    const { purpose: lastPurpose, ...figures } = figuresOf(seen.get(host));
    const purpose = rules[0]?.purpose ?? lastPurpose;
    return {
      host,
      ports: [...new Set(rules.map(({ port }) => port))],
      purpose,
      by: callerOf(purpose),
      declared: rules.length > 0,
      stopped: stopped.includes(host),
      open: open(host),
      ...figures,
    };
  });
  const known = rows.filter(({ declared: on, stopped: off, connections }) => on || off || connections > 0);
  const strangers = rows.filter((row) => !known.includes(row));
  return [...known.sort(byImportance), ...strangers.slice(0, MOST_REFUSED)];
}

type Figures = Pick<
  HostRow,
  'purpose' | 'connections' | 'refused' | 'bytesUp' | 'bytesDown' | 'firstAt' | 'lastAt'
>;
const NOTHING = { purpose: 'refused', connections: 0, refused: 0, bytesUp: 0, bytesDown: 0 };

function figuresOf(sum: HostSum | undefined): Figures {
  if (!sum) return { ...NOTHING, firstAt: null, lastAt: null };
  const { purpose, connections, refused, bytesUp, bytesDown, firstAt, lastAt } = sum;
  return {
    purpose,
    connections,
    refused,
    bytesUp,
    bytesDown,
    firstAt: firstAt.getTime(),
    lastAt: lastAt.getTime(),
  };
}

const byImportance = (one: HostRow, other: HostRow): number =>
  Number(other.declared) - Number(one.declared) ||
  other.bytesUp + other.bytesDown - (one.bytesUp + one.bytesDown) ||
  one.host.localeCompare(other.host);
