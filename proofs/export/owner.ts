/** Somebody who has a life in Ara and takes it along: an account, a bot, content of each kind, and secrets that must stay. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ExportState } from '../../contracts/archive.js';
import { sealAnonymously } from '../../contracts/seal.js';
import { TOTP } from 'otpauth';
import { Installation } from '../../test/kit/installation.js';
import { Visitor } from '../dashboard/visitor.js';
import { ask, heard, say, type Person } from '../kit/person.js';

const canary = (): string => `canary${randomBytes(10).toString('hex')}`;
const WITHIN = 60_000;
let owners = 5_000;

export class Owner {
  /** Each a word that is in one kind of content and nowhere else. */
  readonly words = {
    telegram: canary(),
    browser: canary(),
    memory: canary(),
    note: canary(),
    file: canary(),
    'name of a file': canary(),
    persona: canary(),
    reminder: canary(),
  };
  /** What no export may hold. */
  readonly secrets = {
    'API key': `sk-ant-${canary()}`,
    'bot token': `${700_000_000 + owners}:${canary()}AAAAAAAAAA`,
    password: `seven ${canary()} otters`,
    'wrong password': canary(),
  };
  /** What Ara made for them, and only they may use. */
  readonly made: Record<string, string> = {};

  private constructor(
    private readonly ara: Installation,
    private readonly visitor: Visitor,
    readonly id: string,
  ) {}

  static async move(ara: Installation, name: string): Promise<Owner> {
    const visitor = new Visitor(ara, name);
    const { id } = await ara.api<{ id: string }>('POST', '/v1/accounts', { name });
    const owner = new Owner(ara, visitor, id);
    const { address } = await ara.api<{ address: string }>('POST', '/v1/operator/invitations', {
      role: 'user',
      account: id,
    });
    const invitation = address.split('#')[1] ?? '';
    await visitor.read('POST', '/v1/sign-up', { name, password: owner.secrets.password, invitation });
    Object.assign(owner.made, { invitation, session: visitor.jar()[0]?.value ?? '' });
    await owner.secure(name);
    return owner;
  }

  /** An authenticator with its recovery codes, and somebody who tries to sign in with a password that is not theirs. */
  private async secure(name: string): Promise<void> {
    const { visitor, made, secrets } = this;
    const { secret } = await visitor.read<{ secret: string }>('POST', '/v1/me/authenticator');
    const code = new TOTP({ secret }).generate();
    const { codes } = await visitor.read<{ codes: string[] }>('PUT', '/v1/me/authenticator', { code });
    Object.assign(made, { authenticator: secret, 'recovery code': codes[0] ?? '' });
    const wrong = { name, password: secrets['wrong password'] };
    await new Visitor(this.ara, 'somebody').ask('POST', '/v1/sign-in', { body: wrong });
  }

  /** An import where it cannot be: the code of the refusal. */
  async importsInVain(archive: Buffer, passphrase: string): Promise<string> {
    const sealed = await this.sealed({ passphrase });
    const { ticket } = await this.visitor.read<{ ticket: string }>('POST', '/v1/me/import', { sealed });
    const response = await fetch(`${this.ara.address}/v1/me/import?ticket=${ticket}`, {
      method: 'PUT',
      headers: { ...this.headers, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(archive),
    });
    const { error } = (await response.json()) as { error?: { code: string } };
    return error?.code ?? 'taken';
  }

  private async sealed(value: object): Promise<string> {
    const { publicKey } = await this.visitor.read<{ publicKey: string }>('GET', '/v1/me/public-key');
    return sealAnonymously(Buffer.from(publicKey, 'base64'), Buffer.from(JSON.stringify(value)));
  }

  static hash(bytes: Buffer | undefined): string {
    return createHash('sha256')
      .update(bytes ?? '')
      .digest('hex');
  }

  async furnish(): Promise<void> {
    const { ara, visitor, words, secrets } = this;
    ara.internet.anthropic.keys.add(secrets['API key']);
    await visitor.read('PUT', '/v1/me/keys/anthropic', { key: secrets['API key'] });
    const person = await this.link();
    await ask(ara, person, `about ${words.telegram}`, (text) => text.includes(words.telegram));
    await ask(ara, person, '/new', () => true);
    await ask(ara, person, 'and after /new', (text) => text.includes('after /new'));
    await ask(ara, person, `/remind tomorrow at 9 ${words.reminder}`, (text) =>
      text.includes(words.reminder),
    );
    await visitor.read('POST', '/v1/me/chat', { id: randomUUID(), text: `about ${words.browser}` });
    await Installation.until(async () => (await this.turns()) >= 3, WITHIN);
    await visitor.read('PUT', '/v1/me/memory/MEMORY.md', { text: `- likes ${words.memory}\n` });
    await visitor.read('PUT', '/v1/me/memory/2026-11-20.md', { text: `- met ${words.note}\n` });
    await visitor.read('PUT', '/v1/me/assistant', { persona: words.persona, timeZone: 'Europe/Berlin' });
    await this.upload('notes/Reise nach 日本.md', Buffer.from(words.file));
    await this.upload(`${words['name of a file']}.txt`, Buffer.from('x'));
    await this.upload('photo.bin', randomBytes(3_000_000));
    await this.upload('empty', Buffer.alloc(0));
  }

  /** The bytes, and how long they took to be ready. */
  async export(passphrase: string): Promise<{ archive: Buffer; milliseconds: number }> {
    const { visitor } = this;
    const began = performance.now();
    await visitor.read('POST', '/v1/me/export', { sealed: await this.sealed({ passphrase }) });
    const states: ExportState[] = [];
    await Installation.until(async () => {
      states.push(await visitor.read<ExportState>('GET', '/v1/me/export'));
      return states.at(-1)?.state !== 'making';
    }, WITHIN);
    const milliseconds = performance.now() - began;
    const state = states.at(-1)?.state;
    if (state !== 'ready') throw new Error(`the export is ${state}`);
    const response = await fetch(`${this.ara.address}/v1/me/export/archive`, { headers: this.headers });
    const archive = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`the archive was refused: ${archive.toString()}`);
    await visitor.read('DELETE', '/v1/me/export');
    return { archive, milliseconds };
  }

  /** Whether what was taken in is there for the assistant, and not merely on its disk. */
  async remembers(): Promise<boolean> {
    const { files } = await this.visitor.read<{ files: { name: string }[] }>('GET', '/v1/me/memory');
    const { conversations } = await this.visitor.read<{ conversations: { id: string }[] }>(
      'GET',
      '/v1/me/conversations?words=about',
    );
    return files.length === 2 && conversations.length === 2;
  }

  private async link(): Promise<Person> {
    const { ara, secrets } = this;
    const bot = ara.internet.telegram.addBot({ username: `bot_${owners}`, token: secrets['bot token'] });
    const owner = owners++;
    const { code } = await ara.link(this.id, bot.token);
    const person: Person = { id: this.id, bot, owner, firstName: 'Alice', username: 'alice', code };
    const welcome = heard(ara, person, ({ text }) => text.startsWith('Linked'), WITHIN);
    say(ara, person, `/link ${code}`);
    await welcome;
    return person;
  }

  private async turns(): Promise<number> {
    const { conversations } = await this.visitor.read<{ conversations: { turns: number }[] }>(
      'GET',
      '/v1/me/conversations',
    );
    return conversations.reduce((sum, { turns }) => sum + turns, 0);
  }

  private async upload(path: string, bytes: Buffer): Promise<void> {
    const response = await fetch(`${this.ara.address}/v1/me/file?path=${encodeURIComponent(path)}`, {
      method: 'PUT',
      headers: { ...this.headers, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    });
    if (!response.ok) throw new Error(`${path} was refused: ${await response.text()}`);
  }

  private get headers(): Record<string, string> {
    const cookie = this.visitor.jar().map(({ name, value }) => `${name}=${value}`);
    return { cookie: cookie.join('; '), origin: this.ara.address, 'sec-fetch-site': 'same-origin' };
  }
}
