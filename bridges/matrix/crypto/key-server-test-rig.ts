/** As much of a homeserver as crypto machines need of one, in memory: keys of devices, what goes between them, a key backup. */
import type { Answer, Client } from '../client.js';
import { ASKS_FOR_MORE, MatrixFailure } from '../failure.js';

type Json = Record<string, unknown>;
type Keys = Record<string, Json>;

interface Device {
  user: string;
  id: string;
  keys: Json;
  oneTime: [name: string, key: Json][];
  inbox: Json[];
}

export class KeyServer {
  readonly devices: Device[] = [];
  readonly masters: Keys = {};
  readonly versions: { version: string; algorithm: unknown; auth_data: Json }[] = [];
  /** By version, room and session. */
  readonly backedUp = new Map<string, Json>();
  /** What was asked for, in order. */
  readonly calls: string[] = [];
  private readonly given: unknown[] = [];
  /** What it asks for before it takes an identity; null for nothing. */
  password: string | null = null;
  /** What goes wrong next with such a call. */
  trouble: { path: RegExp; error: Error } | null = null;

  /** As a device reaches it. */
  clientFor(user: string, id: string): Client {
    const call = (
      method: string,
      path: string,
      options: { query?: Json; body?: unknown } = {},
    ): Promise<Answer> => {
      this.calls.push(`${method} ${path}`);
      this.given.push(options.body);
      const short = decodeURIComponent(path.replace('/_matrix/client/v3/', ''));
      if (this.trouble?.path.test(short)) return Promise.reject(this.trouble.error);
      return Promise.resolve().then(() => this.answer(user, id, `${method} ${short}`, options));
    };
    return { call } as unknown as Client;
  }

  /** All that was ever sent to it. */
  bodies(): string {
    return JSON.stringify(this.given);
  }

  /** What the next sync of a device says of keys. */
  changesFor(user: string, id: string) {
    const device = this.device(user, id);
    return {
      toDevice: device.inbox.splice(0),
      changed: [...new Set(this.devices.map((each) => each.user))],
      left: [],
      oneTimeKeys: { signed_curve25519: device.oneTime.length },
      fallbackKeys: ['signed_curve25519'],
    };
  }

  private answer(
    user: string,
    id: string,
    what: string,
    { query, body }: { query?: Json; body?: unknown },
  ): Answer {
    const given = (body ?? {}) as Record<string, Json>;
    const version = String(query?.['version']);
    const [, session] = /^GET room_keys\/keys\/(.+)$/.exec(what) ?? [];
    if (session !== undefined) return this.found(this.backedUp.get(`${version} ${session}`));
    const [, type] = /^PUT sendToDevice\/([^/]+)\//.exec(what) ?? [];
    if (type !== undefined) return this.deliver(user, type, given['messages'] as Record<string, Keys>);
    const answers: Record<string, () => Answer> = {
      'POST keys/upload': () => this.upload(user, id, given),
      'POST keys/query': () => this.query(Object.keys(given['device_keys'] ?? {})),
      'POST keys/claim': () => this.claim(given['one_time_keys'] as Record<string, Record<string, string>>),
      'POST keys/device_signing/upload': () => this.sign(user, given),
      'POST keys/signatures/upload': () => ({}),
      'GET room_keys/version': () => this.found(this.versions.at(-1)),
      'POST room_keys/version': () => this.makeVersion(given),
      'PUT room_keys/keys': () => this.backUp(version, given['rooms'] as Record<string, { sessions: Keys }>),
    };
    const known = answers[what];
    if (!known) throw new MatrixFailure(404, 'M_UNRECOGNIZED', 0);
    return known();
  }

  private sign(user: string, { master_key: key = {}, auth }: Record<string, Json>): Answer {
    const isKnown = auth?.['session'] === 'question' && auth['password'] === this.password;
    if (this.password !== null && !isKnown) throw new MatrixFailure(401, ASKS_FOR_MORE, 0, 'question');
    this.masters[user] = key;
    return {};
  }

  private makeVersion({ algorithm, auth_data: data = {} }: Record<string, Json>): Answer {
    const version = String(this.versions.length + 1);
    this.versions.push({ version, algorithm, auth_data: data });
    return { version };
  }

  private found(answer: Json | undefined): Answer {
    if (!answer) throw new MatrixFailure(404, 'M_NOT_FOUND', 0);
    return answer;
  }

  private device(user: string, id: string): Device {
    const known = this.devices.find((each) => each.user === user && each.id === id);
    if (known) return known;
    const made = { user, id, keys: {}, oneTime: [], inbox: [] };
    this.devices.push(made);
    return made;
  }

  private upload(user: string, id: string, given: Record<string, Json>): Answer {
    const device = this.device(user, id);
    device.keys = given['device_keys'] ?? device.keys;
    device.oneTime.push(...(Object.entries(given['one_time_keys'] ?? {}) as [string, Json][]));
    return { one_time_key_counts: { signed_curve25519: device.oneTime.length } };
  }

  private query(users: string[]): Answer {
    const keysOf = (user: string): Json =>
      Object.fromEntries(this.devices.filter((each) => each.user === user).map(({ id, keys }) => [id, keys]));
    const devices = Object.fromEntries(users.map((user) => [user, keysOf(user)]));
    const known = Object.entries(this.masters).filter(([user]) => users.includes(user));
    return { device_keys: devices, master_keys: Object.fromEntries(known), failures: {} };
  }

  private claim(wanted: Record<string, Record<string, string>>): Answer {
    const keys: Record<string, Keys> = {};
    for (const [user, devices] of Object.entries(wanted))
      for (const id of Object.keys(devices)) {
        const [name, key] = this.device(user, id).oneTime.shift() ?? [];
        if (name !== undefined) (keys[user] ??= {})[id] = { [name]: key };
      }
    return { one_time_keys: keys, failures: {} };
  }

  private deliver(sender: string, type: string, messages: Record<string, Keys>): Answer {
    for (const [user, devices] of Object.entries(messages))
      for (const [id, content] of Object.entries(devices))
        this.device(user, id).inbox.push({ sender, type, content });
    return {};
  }

  private backUp(version: string, rooms: Record<string, { sessions: Keys }>): Answer {
    if (version !== this.versions.at(-1)?.version)
      throw new MatrixFailure(403, 'M_WRONG_ROOM_KEYS_VERSION', 0);
    for (const [room, { sessions }] of Object.entries(rooms))
      for (const [session, entry] of Object.entries(sessions))
        this.backedUp.set(`${version} ${room}/${session}`, entry);
    return { count: this.backedUp.size, etag: String(this.backedUp.size) };
  }
}
