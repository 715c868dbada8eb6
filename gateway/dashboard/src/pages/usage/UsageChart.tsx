/** The bars of the usage page; loaded only there, since the library for it is large. */
import { Bar, BarChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatDay } from '../../texts/format';

interface UsageChartProps {
  days: readonly { day: string; figures: Record<string, number> }[];
  models: readonly string[];
  format: (value: number) => string;
}

const colors = [1, 2, 3, 4, 5].map((n) => `var(--color-chart-${n})`);
const quiet = { fill: 'var(--color-soft)', fontSize: 12 };
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;

export function UsageChart({ days, models, format }: UsageChartProps) {
  const data = days.map(({ day, figures }) => ({ ...figures, day: formatDay(day) }));
  return (
    <ResponsiveContainer width="100%" height={260}>
      <BarChart data={data} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--color-line)" />
        <XAxis dataKey="day" tick={quiet} tickLine={false} axisLine={false} minTickGap={24} />
        <YAxis tick={quiet} tickLine={false} axisLine={false} width={56} tickFormatter={format} />
        <Tooltip
          cursor={{ fill: 'var(--color-sunken)' }}
          formatter={(value) => format(Number(value))}
          contentStyle={{
            background: 'var(--color-card)',
            border: '1px solid var(--color-line)',
            borderRadius: 12,
            color: 'var(--color-ink)',
          }}
        />
        <Legend
          iconType="circle"
          iconSize={9}
          formatter={(name: string) => <span className="text-sm text-soft">{name}</span>}
        />
        {models.map((model, index) => (
          <Bar
            key={model}
            dataKey={model}
            stackId="all"
            fill={colors[index % colors.length] ?? 'currentColor'}
            maxBarSize={28}
            isAnimationActive={!still}
            animationDuration={300}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}
