/** How much may be spent in a day and in a month, and how much was. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { budgetQuery } from '../../api/queries';
import type { Spending } from '../../api/types';
import { Asked, Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { TextField } from '../../components/Field';
import { Bar } from '../../components/Progress';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatMoney } from '../../texts/format';

export function Budget() {
  const budget = useQuery(budgetQuery);
  return (
    <Card title={t.keys.budget} about={t.keys.budgetAbout}>
      <Asked of={budget}>
        {(spending) => (
          <div className="grid gap-6">
            <div className="grid gap-5 sm:grid-cols-2">
              <Spent label={t.keys.day} spent={spending.today} cap={spending.caps.day} />
              <Spent label={t.keys.month} spent={spending.thisMonth} cap={spending.caps.month} />
            </div>
            <BudgetForm key={JSON.stringify(spending.caps)} caps={spending.caps} />
          </div>
        )}
      </Asked>
    </Card>
  );
}

function Spent({ label, spent, cap }: { label: string; spent: number; cap: number | null }) {
  if (cap === null)
    return (
      <p className="flex justify-between gap-4 text-sm">
        {label} <span className="text-soft tabular-nums">{t.keys.spentNoCap(formatMoney(spent))}</span>
      </p>
    );
  const text = t.keys.spent(formatMoney(spent), formatMoney(cap));
  return (
    <Bar
      label={label}
      value={Math.min(spent, cap)}
      maximum={Math.max(cap, 1)}
      text={text}
      trouble={spent >= cap}
    />
  );
}

const AMOUNT = /^\d{1,6}([.,]\d{1,2})?$/;
const MICROS = 1e6;

const toText = (micros: number | null): string => (micros === null ? '' : String(micros / MICROS));
const toMicros = (text: string): number | null =>
  text.trim() === '' ? null : Math.round(Number(text.trim().replace(',', '.')) * MICROS);
const isWrong = (text: string): boolean => text.trim() !== '' && !AMOUNT.test(text.trim());

function BudgetForm({ caps }: { caps: Spending['caps'] }) {
  const [day, setDay] = useState(toText(caps.day));
  const [month, setMonth] = useState(toText(caps.month));
  const { mutate, isPending, error } = useAct(
    () => answer(api.PUT('/v1/me/budget', { body: { day: toMicros(day), month: toMicros(month) } })),
    { quiet: true, refresh: ['budget', 'home'], done: t.keys.budgetSaved },
  );
  const submit = (): void => {
    if (!isWrong(day) && !isWrong(month)) mutate();
  };
  const isChanged = day !== toText(caps.day) || month !== toText(caps.month);
  return (
    <Form onSubmit={submit} className="grid gap-4 sm:grid-cols-[1fr_1fr_auto] sm:items-start" noValidate>
      <TextField
        label={t.keys.perDay}
        inputMode="decimal"
        unit={t.keys.dollars}
        placeholder={t.keys.noCap}
        help={t.keys.budgetHelp}
        value={day}
        onChange={setDay}
        error={isWrong(day) ? t.keys.budgetWrong : undefined}
      />
      <TextField
        label={t.keys.perMonth}
        inputMode="decimal"
        unit={t.keys.dollars}
        placeholder={t.keys.noCap}
        value={month}
        onChange={setMonth}
        error={isWrong(month) ? t.keys.budgetWrong : undefined}
      />
      <Button type="submit" isPending={isPending} isDisabled={!isChanged} className="sm:mt-7">
        {t.common.save}
      </Button>
      {error && (
        <div className="sm:col-span-3">
          <Failed error={error} />
        </div>
      )}
    </Form>
  );
}
