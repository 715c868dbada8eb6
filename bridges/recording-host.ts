/** The host a bridge sees in tests: a journal in memory, and one owner who may write. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { ChannelState } from '../contracts/channel-state.js';
import { inboundMessage, type InboundMessage } from '../contracts/message.js';
import type { Admission, BridgeHost, BridgeStore } from './bridge.js';

export const REFUSAL = 'This assistant belongs to somebody else.';

export class RecordingHost implements BridgeHost {
  readonly states: ChannelState[] = [];
  readonly hashes: string[] = [];
  /** Each message once, in the order of acceptance. */
  readonly journal: InboundMessage[] = [];
  readonly checkpoints: string[] = [];
  readonly webhookSecret = 'a-secret-of-the-webhook';
  readonly store: MemoryStore;
  readonly groups = new Set<string>();
  private readonly refused = new Set<string>();

  constructor(
    readonly agent: Agent,
    private readonly ownerId: string,
    readonly webhookUrl: string | null = null,
    store = new MemoryStore(),
  ) {
    this.store = store;
  }

  admit(sender: string): Admission {
    if (sender === this.ownerId) return { admitted: true, reply: null };
    const reply = this.refused.has(sender) ? null : REFUSAL;
    this.refused.add(sender);
    return { admitted: false, reply };
  }

  accept(messages: InboundMessage[], checkpoint: string | null): { fresh: number } {
    const known = new Set(this.journal.map(({ platformId }) => platformId));
    const fresh = messages.filter(({ platformId }) => !known.has(platformId));
    this.journal.push(...fresh.map((message) => inboundMessage.parse(message)));
    if (checkpoint !== null) this.checkpoints.push(checkpoint);
    return { fresh: fresh.length };
  }

  checkpoint(): string | null {
    return this.checkpoints.at(-1) ?? null;
  }

  owners(): readonly string[] {
    return [this.ownerId];
  }

  allowsGroup(chat: string): boolean {
    return this.groups.has(chat);
  }

  report(state: ChannelState, webhookSecretHash?: string): void {
    this.states.push(state);
    if (webhookSecretHash !== undefined) this.hashes.push(webhookSecretHash);
  }

  texts(): string[] {
    return this.journal.map(({ text }) => text);
  }

  reaches(state: ChannelState): Promise<void> {
    return soon(() => expect(this.states.at(-1)).toBe(state));
  }
}

const folders: string[] = [];

/** A store that lives as long as the test. */
export class MemoryStore implements BridgeStore {
  readonly records = new Map<string, Uint8Array>();
  private files: string | null = null;

  get(name: string): Uint8Array | null {
    return this.records.get(name) ?? null;
  }

  list(prefix: string): [string, Uint8Array][] {
    return [...this.records].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  write(changes: Iterable<readonly [string, Uint8Array | null]>): void {
    for (const [name, value] of changes) {
      if (value === null) this.records.delete(name);
      else this.records.set(name, value);
    }
  }

  folder(): string {
    if (this.files === null) {
      if (folders.length === 0)
        process.once('exit', () =>
          folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })),
        );
      this.files = mkdtempSync(join(tmpdir(), 'ara-store-'));
      folders.push(this.files);
    }
    return this.files;
  }

  /** As another process finds what this one has kept by now. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
    for (const [name, value] of this.records) copy.records.set(name, value);
    if (this.files !== null) copyWhole(this.files, copy.folder());
    return copy;
  }
}

/** Waits until the expectation holds. */
export const soon = (check: () => void, timeout = 4_000): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 10 });

/** Once more where a file went away meanwhile: a database that is just being closed has one less afterwards. */
function copyWhole(from: string, to: string, tries = 10): void {
  try {
    cpSync(from, to, { recursive: true });
  } catch (error) {
    if (tries === 0) throw error;
    rmSync(to, { recursive: true });
    copyWhole(from, to, tries - 1);
  }
}
