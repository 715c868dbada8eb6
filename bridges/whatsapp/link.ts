/** Links this device to an account, by a code to scan or a code to type, up to the first login. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AraError } from '../../contracts/errors.js';
import { chatId } from '../../contracts/ids.js';
import { whatsappLink, type WhatsAppLink } from '../../contracts/worker-door.js';
import type { Linked, LinkingHost } from '../bridge.js';
import { AuthState } from './auth-state.js';
import { ARA, connect, type Connection, type Ending } from './connection.js';
import type { WhatsAppCredential } from './credential.js';
import { Backoff, whatsappTiming, type Timing } from './endings.js';
import { bare } from './ids.js';
import { loadLibrary, type Library } from './library.js';
import { setTrust } from './trust.js';

export interface LinkOptions {
  url?: string;
  timing?: Partial<Timing>;
}

/** WhatsApp's own times: the first code to scan, and each that follows. */
const FIRST_QR = 60_000;
const NEXT_QR = 20_000;
/** For as long as codes to scan would be shown, a code to type is taken. */
const CODE = FIRST_QR + 5 * NEXT_QR;

/** How it is called in the list of a phone that was given a code to type: WhatsApp takes only names that it knows. */
const KNOWN: [string, string, string] = ['Ubuntu', 'Chrome', '22.04.4'];

/** @throws AraError `bad-request`, `pairing-expired`, `platform-unreachable`, `bad-credential` */
export async function linkWhatsApp(
  raw: unknown,
  host: LinkingHost,
  options: LinkOptions = {},
): Promise<Linked> {
  const request = whatsappLink.safeParse(raw);
  if (!request.success) throw new AraError('bad-request', 'not a way to link WhatsApp');
  const library = await loadLibrary();
  setTrust(library, host.extraTrust ?? null);
  const linking = new Linking(
    request.data,
    host,
    library,
    { ...whatsappTiming, ...options.timing },
    options.url,
  );
  await linking.run();
  return linking.linked();
}

class Linking {
  private readonly auth: AuthState;
  private shown = 0;
  private restartedAt = -Infinity;

  constructor(
    private readonly request: WhatsAppLink,
    private readonly host: LinkingHost,
    private readonly library: Library,
    private readonly timing: Timing,
    private readonly url: string | undefined,
  ) {
    this.auth = new AuthState(host.store, library);
    this.auth.saveCreds();
  }

  async run(): Promise<void> {
    const backoff = new Backoff(this.timing);
    for (;;) {
      const ending = await this.once();
      if (ending === 'ready') return;
      if (this.host.stop.aborted) throw new AraError('pairing-expired');
      await this.outwait(ending, backoff);
    }
  }

  linked(): Linked {
    const { mode, readReceipts = false } = this.request;
    const address = bare(this.auth.creds.me?.id);
    if (address === null) throw new AraError('bad-credential');
    const credential: WhatsAppCredential = { mode, readReceipts };
    const chat = chatId.parse(address);
    return {
      credential,
      address: `+${address.split('@')[0] ?? ''}`,
      owner: mode === 'own' ? { id: address, chat } : null,
    };
  }

  /** One connection, until it is logged in or has ended. */
  private once(): Promise<Ending | 'ready'> {
    return new Promise((resolve, reject) => {
      if (this.host.stop.aborted) return resolve({ code: 0, wasOpen: false });
      const connection: Connection = connect({
        library: this.library,
        auth: this.auth,
        agent: this.host.agent,
        name: this.request.method === 'code' ? KNOWN : ARA,
        ...(this.url === undefined ? {} : { url: this.url }),
        ...(this.timing.qr > 0 ? { qrLife: this.timing.qr } : {}),
        // What is for the bridge waits for it: nothing is acknowledged here.
        judge: (_tag, { attrs }) => (attrs['type'] === 'link_code_companion_reg' ? 'pass' : 'leave'),
        take: (_ciphertext, padded) => padded,
        sentMessage: () => undefined,
        onQr: (text) => this.step(connection, text),
        onOpen: () => {
          connection.close();
          void connection.ended.then(() => resolve('ready'));
        },
      });
      const stop = (): void => connection.close();
      this.host.stop.addEventListener('abort', stop, { once: true });
      connection.ended.then((ending) => {
        this.host.stop.removeEventListener('abort', stop);
        if (!ending.wasOpen) resolve(ending);
      }, reject);
    });
  }

  private step({ socket }: Connection, text: string): void {
    const first = this.shown++ === 0;
    if (this.request.method === 'qr') {
      const life = this.timing.qr || (first ? FIRST_QR : NEXT_QR);
      this.host.show({ kind: 'qr', text, expiresAt: Date.now() + life });
    } else if (first) {
      const life = this.timing.qr ? this.timing.qr * 6 : CODE;
      socket.requestPairingCode(this.request.phone).then(
        (code) => this.host.show({ kind: 'code', text: code, expiresAt: Date.now() + life }),
        () => socket.end(undefined),
      );
    }
  }

  /** @throws AraError when there is nothing to wait for */
  private async outwait({ code }: Ending, backoff: Backoff): Promise<void> {
    if (code === 515) {
      this.restartedAt = Date.now();
      return;
    }
    const afterRestart = Date.now() - this.restartedAt;
    if (afterRestart < this.timing.restartGrace) {
      // Linked, and not known everywhere at once.
      await sleep(backoff.next(), undefined, { signal: this.host.stop }).catch(() => undefined);
      return;
    }
    if (this.restartedAt > -Infinity)
      throw new AraError(isRefusal(code) ? 'bad-credential' : 'platform-unreachable');
    if (this.shown > 0 && code === 408) throw new AraError('pairing-expired');
    throw new AraError(isRefusal(code) || this.shown > 0 ? 'bad-credential' : 'platform-unreachable');
  }
}

const isRefusal = (code: number): boolean => [401, 403, 411].includes(code);
