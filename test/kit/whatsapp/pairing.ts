/** Links a device to an account, by the code on its screen or by the code that its owner types into the phone. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, pbkdf2Sync, randomBytes } from 'node:crypto';
import { Curve, proto, type BinaryNode } from '@whiskeysockets/baileys';
import { bytesOf, childOf, node, seconds, SERVER } from './nodes.js';
import { isSignedBy } from './signature.js';
import { lidOf, pnOf, type Candidate, type Network, type User } from './world.js';

export function offerRefs({ connection, refs }: Candidate): void {
  const content = refs.map((ref) => node('ref', {}, Buffer.from(ref)));
  const attrs = { type: 'set', from: SERVER, id: `ref-${randomBytes(4).toString('hex')}`, xmlns: 'md' };
  connection.send(node('iq', attrs, [node('pair-device', {}, content)]));
}

export function pairByQr(server: Network, user: User, qr: string): void {
  const [address, fields = ''] = qr.split('#');
  const [ref = '', noise = '', identity = '', adv = '', platform] = fields.split(',');
  if (address !== 'https://wa.me/settings/linked_devices' || !platform)
    throw new Error('no code of WhatsApp');
  const candidate = server.candidates.find(({ refs }) => refs.includes(ref));
  if (!candidate) throw new Error('the code has expired');
  const same = (text: string, key: Uint8Array | null | undefined): boolean =>
    Buffer.from(text, 'base64').equals(key ?? Buffer.alloc(0));
  if (!same(noise, candidate.connection.clientKey) || !same(identity, candidate.payload.eIdent)) {
    throw new Error('the code is of another device');
  }
  succeed(candidate, user, Buffer.from(adv, 'base64'));
}

/** `companion_hello` and `companion_finish`, as they come from the device. */
export function takeCodeStanza(server: Network, candidate: Candidate, stanza: BinaryNode): void {
  const said = childOf(stanza, 'link_code_companion_reg');
  const answer = (content?: BinaryNode[]): void =>
    candidate.connection.send(node('iq', { type: 'result', id: stanza.attrs['id'], from: SERVER }, content));
  if (said?.attrs['stage'] === 'companion_hello') {
    const user = server.world.find(said.attrs['jid'])?.user;
    if (!user) throw new Error('nobody has this number');
    const ref = randomBytes(16);
    candidate.hello = {
      ref,
      user,
      wrapped: bytesOf(said, 'link_code_pairing_wrapped_companion_ephemeral_pub'),
    };
    answer([
      node('link_code_companion_reg', { stage: 'companion_hello' }, [node('link_code_pairing_ref', {}, ref)]),
    ]);
  } else {
    answer();
    completeByCode(candidate, said);
  }
}

/** PBKDF2 with WhatsApp's count. */
const keyOfCode = (code: string, salt: Uint8Array): Buffer => pbkdf2Sync(code, salt, 2 << 16, 32, 'sha256');

export function pairByCode(server: Network, user: User, code: string): void {
  const candidate = server.candidates.find(({ hello }) => hello?.user === user);
  if (!candidate?.hello) throw new Error('no device has asked for this phone');
  const { wrapped, ref } = candidate.hello;
  const [salt, iv, sealed] = [wrapped.subarray(0, 32), wrapped.subarray(32, 48), wrapped.subarray(48, 80)];
  const companion = createDecipheriv('aes-256-ctr', keyOfCode(code, salt), iv).update(sealed);
  const phone = Curve.generateKeyPair();
  candidate.ephemeral = { phone, companion };
  const [ownSalt, ownIv] = [randomBytes(32), randomBytes(16)];
  const own = createCipheriv('aes-256-ctr', keyOfCode(code, ownSalt), ownIv).update(phone.public);
  const content = [
    node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, Buffer.concat([ownSalt, ownIv, own])),
    node('primary_identity_pub', {}, user.phone.signal.identity),
    node('link_code_pairing_ref', {}, ref),
  ];
  const attrs = { type: 'link_code_companion_reg', from: SERVER, id: 'code-1', t: seconds() };
  const said = node('link_code_companion_reg', { stage: 'primary_hello' }, content);
  candidate.connection.send(node('notification', attrs, [said]));
}

