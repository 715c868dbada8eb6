/**
 * Carries deletions out: each step is done, then noted; whoever is killed in between does the step again after the next
 * start. At the end an independent search must find nothing, and only then is the receipt signed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import { Changes } from '../changes/changes.service.js';
import { codeOf, log } from '../log.js';
import type { Secrets } from '../secrets.js';
import { INSTANCE, SECRETS } from '../settings.js';
import { rowsOf } from '../sign-in/rows.js';
import { DeletionGate } from './gate.js';
import { plan } from './plan.js';
import {
  installationOf,
  signReceipt,
  type NotReached,
  type SignedReceipt,
  type StepRecord,
} from './receipt.js';
import { DeletionRecords, type DeletionRow } from './records.js';
import { scan } from './scan.js';
import type { Step, StepOutcome, Subject } from './step.js';
import { elsewhere } from './steps/container.js';
import { DeletionTools } from './tools.js';

/** Also how often a claim is renewed. */
const LOOK_EVERY = 2_000;
const WITHIN = 15_000;
const FIRST_PAUSE = 250;
const LAST_PAUSE = 5_000;

@Injectable()
export class DeletionSaga implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly running = new Map<string, Promise<void>>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: DataSource,
    private readonly records: DeletionRecords,
    private readonly gate: DeletionGate,
    private readonly tools: DeletionTools,
    private readonly changes: Changes,
    @Inject(SECRETS) private readonly secrets: Secrets,
    @Inject(INSTANCE) private readonly instance: string,
  ) {}

  onApplicationBootstrap(): void {
    const quietly = (work: () => Promise<void>) => (): void =>
      void work().catch((error: unknown) => log.warn('deletions not looked at', { code: codeOf(error) }));
    const look = quietly(() => this.look());
    quietly(async () => {
      await this.records.releaseClaims();
      await this.look();
    })();
    this.timers.push(setInterval(look, LOOK_EVERY).unref());
  }

  /** What is under way ends between two steps, and goes on after the next start. */
  async onModuleDestroy(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.stopping.abort();
    await Promise.race([Promise.allSettled(this.running.values()), sleep(2_000, undefined, { ref: false })]);
  }

  /** Takes up what is not being done. Resolves once it is under way. */
  async look(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    for (const row of await this.records.claim(this.instance)) {
      if (this.running.has(row.id)) continue;
      const work = this.carryOut(row)
        .catch((error: unknown) => log.error('deletion broken off, taken up again', { code: codeOf(error) }))
        .finally(() => this.running.delete(row.id));
      this.running.set(row.id, work);
    }
  }

  /** Resolves when nothing runs here any more. */
  async settled(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private async carryOut(row: DeletionRow): Promise<void> {
    const of: Subject = { ...row, link: this.records.link(row.id) };
    const steps = plan[row.kind];
    const done = [...row.steps];
    const missed = [...row.notReached];
    for (let at = done.length; at < steps.length; at += 1) {
      const step = steps[at];
      const outcome = step && (await this.doStep(row, of, step, at));
      if (!outcome) return;
      done.push(outcome.record);
      missed.push(...outcome.missed);
    }
    await this.end(row, of, done, missed);
  }

  /** Null when this gateway is stopping, or another one has taken it over. */
  private async doStep(
    row: DeletionRow,
    of: Subject,
    step: Step,
    at: number,
  ): Promise<{ record: StepRecord; missed: NotReached[] } | null> {
    const startedAt = new Date().toISOString();
    for (let pause = FIRST_PAUSE; !this.stopping.signal.aborted; pause = Math.min(pause * 2, LAST_PAUSE)) {
      const tries = await this.records.countTry(row, this.instance, at);
      if (tries === null) return null;
      const outcome = await this.attempt(row, of, step, tries);
      if (outcome) {
        const { removed, notReached: missed = [] } = outcome;
        const { name, about } = step;
        const record = { name, about, removed, tries, startedAt, endedAt: new Date().toISOString() };
        await this.note(row, at, record, missed);
        return { record, missed };
      }
      await sleep(pause, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
    return null;
  }

  private async attempt(
    row: DeletionRow,
    of: Subject,
    step: Step,
    tries: number,
  ): Promise<StepOutcome | null> {
    try {
      return await this.runStep(step, of);
    } catch (error) {
      const code = codeOf(error);
      log.warn('step of a deletion failed', { part: step.name, code, count: tries });
      const { outside } = step;
      if (outside && tries >= outside.tries)
        return { removed: {}, notReached: [{ what: outside.what, why: outside.why }] };
      await this.records.trouble(row, code);
      return null;
    }
  }

  /** Done, and not noted yet: here a test kills. */
  protected note(row: DeletionRow, at: number, record: StepRecord, missed: NotReached[]): Promise<void> {
    return this.records.stepDone(row, at, record, missed);
  }

  private runStep(step: Step, of: Subject): Promise<StepOutcome> {
    return within(step.within ?? WITHIN, step.run(of, this.tools));
  }

  private async end(row: DeletionRow, of: Subject, steps: StepRecord[], missed: NotReached[]): Promise<void> {
    for (let pause = FIRST_PAUSE; !this.stopping.signal.aborted; pause = Math.min(pause * 2, LAST_PAUSE)) {
      try {
        const receipt = await this.close(row, of, steps, missed);
        await this.afterwards(of, receipt);
        return;
      } catch (error) {
        const code = error instanceof LeftOver ? 'left-over' : codeOf(error);
        log.warn('deletion not verified, swept again', { code });
        await this.records.trouble(row, code);
      }
      await sleep(pause, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      for (const step of plan[row.kind].filter(({ sweeps }) => sweeps))
        await this.runStep(step, of).catch((error: unknown) =>
          log.warn('step of a deletion failed', { part: step.name, code: codeOf(error) }),
        );
    }
  }

  /** In one transaction: it no longer says who it was, nothing is found, the receipt is signed. Or none of it. */
  private close(
    row: DeletionRow,
    of: Subject,
    steps: StepRecord[],
    missed: NotReached[],
  ): Promise<SignedReceipt> {
    return this.database.transaction(async (manager) => {
      if (row.kind === 'account') await this.records.forgetAccount(row, manager);
      const verification = await scan(of, this.tools, manager);
      if (verification.found > 0) throw new LeftOver();
      const { id, kind, files, subject, askedBy, askedAt } = row;
      const receipt = signReceipt(
        {
          version: 1,
          id,
          kind,
          files,
          subject,
          installation: installationOf(this.secrets.receiptKey),
          askedBy,
          askedAt: askedAt.toISOString(),
          finishedAt: new Date().toISOString(),
          steps,
          notReached: [...missed, ...elsewhere(kind)],
          verification,
        },
        this.secrets.receiptKey,
      );
      await this.records.finish(row, receipt, manager);
      return receipt;
    });
  }

  /** Nothing that counts hangs on this: who is told, and that the last note of who it was leaves the files too. */
  private async afterwards(of: Subject, receipt: SignedReceipt): Promise<void> {
    await this.gate.look();
    log.info('deletion finished', { state: of.kind, milliseconds: lasted(receipt) });
    for (const what of ['channels', 'container', 'usage'] as const) this.changes.announce(of.account, what);
    if (of.kind === 'memory')
      await this.tools.containers
        .awake(of.account)
        .then((door) => door.call('POST', '/v1/deletion/done', { kind: of.kind, receipt: fileOf(receipt) }))
        .catch((error: unknown) => log.warn('receipt not sent', { code: codeOf(error) }));
    if (of.kind === 'account')
      for (const statement of ['VACUUM (FULL, ANALYZE) deletions', 'SELECT pg_switch_wal()', 'CHECKPOINT'])
        await rowsOf(this.database, statement).catch(() => undefined);
  }
}

/** As it is kept and given out. */
export const fileOf = (receipt: SignedReceipt): string => `${JSON.stringify(receipt, null, 2)}\n`;

const lasted = ({ receipt: { askedAt, finishedAt } }: SignedReceipt): number =>
  Date.parse(finishedAt) - Date.parse(askedAt);

class LeftOver extends Error {}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AraError('container-unavailable', 'too late')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
