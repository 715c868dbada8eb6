/** The bridge room: holds the credentials and every connection to the outside, and the journal that nothing is lost from. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { HelloResponse, Settings } from '../../../contracts/gateway-door.js';
import type { AgentSettings } from '../../../contracts/rooms-door.js';
import { keyPairOf, newKeyPair, Sealer, type KeyPair } from '../../../contracts/seal.js';
import { ChildAgent, SupervisedAgent, type AgentControl } from './agent-control.js';
import { archiveRoomsRoutes, archiveWorkerRoutes } from './archives/archive-door.js';
import { ArchiveKeys } from './archives/archive-keys.js';
import { BridgeStores } from './channels/bridge-store.js';
import { Channels } from './channels/channels.js';
import { Clearing } from './deletion/clearing.js';
import { ContentPass } from './content-pass.js';
import { ConversationDesk } from './conversation/conversation-desk.js';
import { Credentials } from './channels/credentials.js';
import { deletionRoutes } from './deletion/deletion-door.js';
import { DeletionTalk } from './deletion/deletion-talk.js';
import { EgressAgent } from './egress-agent.js';
import { Figures } from './gateway/figures.js';
import { GatewayLink } from './gateway/gateway-link.js';
import { FullWatch, isFull } from './journal/free-space.js';
import { HandIn } from './gateway/hand-in.js';
import { HostStops } from './host-stops.js';
import { Journal, type JournalRow } from './journal/journal.js';
import { JournalCleaning } from './journal/journal-cleaning.js';
import { KeyBroker } from './models/key-broker.js';
import { Leaving } from './deletion/leaving.js';
import { OutgoingFiles } from './conversation/outgoing-files.js';
import { roomsDoor } from './rooms-door.js';
import { JOURNAL, settleArrival } from './archives/snapshot-files.js';
import { Snapshots } from './archives/snapshots.js';
import { SpendingBook } from './models/spending.js';
import { Wake } from './wake.js';
import { workerDoor } from './worker-door.js';

const IDLE_CHECK = 2_000;

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      /** Folder with gateway.sock, egress.sock and, made here, worker.sock. */
      doors: { type: 'string', default: '/doors' },
      data: { type: 'string', default: '/data/bridge' },
      /** Path of rooms.sock, made here. */
      rooms: { type: 'string', default: '/rooms/rooms.sock' },
      /** Path of agent.sock, made by the agent room. */
      content: { type: 'string', default: '/content/agent.sock' },
      /** The agent service's control pipe, in a container. */
      'agent-control': { type: 'string' },
      /** The agent room's script and data folder, where no supervisor runs it. */
      'agent-script': { type: 'string' },
      'agent-data': { type: 'string' },
    },
  });
  mkdirSync(flags.data, { recursive: true, mode: 0o700 });
  settleArrival(flags.data);
  const journal = new Journal(join(flags.data, JOURNAL));
  const gateway = new GatewayLink(join(flags.doors, 'gateway.sock'));
  let hello: HelloResponse = await gateway.hello();

  const containerKey = Buffer.from(hello.containerKey, 'base64');
  const credentials = new Credentials(join(flags.data, 'credentials'), containerKey);
  const keys = ownKeys(credentials);
  const egressDoor = join(flags.doors, 'egress.sock');
  const egress = new EgressAgent(egressDoor, hello.extraCa);
  const own = new Sealer(keys, keys.publicKey);
  const handIn = new HandIn(journal, gateway, hello.account, own);
  const figures = new Figures(journal, gateway);
  const spending = new SpendingBook(
    journal,
    () => hello.settings,
    Date.now,
    (call) => figures.addCall(call),
  );
  const broker = new KeyBroker({
    release: (provider) => gateway.key(provider),
    onRefused: (provider) => void gateway.keyRefused(provider).catch(() => undefined),
    agent: egress,
    settings: () => hello.settings,
    spending,
    isOpen: (turn) => desk.isOpen(turn),
  });
  /** Of this start and every one before it, later settings have a higher number. */
  let settingsVersion = Date.now();
  const agentSettings = (): AgentSettings => {
    const { models, catalogue, publicUrl } = hello.settings;
    const address = publicUrl ? { address: publicUrl } : {};
    return { version: settingsVersion, models, catalogue, ...address };
  };
  const agent = agentControl(flags);
  let agentPresent = false;
  let lastWork = Date.now();

  const outgoing = join(flags.data, 'outgoing');
  const clearing = new Clearing(journal, outgoing, join(dirname(flags.rooms), 'clear'), agent);
  const isClearing = clearing.begin();
  const talk = new DeletionTalk({ journal, gateway });

  const channels = new Channels({
    clearing: isClearing,
    journal,
    credentials,
    stores: new BridgeStores(join(flags.data, 'stores'), containerKey),
    agent: () => egress,
    extraTrust: hello.extraCa,
    agentForLinking: (onRefused) => new EgressAgent(egressDoor, hello.extraCa, undefined, onRefused),
    account: hello.account,
    publicUrl: () => hello.settings.publicUrl,
    declaredHosts: () => hello.settings.hosts,
    events: {
      onAccepted: (rows, delivered) => {
        lastWork = Date.now();
        if (delivered) desk.turns.offer(rows);
        else handIn.wake();
      },
      // Lost while the gateway is away: every state is reported again at its return.
      report: (channel, state, secretHash) =>
        gateway.report(channel, state, secretHash).catch(() => undefined),
    },
  });
  /** Before the gateway knows that this room is ready: from then on it may be linking one of them. */
  const reportNotLinked = async (): Promise<void> => {
    for (const kind of channels.notLinked())
      await gateway.report(kind, 'unlinked', null).catch(() => undefined);
  };
  const full = new FullWatch(() => isFull(flags.data));
  const hosts = new HostStops({ declared: () => hello.settings.hosts, gateway });
  const desk = new ConversationDesk({
    journal,
    channels,
    figures,
    files: new OutgoingFiles(journal, outgoing),
    spending,
    settings: agentSettings,
    startAgent: () => {
      if (agentPresent) return;
      agent.start();
      if (full.inVain()) void desk.refuseWaiting();
    },
    answerHere: (row) => talk.answer(row),
    storageFull: () => isFull(flags.data),
    afterAnswer: (command) => hosts.afterAnswer(command),
  });
  const wake = new Wake(journal, {
    onDue: () => desk.turns.say({ kind: 'wake' }),
    tell: (at) => gateway.wake(at),
  });

  const content = new ContentPass({
    door: flags.content,
    agentRuns: () => agentPresent,
    ask: () => desk.turns.say({ kind: 'content' }),
    onUse: () => (lastWork = Date.now()),
  });

  const archives = new ArchiveKeys(keys);
  const snapshots = new Snapshots({ account: hello.account, folder: flags.data, journal, content });

  const onSettings = async (settings: Settings): Promise<void> => {
    const moved = settings.publicUrl !== hello.settings.publicUrl;
    const otherHosts = !isDeepStrictEqual(settings.hosts, hello.settings.hosts);
    if (!isDeepStrictEqual(settings, hello.settings)) settingsVersion++;
    hello = { ...hello, settings };
    broker.forget();
    if (moved) await channels.restart();
    if (otherHosts) channels.hostsChanged();
  };

  const stop = async (): Promise<void> => {
    wake.stop();
    gateway.close();
    agent.stop();
    await channels.stop();
    await handIn.stop();
    await desk.stop();
    figures.stop();
    journal.close();
  };

  const workerParts = {
    account: hello.account,
    keys,
    own,
    fromGateway: new Sealer(keys, Buffer.from(hello.gatewayPublicKey, 'base64')),
    journal,
    channels,
    content,
    spending,
    onDelivered: (rows: JournalRow[]) => {
      lastWork = Date.now();
      desk.turns.offer(rows);
    },
    onSettings,
    onWake: () => {
      lastWork = Date.now();
      wake.called();
    },
    agentRuns: () => agentPresent,
    deletion: deletionRoutes({
      clearing,
      leaving: new Leaving({ channels, file: join(flags.data, 'receipt.json') }),
      untilTold: (within) => desk.untilTold(within),
    }),
  };
  const worker = workerDoor(workerParts, archiveWorkerRoutes(archives, snapshots));
  const roomsParts = {
    desk,
    broker,
    spending,
    hosts,
    wake,
    settings: agentSettings,
    contentInUse: () => content.busy,
    onAsk: (said: string | string[] | undefined) => clearing.agentAsks(said),
    onAgent: (present: boolean) => {
      agentPresent = present;
      if (present) {
        full.came();
        lastWork = Date.now();
      }
    },
  };
  const rooms = roomsDoor(roomsParts, archiveRoomsRoutes(archives));
  await Promise.all([rooms.listen(flags.rooms), channels.start()]);
  // Before anything can be delivered: what is taken up here must not be offered twice.
  desk.recover();
  wake.start();
  await worker.listen(join(flags.doors, 'worker.sock'));
  await reportNotLinked();
  await gateway.ready(keys.publicKey);
  handIn.wake();
  handIn.recall(0);

  void gateway.watch(async (next) => {
    const restarted = next.instance !== hello.instance;
    hello = { ...hello, instance: next.instance };
    await onSettings(next.settings);
    await reportNotLinked();
    await gateway.ready(keys.publicKey);
    for (const { channel, state } of channels.states()) await gateway.report(channel, state, null);
    handIn.wake();
    if (!restarted) return;
    handIn.recall(0);
    wake.tellAgain();
  });

  const cleaning = new JournalCleaning(
    journal,
    (trouble) => void gateway.trouble(trouble).catch(() => undefined),
  );
  setInterval(() => {
    // Never in the way of the message that this start is for.
    if (desk.idle) cleaning.look();
    if (!desk.idle || wake.busy || content.busy || channels.needsLiveConnection) lastWork = Date.now();
    else gateway.idle(Math.floor((Date.now() - lastWork) / 1_000)).catch(() => undefined);
  }, IDLE_CHECK).unref();

  process.once('SIGTERM', () => void stop().finally(() => process.exit(0)));
}

/** The container's key pair: made at its first start, never outside its volume. */
function ownKeys(credentials: Credentials): KeyPair {
  const stored = credentials.load('container-key') as { secretKey: string } | null;
  if (stored) return keyPairOf(Buffer.from(stored.secretKey, 'base64'));
  const keys = newKeyPair();
  credentials.save('container-key', { secretKey: Buffer.from(keys.secretKey).toString('base64') });
  return keys;
}

interface AgentFlags {
  rooms: string;
  content: string;
  'agent-control'?: string | undefined;
  'agent-script'?: string | undefined;
  'agent-data'?: string | undefined;
}

function agentControl(flags: AgentFlags): AgentControl {
  if (flags['agent-control']) return new SupervisedAgent(flags['agent-control']);
  const script = flags['agent-script'] ?? '';
  const data = flags['agent-data'] ?? '';
  return new ChildAgent(script, ['--door', flags.rooms, '--data', data, '--content', flags.content]);
}

await main();