function completeByCode(candidate: Candidate, said: BinaryNode | undefined): void {
  if (!candidate.ephemeral || !candidate.hello) throw new Error('finished before it was begun');
  const { phone, companion } = candidate.ephemeral;
  const { user } = candidate.hello;
  const wrapped = bytesOf(said, 'link_code_pairing_wrapped_key_bundle');
  const [salt, iv, sealed] = [wrapped.subarray(0, 32), wrapped.subarray(32, 44), wrapped.subarray(44)];
  const shared = Curve.sharedKey(phone.private, companion);
  const key = Buffer.from(
    hkdfSync('sha256', shared, salt, 'link_code_pairing_key_bundle_encryption_key', 32),
  );
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAuthTag(sealed.subarray(-16));
  // A wrong code fails here, and the phone says so.
  const bundle = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  const [identity, random] = [bundle.subarray(0, 32), bundle.subarray(64, 96)];
  if (!identity.equals(candidate.payload.eIdent ?? Buffer.alloc(0))) throw new Error('another identity');
  const sharedIdentity = Curve.sharedKey(user.phone.signal.creds.signedIdentityKey.private, identity);
  const secret = Buffer.concat([shared, sharedIdentity, random]);
  const adv = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(32), 'adv_secret', 32));
  succeed(candidate, user, adv);
}

/** What the phone signs so that others take the device for one of its owner's. */
export function signDevice(
  user: User,
  identity: Uint8Array,
  keyIndex: number,
): proto.IADVSignedDeviceIdentity {
  const details = proto.ADVDeviceIdentity.encode({
    rawId: 7,
    timestamp: Number(seconds()),
    keyIndex,
  }).finish();
  const signed = Buffer.concat([Buffer.from([6, 0]), details, identity]);
  const { signedIdentityKey } = user.phone.signal.creds;
  const accountSignature = Curve.sign(signedIdentityKey.private, signed);
  return { details, accountSignatureKey: signedIdentityKey.public, accountSignature };
}

function succeed(candidate: Candidate, user: User, adv: Uint8Array): void {
  const identity = candidate.payload.eIdent ?? Buffer.alloc(0);
  const id = Math.max(0, ...user.companions.keys()) + 1;
  const account = signDevice(user, identity, id);
  const details = proto.ADVSignedDeviceIdentity.encode(account).finish();
  const hmac = createHmac('sha256', adv).update(details).digest();
  const container = proto.ADVSignedDeviceIdentityHMAC.encode({ details, hmac }).finish();
  const noiseKey = candidate.connection.clientKey;
  const companion = { id, user, noiseKey, bundle: null, connection: null, active: false, pending: [] };
  candidate.becomes = { companion, details: account.details ?? Buffer.alloc(0), account: user };
  const content = [
    node('device-identity', {}, container),
    node('device', { jid: pnOf(user, id), lid: lidOf(user, id) }),
    node('platform', { name: 'android' }),
  ];
  const attrs = { type: 'set', from: SERVER, id: 'pair-1', xmlns: 'md', t: seconds() };
  candidate.connection.send(node('iq', attrs, [node('pair-success', {}, content)]));
}

/** The device's own signature; then it must connect anew, as itself. */
export function takeDeviceSignature(candidate: Candidate, stanza: BinaryNode): void {
  if (!candidate.becomes) throw new Error('signed before it was paired');
  const { companion, details, account } = candidate.becomes;
  const signed = proto.ADVSignedDeviceIdentity.decode(bytesOf(stanza, 'pair-device-sign', 'device-identity'));
  const identity = candidate.payload.eIdent ?? Buffer.alloc(0);
  const message = Buffer.concat([Buffer.from([6, 1]), details, identity, account.phone.signal.identity]);
  if (!isSignedBy(identity, message, signed.deviceSignature ?? Buffer.alloc(0)))
    throw new Error('the device signed wrongly');
  account.companions.set(companion.id, companion);
  candidate.connection.send(node('stream:error', { code: '515' }));
  candidate.connection.close();
}
