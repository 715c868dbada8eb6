/** `agent.sock`: opened once the bridge room says that somebody wants to see the content, so that no turn waits for its code. */
import type { DoorServer } from '../../../contracts/door-http.js';
import type { ContentParts } from './content/parts.js';

export class ContentDoor {
  private server: Promise<DoorServer> | null = null;

  constructor(
    private readonly path: string,
    private readonly parts: ContentParts,
  ) {}

  /** It listens when this resolves. Twice is once. */
  async open(): Promise<void> {
    this.server ??= this.listen();
    try {
      await this.server;
    } catch (error) {
      // The next word tries again.
      this.server = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    const server = await this.server?.catch(() => null);
    await server?.close();
  }

  private async listen(): Promise<DoorServer> {
    const { contentRoutes } = await import('./content/content.js');
    const server = contentRoutes(this.parts);
    await server.listen(this.path);
    return server;
  }
}
