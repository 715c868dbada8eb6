/** People on a homeserver, each with a client that nobody here wrote (matrix-nio), driven over a pipe. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MATRIX_PYTHON, type MatrixUser } from './synapse.js';

export interface SeenEvent {
  id: string;
  sender: string;
  type: string;
  content: Record<string, unknown>;
  /** Whether it came encrypted, and could be read. */
  encrypted: boolean;
  redacts: string | null;
}

type Answer = { id: number; result: unknown } | { id: number; error: string };

export class MatrixPeople {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private commands = 0;

  private constructor(private readonly client: ChildProcess) {
    createInterface({ input: client.stdout! }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
  }

  /** `url` is plain HTTP: this client is not the one under test. */
  static async start(url: string): Promise<MatrixPeople> {
    const script = join(import.meta.dirname, 'matrix-client.py');
    const people = new MatrixPeople(
      spawn(MATRIX_PYTHON, [script, url], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    await new Promise<void>((ready) => people.waiting.set(0, () => ready()));
    return people;
  }

  /** Carries out one command after those before it. @throws Error with what the client says */
  do<Result = void>(what: string, command: Record<string, unknown> = {}): Promise<Result> {
    const id = ++this.commands;
    this.client.stdin?.write(JSON.stringify({ id, do: what, ...command }) + '\n');
    return new Promise((resolve, reject) => {
      this.waiting.set(id, (answer) => {
        if ('error' in answer) reject(new Error(`${what}: ${answer.error}`));
        else resolve(answer.result as Result);
      });
    });
  }

  async logIn(user: MatrixUser): Promise<Person> {
    const { device } = await this.do<{ device: string }>('login', {
      user: user.name,
      password: user.password,
    });
    return new Person(this, user, device);
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.client.once('exit', done));
    this.client.stdin?.end();
    await ended;
  }
}

export interface RoomOptions {
  invite?: string[];
  encrypted?: boolean;
  name?: string;
}

export class Person {
  constructor(
    private readonly people: MatrixPeople,
    readonly user: MatrixUser,
    readonly device: string,
  ) {}

  do<Result = void>(what: string, command: Record<string, unknown> = {}): Promise<Result> {
    return this.people.do<Result>(what, { user: this.user.name, ...command });
  }

  call<Result = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Result> {
    return this.do<Result>('call', { method, path: `/_matrix/client/v3${path}`, body });
  }

  async createRoom({ invite = [], encrypted = false, name }: RoomOptions): Promise<string> {
    const state = {
      type: 'm.room.encryption',
      state_key: '',
      content: { algorithm: 'm.megolm.v1.aes-sha2' },
    };
    const { room_id } = await this.call<{ room_id: string }>('POST', '/createRoom', {
      invite,
      is_direct: invite.length === 1,
      preset: 'private_chat',
      ...(name === undefined ? {} : { name }),
      initial_state: encrypted ? [state] : [],
    });
    return room_id;
  }

  async send(room: string, content: Record<string, unknown>, type = 'm.room.message'): Promise<string> {
    return (await this.do<{ event: string }>('send', { room, content, type })).event;
  }

  say(room: string, body: string): Promise<string> {
    return this.send(room, { msgtype: 'm.text', body });
  }

  events(room: string): Promise<SeenEvent[]> {
    return this.do<SeenEvent[]>('events', { room });
  }

  async download(content: Record<string, unknown>): Promise<Buffer> {
    const { bytes } = await this.do<{ bytes: string }>('download', { content });
    return Buffer.from(bytes, 'hex');
  }
}
