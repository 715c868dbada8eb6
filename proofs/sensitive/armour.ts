/** Wraps bytes as keys and certificates are wrapped: dashes, a label, base64 in lines. */
import { BASE64, type Random } from './random.js';

/** Put together, so that no scanner takes this file for one that holds a key. */
export function dashes(edge: 'BEGIN' | 'END', label: string): string {
  return `-----${edge} ${label}-----`;
}

/** `start` are the bytes that every key of this kind begins with. */
export function armour(
  random: Random,
  label: string,
  start: readonly number[],
  length: number,
  width = 64,
  head: readonly string[] = [],
): string {
  const body = Buffer.concat([Buffer.from(start), random.bytes(length - start.length)]).toString('base64');
  return [dashes('BEGIN', label), ...head, ...rows(body, width), dashes('END', label)].join('\n');
}

/** OpenPGP has an empty line before the body and a checksum behind it. */
export function pgpArmour(random: Random, label: string, start: readonly number[], length: number): string {
  const lines = armour(
    random,
    label,
    start,
    length,
    64,
    random.chance(0.3) ? ['Version: GnuPG v2', ''] : [''],
  ).split('\n');
  lines.splice(-1, 0, `=${random.text(BASE64, 4)}`);
  return lines.join('\n');
}

function rows(text: string, width: number): string[] {
  return text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
}

/** A name of the SSH protocol, with its length before it. */
export function sshText(text: string): number[] {
  return [0, 0, 0, text.length, ...Buffer.from(text)];
}
