/** The list of hosts as the page and its picture show it: one list, and it comes from the door. */
import type { Host } from '../../api/types';
import { t } from '../../texts';

/** Beyond so many the table alone tells of what is not on the list; what is on it is always in the picture. */
const MOST = 8;

export function pictured(hosts: readonly Host[]): Host[] {
  const declared = hosts.filter(({ declared: on }) => on);
  const others = hosts.filter(({ declared: on }) => !on);
  return [...declared, ...others.slice(0, Math.max(0, MOST - declared.length))];
}

export const bytesOf = ({ bytesUp, bytesDown }: Host): number => bytesUp + bytesDown;

export const kindOf = ({ purpose }: Host): string => purpose.split(' ')[0] ?? '';

export function purposeOf(host: Host): string {
  const kind = kindOf(host);
  const whose = host.purpose.slice(kind.length + 1);
  const name = t.common.providers[whose] ?? t.common.channels[whose] ?? whose;
  const words = t.privacy.purposes[kind] ?? kind;
  return name ? `${words}: ${name}` : words;
}

/** With the ports, where they are not the usual one. */
export const addressOf = ({ host, ports }: Host): string =>
  ports.every((port) => port === 443) ? host : `${host} (${ports.join(', ')})`;
