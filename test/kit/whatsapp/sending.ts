/** Carries what a phone writes to the linked devices of those who get it, encrypted for each. */
import { proto } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { node, seconds } from './nodes.js';
import {
  lidOf,
  pnOf,
  type Companion,
  type Group,
  type Network,
  type Phone,
  type Saying,
  type User,
} from './world.js';

type Sent = Saying & { id: string; retry?: number };

/** To every device that sees the chat: the readers' and the writer's own. */
export async function deliver(
  server: Network,
  phone: Phone,
  to: string,
  message: proto.IMessage,
  sent: Sent,
): Promise<void> {
  const group = server.world.groups.get(to);
  const reader = server.world.find(to)?.user;
  const users = group ? group.members : reader ? [...new Set([reader, phone.me()])] : [];
  for (const user of users) {
    for (const companion of user.companions.values())
      await deliverTo(companion, phone, to, message, sent, group);
  }
}

export async function deliverTo(
  companion: Companion,
  phone: Phone,
  to: string,
  message: proto.IMessage,
  sent: Sent,
  group?: Group,
): Promise<void> {
  const writer = phone.me();
  const base = { id: sent.id, t: String(sent.at ?? seconds()), notify: writer.name, type: typeOf(message) };
  if (group) {
    const content = await forGroup(companion, phone, group, message, sent);
    return phone.network.push(
      companion,
      node('message', { ...base, ...groupAddress(writer, group) }, content),
    );
  }
  const own = companion.user === writer;
  const reader = phone.network.world.find(to)?.user ?? writer;
  const seenByOwn = { deviceSentMessage: { destinationJid: to, message } };
  const enc = await encrypted(companion, phone, own ? seenByOwn : message, sent.retry);
  const address = addressOf(writer, sent.addressing ?? 'pn');
  const recipient = own ? { recipient: sent.addressing === 'lid' ? lidOf(reader) : to } : {};
  phone.network.push(companion, node('message', { ...base, ...address, ...recipient }, [enc]));
}

/** To a device of the phone's own account only: history, keys. */
export async function deliverPeer(phone: Phone, message: proto.IMessage, id: string): Promise<void> {
  for (const companion of phone.me().companions.values()) {
    const enc = await encrypted(companion, phone, message);
    const attrs = { id, from: phone.jid, t: seconds(), type: 'text', category: 'peer' };
    phone.network.push(companion, node('message', attrs, [enc]));
  }
}

const addressOf = (user: User, addressing: 'pn' | 'lid'): Record<string, string> =>
  addressing === 'lid'
    ? { from: lidOf(user), sender_pn: pnOf(user), addressing_mode: 'lid' }
    : { from: pnOf(user), sender_lid: lidOf(user) };

const groupAddress = (user: User, { id, addressing }: Group): Record<string, string> =>
  addressing === 'lid'
    ? { from: id, participant: lidOf(user), participant_pn: pnOf(user), addressing_mode: 'lid' }
    : { from: id, participant: pnOf(user), participant_lid: lidOf(user), addressing_mode: 'pn' };

async function encrypted(
  { user, id, bundle }: Companion,
  phone: Phone,
  message: proto.IMessage,
  retry?: number,
): Promise<BinaryNode> {
  if (!bundle) throw new Error('the device has not left its keys yet');
  const { type, ciphertext } = await phone.signal.encrypt(pnOf(user, id), bundle, message);
  const count = retry === undefined ? undefined : String(retry);
  return node('enc', { v: '2', type, count }, ciphertext);
}

/** The sender key goes along each time: a device takes one that it has. */
async function forGroup(
  companion: Companion,
  phone: Phone,
  { id, addressing }: Group,
  message: proto.IMessage,
  { retry }: Sent,
): Promise<BinaryNode[]> {
  const me = addressing === 'lid' ? lidOf(phone.me()) : phone.jid;
  const { ciphertext, senderKeyDistributionMessage } = await phone.signal.encryptForGroup(id, me, message);
  const key = { groupId: id, axolotlSenderKeyDistributionMessage: senderKeyDistributionMessage };
  const forDevice = await encrypted(companion, phone, { senderKeyDistributionMessage: key }, retry);
  return [forDevice, node('enc', { v: '2', type: 'skmsg' }, ciphertext)];
}

const typeOf = (message: proto.IMessage): string =>
  Object.keys(message).some((key) => /^(image|video|audio|document|sticker)Message$/.test(key))
    ? 'media'
    : 'text';
