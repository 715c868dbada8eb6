/** Asks a provider's model through its real library, with the fake door behind it. */
import type { Provider } from '../../../../contracts/ids.js';
import { createDoorFetch } from '../door-fetch.js';
import { Models } from '../models/index.js';
import { modelErrorOf } from '../models/model-error.js';
import type {
  AssistantContent,
  Image,
  ModelError,
  ModelEvent,
  ModelMessage,
  ModelRequest,
  ToolDescription,
} from '../models/model.js';
import { SocketHttp } from '../socket-http.js';
import { FakeRoomsDoor, type ModelCall } from './fake-rooms-door.js';

export const PROVIDERS = ['anthropic', 'openai', 'google', 'compatible'] as const satisfies Provider[];

export const IMAGE: Image = { mediaType: 'image/png', data: 'iVBORw0KGgo=' };

export const lookUp: ToolDescription = {
  name: 'look_up',
  description: 'Looks something up.',
  parameters: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
};

export const asks = (text: string): ModelMessage => ({ role: 'user', content: [{ type: 'text', text }] });

export const PLAIN_REQUEST: ModelRequest = {
  model: 'test-model',
  system: { stable: 'Be kind.', current: 'It is late.' },
  messages: [asks('hello')],
  tools: [],
  maxTokens: 3_000,
  thinking: 'off',
  turn: 42,
  cacheKey: 'chat-1',
  signal: new AbortController().signal,
};

export class ModelRig {
  readonly door = new FakeRoomsDoor();
  readonly models: Models;
  private readonly http = new SocketHttp(this.door.socketPath);

  /** `patience` in milliseconds. */
  constructor(patience = 5_000) {
    this.models = new Models(createDoorFetch(this.http, { firstByte: patience, silence: patience }));
  }

  async close(): Promise<void> {
    this.http.close();
    await this.door.close();
  }

  async ask(provider: Provider, request: Partial<ModelRequest> = {}): Promise<ModelEvent[]> {
    const model = await this.models.get(provider);
    const events: ModelEvent[] = [];
    for await (const event of model.stream({ ...PLAIN_REQUEST, ...request })) events.push(event);
    return events;
  }

  /** The answer as it is sent back with what follows. */
  async said(provider: Provider, request: Partial<ModelRequest> = {}): Promise<readonly AssistantContent[]> {
    const end = (await this.ask(provider, request)).at(-1);
    if (end?.type !== 'end') throw new Error('it did not end');
    return end.content;
  }

  /** What the question fails with. */
  async failure(provider: Provider): Promise<ModelError> {
    return this.ask(provider).then(
      (events) => {
        throw new Error(`it answered: ${JSON.stringify(events)}`);
      },
      (thrown: unknown) => modelErrorOf(thrown),
    );
  }

  /** What was asked for last. */
  get sent(): ModelCall {
    const call = this.door.modelCalls.at(-1);
    if (!call) throw new Error('nothing was asked');
    return call;
  }

  /** What of the conversation the model was shown last, without the system's words. */
  get shown(): unknown[] {
    const { contents, messages } = this.sent.body as { contents?: unknown[]; messages?: { role: string }[] };
    return contents ?? messages?.filter(({ role }) => role !== 'system') ?? [];
  }
}
