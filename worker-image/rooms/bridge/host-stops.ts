/**
 * `/privacy stop HOST` and `/privacy allow HOST`: decided by the user's own text in the journal, whatever the agent room
 * says, and carried out by the gateway, which holds the list.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AraError } from '../../../contracts/errors.js';
import { listedHost, type DeclaredHost, type HostTable } from '../../../contracts/hosts.js';
import type { ChannelKind } from '../../../contracts/ids.js';
import type { HostDecision } from '../../../contracts/rooms-door.js';

const RETRY = 1_000;

interface HostWish {
  host: string;
  stopped: boolean;
  /** The user has said so twice. */
  sure: boolean;
}

/** Null when the text names no host to stop or to allow. */
export function readHostWish(text: string): HostWish | null {
  const [, verb, host = '', sure] =
    /^\/privacy(?:@\w+)?\s+(stop|allow)\s+(\S+?)(?:\s+(yes))?$/i.exec(text.trim()) ?? [];
  const name = listedHost.safeParse(host.toLowerCase());
  if (!verb || !name.success) return null;
  return { host: name.data, stopped: verb.toLowerCase() === 'stop', sure: sure !== undefined };
}

/** A command as the journal has it. */
interface Command {
  kind: string;
  channel: ChannelKind;
  text: string;
}

export interface HostStopsParts {
  /** As the gateway last told them. */
  declared(): readonly DeclaredHost[];
  gateway: {
    hosts(): Promise<HostTable>;
    setHost(host: string, stopped: boolean): Promise<HostTable>;
  };
}

export class HostStops {
  constructor(private readonly parts: HostStopsParts) {}

  table(): Promise<HostTable> {
    return this.parts.gateway.hosts();
  }

  /**
   * Does what the command asks for, but for what would cut the chat that it came from: that needs a second word, and is
   * done when the answer is out. @throws AraError of the gateway's door
   */
  async decide(command: Command): Promise<HostDecision> {
    const wish = readHostWish(command.text);
    if (!wish) return decision('not-understood');
    const { host, stopped, sure } = wish;
    const known = (await this.table()).hosts.find((row) => row.host === host);
    // What nothing follows from is closed anyway; a stop that is left over can be taken back.
    if (!known || (stopped ? !known.declared : !known.declared && !known.stopped))
      return decision('unknown-host', host);
    if (stopped && this.carries(host, command.channel))
      return decision(sure ? 'stops-after-this' : 'needs-yes', host);
    try {
      await this.parts.gateway.setHost(host, stopped);
    } catch (error) {
      if (error instanceof AraError && error.code === 'not-found') return decision('unknown-host', host);
      throw error;
    }
    return decision(stopped ? 'stopped' : 'allowed', host);
  }

  /** When the answer to a command is out: what had to wait for that. */
  async afterAnswer(command: Command): Promise<void> {
    const wish = command.kind === 'command' ? readHostWish(command.text) : null;
    if (!wish?.stopped || !wish.sure || !this.carries(wish.host, command.channel)) return;
    // The answer has promised it: a gateway that is away is waited for, and a crash meanwhile brings us here again.
    for (;;) {
      try {
        await this.parts.gateway.setHost(wish.host, true);
        return;
      } catch (error) {
        if (!(error instanceof AraError) || !error.retry) return;
        await sleep(RETRY);
      }
    }
  }

  private carries(host: string, channel: ChannelKind): boolean {
    return this.parts
      .declared()
      .some((each) => each.host === host && each.purpose === `channel ${channel}` && !each.stopped);
  }
}

const decision = (outcome: HostDecision['outcome'], host: string | null = null): HostDecision => ({
  outcome,
  host,
});
