/** A browser in this process, with its chat page open, for the tests of this folder. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { webEvent, type WebEvent } from '../../contracts/content.js';
import { AraError } from '../../contracts/errors.js';
import type { BridgeHost, OutgoingFile } from '../bridge.js';
import type { ConformancePlatform, Speaker } from '../conformance-platform.js';
import type { Feed } from './feed.js';
import { WEB_CHAT } from './ids.js';
import { WebBridge } from './index.js';

type Shown = Exclude<WebEvent, { type: 'typing' | 'deleted' }>;

/** What the page shows: each message in its place, as it was last told. */
export class Browser implements Pick<Feed, 'publish' | 'typing'> {
  readonly shown = new Map<string, Shown>();
  typed = 0;

  publish(event: Exclude<WebEvent, { type: 'typing' }>): void {
    webEvent.parse(event);
    if (event.type === 'deleted') this.shown.delete(event.id);
    else this.shown.set(event.id, event);
  }

  typing(): void {
    this.typed += 1;
  }

  texts(): string[] {
    return [...this.shown.values()].flatMap((each) => (each.type === 'message' ? [each.markdown] : []));
  }

  choices(): string[] {
    const last = [...this.shown.values()].at(-1);
    return last?.type === 'message' ? last.choices : [];
  }
}

/** Notes the bytes of each file that is sent: the page gets them from the workspace. */
class NotedBridge extends WebBridge {
  readonly files: { name: string; content: Buffer }[] = [];

  override async sendFile(...call: Parameters<WebBridge['sendFile']>): ReturnType<WebBridge['sendFile']> {
    const sent = await super.sendFile(...call);
    const { name, path }: OutgoingFile = call[1];
    this.files.push({ name, content: readFileSync(path) });
    return sent;
  }
}

export function conformancePlatform(): Promise<ConformancePlatform> {
  const browser = new Browser();
  const bridges: NotedBridge[] = [];
  /** What the browser has not got rid of yet: it tries again until it is told that it was taken. */
  let unsent: { id: string; text: string }[] = [];
  const send = (): void => {
    unsent = unsent.filter((message) => {
      try {
        bridges.at(-1)?.take(message);
        return false;
      } catch (error) {
        if (error instanceof AraError && error.retry) return true;
        throw error;
      }
    });
  };
  const timer = setInterval(send, 5);
  const say = (text: string, speaker: Speaker): void => {
    // Whoever is not signed in gets no further than the gateway.
    if (speaker === 'owner') unsent.push({ id: randomUUID(), text });
    send();
  };
  const agent = new Agent();
  return Promise.resolve({
    agent,
    ownerId: 'web',
    ownerChat: WEB_CHAT,
    open: (host: BridgeHost) => {
      const bridge = new NotedBridge(host, browser);
      bridges.push(bridge);
      return bridge;
    },
    say,
    echo: () => undefined,
    seen: () => browser.texts(),
    files: () => bridges.flatMap(({ files }) => files),
    buttons: { offered: () => browser.choices(), tap: (text) => say(text, 'owner') },
    close: () => {
      clearInterval(timer);
      agent.destroy();
      return Promise.resolve();
    },
  });
}
