/** Takes what a linked device sends: messages for phones, receipts, acknowledgements, signs of typing. */
import { proto, type BinaryNode } from '@whiskeysockets/baileys';
import { bundleNodes } from './queries.js';
import { bigEndian, childOf, childrenOf, node, seconds } from './nodes.js';
import { deliverTo } from './sending.js';
import { show } from './showing.js';
import { pnOf, type Companion, type Network, type User } from './world.js';

/** Hands a message to each phone that it is for, then acknowledges it. */
export async function takeMessage(server: Network, from: Companion, stanza: BinaryNode): Promise<void> {
  const { id, to = '' } = stanza.attrs;
  const error = server.refusals.shift();
  if (error === undefined) await handOut(server, from, stanza);
  if (server.mute) return;
  const ack = { class: 'message', id, from: to, t: seconds(), error: error ?? undefined };
  from.connection?.send(node('ack', ack));
}

async function handOut(server: Network, from: Companion, stanza: BinaryNode): Promise<void> {
  const { id = '', to = '' } = stanza.attrs;
  const group = server.world.groups.get(to);
  const forDevices = childrenOf(childOf(stanza, 'participants'), 'to').map(
    (device) => [device.attrs['jid'] ?? '', childOf(device, 'enc')] as const,
  );
  const direct = childOf(stanza, 'enc');
  if (direct && direct.attrs['type'] !== 'skmsg')
    forDevices.push([stanza.attrs['participant'] ?? to, direct]);
  for (const [jid, enc] of forDevices) {
    const user = server.world.phoneKey(jid);
    if (user && enc) await takeOnPhone(server, from, user, id, to, enc, stanza);
  }
  if (!group || direct?.attrs['type'] !== 'skmsg') return;
  for (const user of group.members) {
    if (!user.phone.online) continue;
    const message = await user.phone.signal.decryptFromGroup(
      to,
      authorOf(from),
      direct.content as Uint8Array,
    );
    show(user.phone, id, to, pnOf(from.user), message);
    if (user !== from.user) receipt(server, from, { id, from: to, participant: pnOf(user) });
  }
}

const authorOf = ({ user, id }: Companion): string => pnOf(user, id);

async function takeOnPhone(
  server: Network,
  from: Companion,
  user: User,
  id: string,
  to: string,
  enc: BinaryNode,
  stanza: BinaryNode,
): Promise<void> {
  const { phone } = user;
  if (!phone.online) return;
  if (phone.deaf) {
    phone.deaf = false;
    return askAgain(server, from, user, id);
  }
  const raw = await phone.signal.decrypt(authorOf(from), enc.attrs['type'] ?? '', enc.content as Uint8Array);
  const { senderKeyDistributionMessage: key, deviceSentMessage: own } = raw;
  if (key) await phone.signal.takeSenderKey(authorOf(from), key);
  if (stanza.attrs['category'] === 'peer') {
    const asked = own?.message?.protocolMessage ?? raw.protocolMessage;
    if (asked) phone.asked.push(asked);
    return receipt(server, from, { id, from: pnOf(user), type: 'peer_msg' });
  }
  if (own?.message) show(phone, id, byNumber(server, own.destinationJid ?? ''), pnOf(user), own.message);
  else if (!key) show(phone, id, pnOf(from.user), pnOf(from.user), raw);
  if (server.world.groups.has(to)) return;
  if (user === from.user) receipt(server, from, { id, from: pnOf(user), type: 'sender', recipient: to });
  else receipt(server, from, { id, from: pnOf(user) });
}

function byNumber(server: Network, jid: string): string {
  const found = server.world.find(jid);
  return found ? pnOf(found.user) : jid;
}

function receipt(server: Network, to: Companion, attrs: Record<string, string>): void {
  if (!server.mute) server.push(to, node('receipt', { ...attrs, t: seconds() }));
}

/** A phone that could not read a message asks its sender for it, and leaves keys for a new session. */
export function askAgain(server: Network, from: Companion, user: User, id: string): void {
  const bundle = user.phone.signal.bundle();
  const [registration, ...keys] = bundleNodes(bundle);
  const content = [
    node('retry', { count: '1', id, t: seconds(), v: '1' }),
    registration ?? node('registration', {}, bigEndian(bundle.registrationId, 4)),
    node('keys', {}, keys),
  ];
  server.push(from, node('receipt', { id, from: pnOf(user), type: 'retry', t: seconds() }, content));
}

export async function takeReceipt(server: Network, from: Companion, stanza: BinaryNode): Promise<void> {
  const { id = '', to = '', type, participant } = stanza.attrs;
  if (type !== 'hist_sync') server.settle(from, id);
  from.connection?.send(node('ack', { class: 'receipt', id, from: to, type }));
  const writer = server.world.find(participant ?? to)?.user;
  if (!writer) return;
  const ids = [id, ...childrenOf(childOf(stanza, 'list'), 'item').map(({ attrs }) => attrs['id'] ?? '')];
  if (type === 'read') writer.phone.readBy.push(...ids.map((read) => ({ id: read, by: pnOf(from.user) })));
  if (type !== 'retry') return;
  const sent = writer.phone.sent.get(id);
  if (!sent) return;
  if (from.bundle) await writer.phone.signal.renew(authorOf(from), from.bundle);
  const retry = Number(childOf(stanza, 'retry')?.attrs['count'] ?? 1);
  const again = { ...sent.saying, id, retry };
  await deliverTo(from, writer.phone, sent.to, sent.message, again, server.world.groups.get(sent.to));
}

export function takeChatState(server: Network, from: Companion, stanza: BinaryNode): void {
  const to = server.world.find(stanza.attrs['to'])?.user;
  if (to && childOf(stanza, 'composing')) to.phone.typing.push(pnOf(from.user));
}

/** A history with one old message to the assistant, as a phone sends it behind the linking. */
export const historyOf = (
  chat: string,
  text: string,
  deflate: (data: Uint8Array) => Uint8Array,
): proto.IMessage => {
  const old = {
    message: {
      key: { remoteJid: chat, fromMe: false, id: 'OLD1' },
      message: { conversation: text },
      messageTimestamp: 1_700_000_000,
    },
  };
  const history = proto.HistorySync.encode({
    syncType: proto.HistorySync.HistorySyncType.INITIAL_BOOTSTRAP,
    conversations: [{ id: chat, messages: [old] }],
  }).finish();
  return {
    protocolMessage: {
      type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: {
        syncType: proto.Message.HistorySyncType.INITIAL_BOOTSTRAP,
        initialHistBootstrapInlinePayload: deflate(history),
      },
    },
  };
};

/** A message as the phone knows it, for a device that could not read it. */
export const placeholderAnswer = (message: proto.IWebMessageInfo): proto.IMessage => ({
  protocolMessage: {
    type: proto.Message.ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
    peerDataOperationRequestResponseMessage: {
      stanzaId: 'PDO0',
      peerDataOperationResult: [
        {
          placeholderMessageResendResponse: {
            webMessageInfoBytes: proto.WebMessageInfo.encode(
              proto.WebMessageInfo.fromObject(message),
            ).finish(),
          },
        },
      ],
    },
  },
});
