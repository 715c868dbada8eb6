/** Answers the queries of a client that is logged in, each in the shape that WhatsApp gives. */
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { Connection } from './connection.js';
import { bigEndian, bytesOf, childOf, childrenOf, node, numberOf, SERVER } from './nodes.js';
import type { Bundle } from './signal.js';
import { isSignedBy } from './signature.js';
import { lidOf, pnOf, type Companion, type Group, type Network } from './world.js';

type Answer = BinaryNode[] | undefined;
type Answerer = (server: Network, companion: Companion, stanza: BinaryNode) => Answer;

const answerers: Record<string, Answerer> = {
  'w:p': () => undefined,
  'w:stats': () => undefined,
  'urn:xmpp:whatsapp:dirty': () => undefined,
  abt: () => [node('props', { hash: 'h1' }, [node('prop', { name: '10518', value: 'true' })])],
  blocklist: () => [node('list')],
  passive: (server, companion) => {
    server.activate(companion);
    return undefined;
  },
  privacy: (_server, _companion, stanza) =>
    childOf(stanza, 'privacy')
      ? [node('privacy', {}, [node('category', { name: 'readreceipts', value: 'all' })])]
      : [node('tokens')],
  encrypt: (server, companion, stanza) => encryptQuery(server, companion, stanza),
  usync: (server, _companion, stanza) => usync(server, stanza),
  'w:g2': (server, _companion, stanza) => groupOf(server, stanza),
  'w:m': (server) => [
    node('media_conn', { auth: server.media.auth, ttl: '300' }, [
      node('host', { hostname: server.media.hostname, type: 'primary' }),
    ]),
  ],
  // An empty answer makes Baileys ask again for ever.
  'w:sync:app:state': (_server, _companion, stanza) => {
    const asked = childrenOf(childOf(stanza, 'sync'), 'collection');
    const collections = asked.map(({ attrs }) => node('collection', { name: attrs['name'], version: '0' }));
    return [node('sync', {}, collections)];
  },
};

export function answerQuery(server: Network, connection: Connection, stanza: BinaryNode): void {
  const { companion } = connection;
  if (stanza.attrs['type'] === 'result' || !companion) return;
  const { id, xmlns = '' } = stanza.attrs;
  const result = (content: Answer): void =>
    connection.send(node('iq', { type: 'result', id, from: SERVER }, content));
  if (xmlns === 'md' && childOf(stanza, 'remove-companion-device')) {
    result(undefined);
    return server.remove(companion);
  }
  const answerer = answerers[xmlns];
  if (!answerer) server.problems.push(`no answer to a query of ${xmlns}`);
  result(answerer?.(server, companion, stanza));
}

function encryptQuery(server: Network, companion: Companion, stanza: BinaryNode): Answer {
  const { bundle } = companion;
  if (childOf(stanza, 'count')) return [node('count', { value: String(bundle?.preKeys.length ?? 0) })];
  if (childOf(stanza, 'digest')) return [node('digest', {}, [node('registration')])];
  if (childOf(stanza, 'key')) return keysOfUsers(server, stanza);
  if (childOf(stanza, 'rotate')) return undefined;
  const left = bundleIn(stanza);
  const { publicKey, signature } = left.signedPreKey;
  const typed = Buffer.concat([Buffer.from([5]), publicKey]);
  if (!isSignedBy(left.identity, typed, signature)) server.problems.push('a signed prekey is signed wrongly');
  companion.bundle = { ...left, preKeys: [...(bundle?.preKeys ?? []), ...left.preKeys] };
  return undefined;
}

function bundleIn(stanza: BinaryNode): Bundle {
  const keyIn = (key: BinaryNode) => ({ keyId: numberOf(key, 'id'), publicKey: bytesOf(key, 'value') });
  const signed = childOf(stanza, 'skey');
  if (!signed) throw new Error('no signed prekey');
  return {
    registrationId: numberOf(stanza, 'registration'),
    identity: bytesOf(stanza, 'identity'),
    signedPreKey: { ...keyIn(signed), signature: bytesOf(signed, 'signature') },
    preKeys: childrenOf(childOf(stanza, 'list'), 'key').map(keyIn),
  };
}

function keysOfUsers(server: Network, stanza: BinaryNode): Answer {
  const asked = childrenOf(childOf(stanza, 'key'), 'user').map(({ attrs }) => attrs['jid'] ?? '');
  const users = asked.map((jid) => {
    const found = server.world.find(jid);
    const phone = found?.device === 0 ? found.user.phone.signal.bundle() : null;
    const bundle = phone ?? found?.user.companions.get(found.device)?.bundle;
    return node('user', { jid }, bundle ? bundleNodes(bundle) : [node('error', { code: '404' })]);
  });
  return [node('list', {}, users)];
}

export const bundleNodes = ({ registrationId, identity, signedPreKey }: Bundle): BinaryNode[] => [
  node('registration', {}, bigEndian(registrationId, 4)),
  node('type', {}, Buffer.from([5])),
  node('identity', {}, identity),
  node('skey', {}, [
    node('id', {}, bigEndian(signedPreKey.keyId, 3)),
    node('value', {}, signedPreKey.publicKey),
    node('signature', {}, signedPreKey.signature),
  ]),
];

function usync(server: Network, stanza: BinaryNode): Answer {
  const query = childOf(stanza, 'usync', 'query');
  const asked = new Set(
    childrenOf(childOf(stanza, 'usync', 'list'), 'user').map(({ attrs }) => attrs['jid'] ?? ''),
  );
  const users = [...asked].flatMap((jid) => {
    const user = server.world.find(jid)?.user;
    if (!user) return [];
    const devices = [0, ...user.companions.keys()].map((id) =>
      node('device', { id: String(id), ...(id > 0 ? { 'key-index': String(id) } : {}) }),
    );
    const content = [
      ...(childOf(query, 'devices') ? [node('devices', {}, [node('device-list', {}, devices)])] : []),
      ...(childOf(query, 'lid') ? [node('lid', { val: lidOf(user) })] : []),
    ];
    return [node('user', { jid }, content)];
  });
  return [node('usync', {}, [node('list', {}, users)])];
}

function groupOf(server: Network, stanza: BinaryNode): Answer {
  const group = server.world.groups.get(stanza.attrs['to'] ?? '');
  return group ? [groupNode(group)] : [node('error', { code: '404', text: 'item-not-found' })];
}

function groupNode({ id, subject, addressing, members }: Group): BinaryNode {
  const participants = members.map((user) =>
    addressing === 'lid'
      ? node('participant', { jid: lidOf(user), phone_number: pnOf(user) })
      : node('participant', { jid: pnOf(user), lid: lidOf(user) }),
  );
  const attrs = { id: id.replace('@g.us', ''), subject, creation: '1700000000', s_t: '1700000000' };
  return node('group', { ...attrs, addressing_mode: addressing }, participants);
}
