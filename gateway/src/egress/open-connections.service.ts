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
   * @param cut ends it; called at most once
   * @returns takes it off again; call it when the connection has ended
   */
  add(account: AccountId, host: string, cut: () => void): () => void {
    const connection = { host, cut };
    const all = this.open.get(account) ?? new Set();
    this.open.set(account, all.add(connection));
    return () => this.remove(account, connection);
  }

  /** The accounts that have any. */
  accounts(): AccountId[] {
    return [...this.open.keys()];
  }

  /** Ends every connection to the host; without one, every connection of the account. @returns how many there were */
  cut(account: AccountId, host?: string): number {
    const found = [...(this.open.get(account) ?? [])].filter((each) => !host || each.host === host);
    for (const connection of found) {
      this.remove(account, connection);
      connection.cut();
    }
    return found.length;
  }

  count(account: AccountId, host: string): number {
    return [...(this.open.get(account) ?? [])].filter((each) => each.host === host).length;
  }

  private remove(account: AccountId, connection: OpenConnection): void {
    const all = this.open.get(account);
    all?.delete(connection);
    if (all?.size === 0) this.open.delete(account);
  }
}
