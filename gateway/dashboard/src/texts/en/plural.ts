/** A number with its noun, in English. */
import { formatNumber } from '../format';

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;
