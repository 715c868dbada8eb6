/** Puts together what a running bridge consists of, once Baileys has been loaded. */
import type { BridgeHost } from '../bridge.js';
import { Account } from './account.js';
import { AuthState } from './auth-state.js';
import { connect, type Connection } from './connection.js';
import type { WhatsAppCredential } from './credential.js';
import type { Timing } from './endings.js';
import { bare, makeChatId } from './ids.js';
import { Intake } from './intake.js';
import { loadLibrary } from './library.js';
import type { MediaOptions } from './media-host.js';
import { Outbound, type Line } from './outbound.js';
import { OwnChats } from './own-chat.js';
import { Notices } from './notices.js';
import { PhoneWatch } from './phone-watch.js';
import { SentLog } from './sent-log.js';
import { setTrust } from './trust.js';

export interface OfficeOptions {
  host: BridgeHost;
  mode: WhatsAppCredential['mode'];
  /** May be changed while it runs. */
  readReceipts: () => boolean;
  media: MediaOptions;
  timing: Timing;
  url: string | undefined;
  now: () => number;
  line: () => Line;
  phoneChanged: () => void;
}

export interface Office {
  readonly outbound: Outbound;
  readonly chats: OwnChats;
  readonly phone: PhoneWatch;
  connect(onOpen: () => void): Connection;
}

export async function openOffice(options: OfficeOptions): Promise<Office> {
  const { host, now } = options;
  const library = await loadLibrary();
  setTrust(library, host.extraTrust ?? null);
  const auth = new AuthState(host.store, library);
  const account = new Account(options.mode, auth);
  const chats = new OwnChats(host, account);
  const sent = new SentLog(host.store, library);
  const outbound = new Outbound({
    library,
    account,
    sent,
    media: options.media,
    patience: options.timing.acknowledge,
    readReceipts: options.readReceipts,
    now,
    line: options.line,
  });
  const phone = new PhoneWatch({
    store: host.store,
    now,
    ask: () => void outbound.askPhone(),
    changed: options.phoneChanged,
  });
  const notices = new Notices(outbound, now);
  let current: Connection | null = null;
  const intake = new Intake({
    host,
    library,
    account,
    chats,
    notify: (chat, text) => notices.send(chat, text),
    phoneSeen: () => phone.seen(),
    fail: () => current?.close(),
  });
  return {
    outbound,
    chats,
    phone,
    connect: (onOpen) => {
      current = connect({
        library,
        auth,
        agent: host.agent,
        judge: intake.judge,
        take: intake.take,
        recovered: intake.recover,
        sentMessage: ({ remoteJid, id }) => {
          const own = account
            .aliases(remoteJid)
            .concat(bare(remoteJid) ?? [])
            .map(makeChatId)
            .map((chat) => chats.find(chat));
          const found = own.map((chat) => (chat && id ? sent.find(chat, id) : undefined));
          return found.find((message) => message !== undefined);
        },
        ...(options.url === undefined ? {} : { url: options.url }),
        onOpen: () => {
          onOpen();
          notices.flush();
        },
      });
      return current;
    },
  };
}
