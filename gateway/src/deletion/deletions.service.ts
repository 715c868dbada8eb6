/** Deletions as everybody else knows them: what one would take, beginning one, and how far it is. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type {
  DeletedThing,
  DeletionKind,
  DeletionOrder,
  DeletionPreview,
  DeletionStarted,
} from '../../../contracts/deletion.js';
import type { AccountId } from '../../../contracts/ids.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { HoldingsService } from '../api/me/holdings.service.js';
import type { AuditAction } from '../api/sign-in/shapes.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { AuditService } from '../sign-in/audit.service.js';
import { DeletionGate } from './gate.js';
import { plan } from './plan.js';
import { DeletionRecords, type AskedBy, type DeletionState } from './records.js';
import { DeletionRequests, type DeletionTaker } from './requests.js';
import { DeletionSaga } from './saga.js';

const taken: Record<DeletionKind, readonly DeletedThing[]> = {
  memory: ['conversations', 'memory', 'queue'],
  container: ['conversations', 'memory', 'files', 'channel-credentials', 'data-flows', 'queue'],
  account: [
    'conversations',
    'memory',
    'files',
    'channel-credentials',
    'data-flows',
    'queue',
    'api-keys',
    'usage-figures',
    'sessions',
    'account',
    'audit-trail',
  ],
};

const auditActions: Record<DeletionKind, AuditAction> = {
  memory: 'memory-deletion',
  container: 'container-deletion',
  account: 'account-deletion',
};

export interface Progress extends DeletionState {
  /** The names of all steps, in order. */
  plan: { name: string; about: string }[];
}

@Injectable()
export class DeletionsService implements OnModuleInit, DeletionTaker {
  constructor(
    private readonly requests: DeletionRequests,
    private readonly records: DeletionRecords,
    private readonly saga: DeletionSaga,
    private readonly gate: DeletionGate,
    private readonly accounts: AccountsService,
    private readonly containers: ContainerManager,
    private readonly containerRecords: ContainerRecords,
    private readonly holdings: HoldingsService,
    private readonly audit: AuditService,
  ) {}

  onModuleInit(): void {
    this.requests.takenBy(this);
  }

  /** Counted now. Wakes the container, if there is one, since only it knows what it holds. */
  async preview(account: AccountId, { kind, files }: DeletionOrder): Promise<DeletionPreview> {
    if (await this.containerRecords.isMade(account))
      await this.containers.awake(account).catch(() => undefined);
    const all = await this.holdings.of(account);
    const wanted: readonly DeletedThing[] = [
      ...taken[kind],
      ...(kind === 'memory' && files ? ['files' as const] : []),
    ];
    return {
      lines: wanted.flatMap((what) => {
        const line = all.find((each) => each.what === what);
        return line ? [{ what, items: line.items, bytes: line.bytes }] : [];
      }),
    };
  }

  /** @throws AraError `being-deleted` while another one runs, `not-found` */
  async begin(
    account: AccountId,
    order: DeletionOrder & { key: string },
    askedBy: AskedBy,
  ): Promise<DeletionStarted> {
    await this.accounts.get(account);
    const { id, fresh } = await this.records.begin(account, order, askedBy);
    if (fresh) await this.audit.add(auditActions[order.kind], { by: account, account });
    await this.gate.look();
    await this.saga.look();
    return { id, receipt: this.records.link(id) };
  }

  token(id: string): string {
    return this.records.token(id);
  }

  /** @throws AraError `not-found` */
  async progress(token: string): Promise<Progress> {
    return withPlan(await this.records.byToken(token));
  }

  async of(account: AccountId): Promise<(Progress & { token: string })[]> {
    return (await this.records.of(account)).map((state) => ({ ...withPlan(state), token: state.token }));
  }
}

const withPlan = (state: DeletionState): Progress => ({
  ...state,
  plan: plan[state.kind].map(({ name, about }) => ({ name, about })),
});
