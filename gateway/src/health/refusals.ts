/** Counts refusals by door and code: nothing that is refused is silent. */
import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '../../../contracts/errors.js';

@Injectable()
export class Refusals {
  private readonly counts = new Map<string, number>();

  count(door: string, code: ErrorCode): void {
    const key = `${door}|${code}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  list(): { door: string; code: string; count: number }[] {
    return [...this.counts].map(([key, count]) => {
      const [door = '', code = ''] = key.split('|');
      return { door, code, count };
    });
  }
}
