/** Lets the owner make sure that this device is ours, by comparing emoji. */
import {
  RoomId,
  Sas,
  UserId,
  VerificationMethod,
  VerificationRequestPhase,
  type OlmMachine,
  type OutgoingVerificationRequest,
} from '@matrix-org/matrix-sdk-crypto-wasm';
import { isVerification } from '../inbound.js';
import type { VerificationHost, Verifier } from './machine.js';

interface Flow {
  user: string;
  id: string;
  /** Null when it does not go through a room. */
  room: string | null;
  shown: boolean;
}

/** More at once than anybody carries on. */
const MOST_FLOWS = 20;

export class Verification implements Verifier {
  private readonly flows = new Map<string, Flow>();

  constructor(
    private readonly machine: OlmMachine,
    private readonly host: VerificationHost,
    private readonly send: (request: OutgoingVerificationRequest) => Promise<void>,
  ) {}

  notice(event: unknown, room: string | null): void {
    const { type, sender, event_id: event_, content } = event as Record<string, unknown>;
    const said = (content ?? {}) as Record<string, unknown>;
    if (
      !isVerification(String(type), said) ||
      typeof sender !== 'string' ||
      !this.host.owners().includes(sender)
    )
      return;
    const relation = said['m.relates_to'] as { event_id?: unknown } | undefined;
    const id = room === null ? said['transaction_id'] : (relation?.event_id ?? event_);
    if (typeof id !== 'string' || this.flows.has(id) || this.flows.size >= MOST_FLOWS) return;
    this.flows.set(id, { user: sender, id, room, shown: false });
  }

  async receive(event: unknown, room: string): Promise<void> {
    await this.machine.receiveVerificationEvent(JSON.stringify(event), new RoomId(room));
    this.notice(event, room);
  }

  async goOn(): Promise<void> {
    for (const flow of this.flows.values()) await this.step(flow);
  }

  private async step(flow: Flow): Promise<void> {
    const request = this.machine.getVerificationRequest(new UserId(flow.user), flow.id);
    if (request?.phase() === VerificationRequestPhase.Requested && !request.weStarted()) {
      await this.sendAll(request.acceptWithMethods([VerificationMethod.SasV1]));
    }
    const sas = this.machine.getVerification(new UserId(flow.user), flow.id);
    if (sas instanceof Sas) await this.compare(flow, sas);
    else if (request?.isCancelled() || request?.timedOut()) this.flows.delete(flow.id);
  }

  private async compare(flow: Flow, sas: Sas): Promise<void> {
    if (!sas.weStarted() && !sas.hasBeenAccepted()) await this.sendAll(sas.accept());
    if (sas.canBePresented() && !flow.shown) {
      flow.shown = true;
      this.host.tell(flow.room, emojiNotice(sas));
      // The owner compares: we see neither their screen nor whether they are at it.
      await this.sendAll(...(await sas.confirm()));
    }
    if (sas.isDone()) this.host.tell(flow.room, 'This device is verified now.');
    else if (sas.isCancelled() || sas.timedOut())
      this.host.tell(flow.room, 'The verification was cancelled.');
    else return;
    this.flows.delete(flow.id);
  }

  private async sendAll(...requests: (OutgoingVerificationRequest | undefined)[]): Promise<void> {
    for (const request of requests) if (request) await this.send(request);
  }
}

function emojiNotice(sas: Sas): string {
  const shown = (sas.emoji() ?? []).map(({ symbol, description }) => `${symbol} ${description}`);
  return `Compare these with what your other device shows, and confirm there only if they are the same:\n\n${shown.join('\n')}`;
}
