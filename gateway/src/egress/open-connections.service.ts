/** The connections that are open through the egress doors of this process, so that they can be counted, and cut. */
import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../contracts/ids.js';

interface OpenConnection {
  host: string;
  cut: () => void;
}

@Injectable()
export class OpenConnections {
  private readonly open = new Map<AccountId, Set<OpenConnection>>();

  /**
   * @param host as lists show it
   * @returns takes it off again; call it when the connection has ended
   */
  add(account: AccountId, host: string, cut: () => void): () => void {
    const connection = { host, cut };
    let all = this.open.get(account);
    if (!all) this.open.set(account, (all = new Set()));
    all.add(connection);
    return () => {
      all.delete(connection);
      if (all.size === 0 && this.open.get(account) === all) this.open.delete(account);
    };
  }

  /** Ends every connection to the host. @returns how many there were */
  cut(account: AccountId, host: string): number {
    const found = [...(this.open.get(account) ?? [])].filter((each) => each.host === host);
    for (const { cut } of found) cut();
    return found.length;
  }

  count(account: AccountId, host: string): number {
    return [...(this.open.get(account) ?? [])].filter((each) => each.host === host).length;
  }
}
