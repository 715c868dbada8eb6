/** A deletion while it runs and once it is over: its steps as they are done, what was found afterwards, the receipt. */
import type { DeletionState } from '../../api/types';
import { Note } from '../../components/Card';
import { buttonClass } from '../../components/Button';
import { Icon } from '../../components/Icon';
import { Bar, Spinner } from '../../components/Progress';
import { t } from '../../texts';

export function DeletionProgress({ state, token }: { state: DeletionState; token: string }) {
  const { steps, trouble, finishedAt, receipt } = state;
  const done = steps.filter(({ removed }) => removed !== null).length;
  return (
    <div className="grid gap-5" aria-live="polite">
      <Bar
        label={finishedAt === null ? t.deletion.doing : t.deletion.done}
        value={done}
        maximum={steps.length}
        text={t.deletion.stepOf(done, steps.length)}
      />
      {trouble !== null && <Note tone="warn">{t.deletion.waiting}</Note>}
      <ol className="grid gap-2" aria-label={t.deletion.steps}>
        {steps.map((step, at) => (
          <StepItem key={step.name} step={step} isNext={at === done} />
        ))}
      </ol>
      {receipt && <Receipt receipt={receipt} token={token} />}
    </div>
  );
}

function StepItem({
  step: { about, removed },
  isNext,
}: {
  step: DeletionState['steps'][number];
  isNext: boolean;
}) {
  const count = Object.values(removed ?? {}).reduce((sum, each) => sum + each, 0);
  return (
    <li className="flex items-start gap-3 text-[0.95rem]">
      <span className="mt-0.5 flex size-5 shrink-0 items-center justify-center">
        {removed !== null ? (
          <Icon name="check" className="text-good" />
        ) : isNext ? (
          <Spinner className="size-4" />
        ) : (
          <span className="size-1.5 rounded-full bg-edge" />
        )}
      </span>
      <span className={removed === null && !isNext ? 'text-soft' : ''}>
        {about}
        {count > 0 && <span className="block text-sm text-soft">{t.deletion.removed(count)}</span>}
      </span>
    </li>
  );
}

function Receipt({ receipt, token }: { receipt: NonNullable<DeletionState['receipt']>; token: string }) {
  return (
    <>
      <Note tone="good" title={t.deletion.done}>
        {t.deletion.searched(receipt.places, receipt.found)}
      </Note>
      <Note tone="calm" title={t.deletion.notReached}>
        <ul className="grid gap-1">
          {receipt.notReached.map(({ what, why }) => (
            <li key={`${what} ${why}`}>
              {what}: {why}
            </li>
          ))}
        </ul>
      </Note>
      <div>
        <a href={`/v1/receipts/${token}/file`} download className={buttonClass('primary')}>
          <Icon name="down" className="size-4.5" />
          {t.deletion.download}
        </a>
        <p className="mt-2 text-sm text-soft">{t.deletion.receiptAbout}</p>
      </div>
    </>
  );
}
