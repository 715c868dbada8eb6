/** Time zone, quiet hours, and how often the assistant looks after things by itself. */
import { useId } from 'react';
import type { AssistantSettings } from '../../api/types';
import { Switch } from '../../components/Switch';
import { NativeSelect } from '../../components/NativeSelect';
import { t } from '../../texts';

interface WhenFieldsProps {
  draft: AssistantSettings;
  onChange: (part: Partial<AssistantSettings>) => void;
}

const NIGHT = { from: '22:00', to: '07:00' };
const EVERY = 120;

export function WhenFields({ draft: { timeZone, quietHours, heartbeatMinutes }, onChange }: WhenFieldsProps) {
  const zones = [...new Set([timeZone, ...Intl.supportedValuesOf('timeZone')])];
  const beats = [...new Set([30, 60, 120, 240, 720, 1440, heartbeatMinutes ?? EVERY])].sort(
    (one, other) => one - other,
  );
  return (
    <div className="grid gap-6">
      <NativeSelect
        label={t.assistant.timeZone}
        value={timeZone}
        onChange={(zone) => onChange({ timeZone: zone })}
        options={zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
        className="max-w-sm"
      />
      <div className="grid gap-3">
        <Switch
          label={t.assistant.quiet}
          help={t.assistant.quietHelp}
          isSelected={quietHours !== null}
          onChange={(on) => onChange({ quietHours: on ? NIGHT : null })}
        />
        {quietHours && (
          <div className="flex flex-wrap gap-4 pl-14">
            <Clock
              label={t.assistant.quietFrom}
              value={quietHours.from}
              onChange={(from) => onChange({ quietHours: { ...quietHours, from } })}
            />
            <Clock
              label={t.assistant.quietTo}
              value={quietHours.to}
              onChange={(to) => onChange({ quietHours: { ...quietHours, to } })}
            />
          </div>
        )}
      </div>
      <div className="grid gap-3">
        <Switch
          label={t.assistant.heartbeat}
          help={t.assistant.heartbeatHelp}
          isSelected={heartbeatMinutes !== null}
          onChange={(on) => onChange({ heartbeatMinutes: on ? EVERY : null })}
        />
        {heartbeatMinutes !== null && (
          <NativeSelect
            label={t.assistant.heartbeatEvery}
            value={String(heartbeatMinutes)}
            onChange={(minutes) => onChange({ heartbeatMinutes: Number(minutes) })}
            options={beats.map((beat) => ({
              value: String(beat),
              label: t.assistant.heartbeats[beat] ?? t.assistant.minutes(beat),
            }))}
            className="ml-14 max-w-48"
          />
        )}
      </div>
    </div>
  );
}

function Clock({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-[0.95rem] font-medium">
        {label}
      </label>
      <input
        id={id}
        type="time"
        value={value}
        onChange={({ target }) => target.value && onChange(target.value)}
        className="min-h-11 rounded-xl border border-edge bg-card px-3.5"
      />
    </div>
  );
}
