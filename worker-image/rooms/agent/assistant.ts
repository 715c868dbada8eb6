/** Everything the agent room keeps for its user, opened when it is first needed. */
import { join } from 'node:path';
import type { AgentSettings, Turn } from '../../../contracts/rooms-door.js';
import type { Archive } from './conversation/archive.js';
import { Conversation } from './conversation/conversation.js';
import { ConversationDatabase } from './conversation/database.js';
import { HeldMessages } from './conversation/held.js';
import { Steps } from './conversation/steps.js';
import { Summaries } from './conversation/summaries.js';
import { Arrivals } from './inbox/arrival.js';
import { DoorRefusal } from './door-fetch.js';
import type { RoomsDoor } from './door.js';
import { exportExpiry, removeExpiredExport } from './export/expiry.js';
import type { Memory } from './memory/memory.js';
import { PreferenceStore } from './preferences.js';
import type { Agenda } from './reminders/agenda.js';
import type { ToolBox } from './tools/tool-box.js';
import type { Entry, Workspace } from './workspace/workspace.js';

const HEARTBEAT_FILE = 'HEARTBEAT.md';
/** Turns that the search is told of at a time. */
const INDEX_BATCH = 50;

export class Assistant {
  readonly conversation: Conversation;
  readonly summaries: Summaries;
  readonly steps: Steps;
  readonly held: HeldMessages;
  readonly arrivals: Arrivals;
  readonly preferences: PreferenceStore;
  readonly database: ConversationDatabase;
  private known: AgentSettings | null = null;
  private openMemory: Promise<Memory> | null = null;
  private openWorkspace: Promise<Workspace> | null = null;
  private openAgenda: Promise<Agenda> | null = null;
  private openTools: Promise<ToolBox> | null = null;

  constructor(
    /** Where all of it lies. */
    readonly folder: string,
    readonly door: RoomsDoor,
    private readonly clock: () => number = Date.now,
  ) {
    this.database = new ConversationDatabase(join(folder, 'conversation.sqlite'));
    this.conversation = new Conversation(this.database);
    this.summaries = new Summaries(this.database);
    this.steps = new Steps(this.database);
    this.held = new HeldMessages(this.database, clock);
    this.arrivals = new Arrivals(this.database);
    this.preferences = new PreferenceStore(join(folder, 'preferences.json'));
  }

  now(): number {
    return this.clock();
  }

  /** What the account's settings say of models; asked for again when a turn names a newer version. */
  async settings({ settingsVersion }: Pick<Turn, 'settingsVersion'>): Promise<AgentSettings> {
    if (this.known?.version !== settingsVersion) this.known = await this.door.settings();
    return this.known;
  }

  memory(): Promise<Memory> {
    this.openMemory ??= this.loadMemory();
    return this.openMemory;
  }

  workspace(): Promise<Workspace> {
    this.openWorkspace ??= import('./workspace/workspace.js').then(
      ({ Workspace }) => new Workspace(join(this.folder, 'workspace')),
    );
    return this.openWorkspace;
  }

  /** The conversations as the user looks through them. */
  async archive(): Promise<Archive> {
    const { Archive } = await import('./conversation/archive.js');
    return new Archive(this.database);
  }

  agenda(): Promise<Agenda> {
    this.openAgenda ??= this.loadAgenda();
    return this.openAgenda;
  }

  tools(): Promise<ToolBox> {
    this.openTools ??= this.loadTools();
    return this.openTools;
  }

  /** Tells the search what was said since it was last told. */
  async index(): Promise<void> {
    const memory = await this.memory();
    for (;;) {
      const turns = this.conversation.notIndexed(INDEX_BATCH);
      for (const { position, sentAt, question, answer } of turns) {
        memory.index.put('conversation', String(position), sentAt, `${question}\n${answer}`);
        this.conversation.markIndexed(position);
      }
      if (turns.length < INDEX_BATCH) return;
    }
  }

  /** A file for the chat of a turn. @throws ToolError in words for the model */
  async sendFile(turnId: number, file: Pick<Entry, 'name' | 'path'>, bytes: Uint8Array): Promise<void> {
    try {
      await this.door.sendFile(turnId, file, bytes);
    } catch (error) {
      const { ToolError } = await import('./tools/tool.js');
      const tooLarge = error instanceof DoorRefusal && error.code === 'too-large';
      throw new ToolError(
        tooLarge ? 'The chat does not take a file of this size.' : 'The file could not be sent.',
      );
    }
  }

  /** Deleted words are gone from the disk. */
  leaveNoTrace(): void {
    this.database.leaveNoTrace();
  }

  async close(): Promise<void> {
    const [memory, agenda] = await Promise.all([this.openMemory, this.openAgenda]);
    await Promise.all([memory?.close(), agenda?.close()]);
    memory?.index.close();
    this.database.close();
  }

  private async loadMemory(): Promise<Memory> {
    const [{ Memory }, { SearchIndex }] = await Promise.all([
      import('./memory/memory.js'),
      import('./memory/search-index.js'),
    ]);
    const folder = join(this.folder, 'memory');
    const index = new SearchIndex(join(folder, 'index.sqlite'));
    // An index that was started anew knows no conversation yet; files come back by themselves.
    if (index.newest('conversation') === null) this.conversation.markNoneIndexed();
    return new Memory(folder, index, {
      timeZone: () => this.preferences.current.timeZone,
      clock: this.clock,
      holders: [
        { name: 'conversations', forget: (matches) => this.conversation.forget(matches) },
        { name: 'summaries', forget: (matches) => this.summaries.forget(matches) },
        { name: 'messages held for your word', forget: (matches) => this.held.forget(matches) },
      ],
    });
  }

  private async loadAgenda(): Promise<Agenda> {
    const [{ Agenda }, workspace] = await Promise.all([import('./reminders/agenda.js'), this.workspace()]);
    return new Agenda({
      path: join(this.folder, 'reminders.sqlite'),
      bridge: this.door,
      clock: this.clock,
      preferences: () => this.preferences.current,
      lastChat: () => this.conversation.lastChat(),
      heartbeatText: () => heartbeatText(workspace),
      expiry: () => exportExpiry(this.folder),
      removeExpired: (now) => removeExpiredExport(this.folder, now),
    });
  }

  private async loadTools(): Promise<ToolBox> {
    const [{ toolBox }, memory, workspace, { reminders }] = await Promise.all([
      import('./tools/index.js'),
      this.memory(),
      this.workspace(),
      this.agenda(),
    ]);
    return toolBox({ memory, workspace, reminders });
  }
}

function heartbeatText(workspace: Workspace): string | null {
  try {
    return workspace.readText(HEARTBEAT_FILE).trim() || null;
  } catch {
    // There is none, or none that can be read.
    return null;
  }
}
