/** Health: whether each part answers, asked of the part itself. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ContainerManager } from '../containers/container-manager.service.js';
import { InboundService } from '../inbound/inbound.service.js';

export interface PartHealth {
  part: 'database' | 'queue' | 'containers';
  ok: boolean;
  /** Figures that say how it is, in words. */
  detail: string;
}

const ASK_WITHIN = 2_000;

@Injectable()
export class HealthService {
  constructor(
    private readonly database: DataSource,
    private readonly inbound: InboundService,
    private readonly containers: ContainerManager,
  ) {}

  parts(): Promise<PartHealth[]> {
    return Promise.all([
      ask('database', async () => {
        await this.database.query('SELECT 1');
        return 'answers';
      }),
      ask('queue', async () => {
        const { waiting, active, delayed, quarantined } = await this.inbound.counts();
        return `${waiting + delayed} waiting, ${active} on the way, ${quarantined} in quarantine`;
      }),
      ask('containers', async () => {
        const states = await this.containers.states();
        const running = states.filter((state) => state.running).length;
        return `${this.containers.runtimeKind}: ${running} running, ${states.length - running} asleep; ${this.containers.storageWords}`;
      }),
    ]);
  }
}

async function ask(part: PartHealth['part'], question: () => Promise<string>): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('late')), ASK_WITHIN);
  });
  try {
    return { part, ok: true, detail: await Promise.race([question(), late]) };
  } catch {
    return { part, ok: false, detail: 'does not answer' };
  } finally {
    clearTimeout(timer);
  }
}
