/** How the assistant behaves. Saved together, so that nothing changes in the middle of thinking about it. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { assistantQuery } from '../../api/queries';
import type { AssistantSettings } from '../../api/types';
import { Asked, Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { Choices } from '../../components/Choices';
import { TextField } from '../../components/Field';
import { Switch } from '../../components/Switch';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { WhenFields } from './WhenFields';

export function SettingsPart() {
  const settings = useQuery(assistantQuery);
  return (
    <Asked of={settings} loading={t.assistant.waking}>
      {(stored) => <SettingsForm key={JSON.stringify(stored)} stored={stored} />}
    </Asked>
  );
}

const busyModes = ['steer', 'queue', 'interrupt'] as const;
const thinkingModes = ['off', 'low', 'high'] as const;

function SettingsForm({ stored }: { stored: AssistantSettings }) {
  const [draft, setDraft] = useState(stored);
  const change = (part: Partial<AssistantSettings>): void => setDraft({ ...draft, ...part });
  const { mutate, isPending, error } = useAct(
    () =>
      answer(
        api.PUT('/v1/me/assistant', {
          body: { ...draft, name: draft.name?.trim() || null, persona: draft.persona?.trim() || null },
        }),
      ),
    { quiet: true, refresh: ['assistant'], done: t.assistant.saved },
  );
  const isChanged = JSON.stringify(draft) !== JSON.stringify(stored);
  return (
    <Form onSubmit={() => mutate()} className="grid gap-6">
      <Card title={t.assistant.who} icon="spark">
        <div className="grid gap-5">
          <TextField
            label={t.assistant.name}
            help={t.assistant.nameHelp}
            value={draft.name ?? ''}
            onChange={(name) => change({ name })}
            placeholder={t.common.product}
            maxLength={40}
            className="max-w-xs"
          />
          <TextField
            label={t.assistant.persona}
            help={t.assistant.personaHelp}
            value={draft.persona ?? ''}
            onChange={(persona) => change({ persona })}
            placeholder={t.assistant.personaPlaceholder}
            maxLength={2_000}
            rows={4}
          />
        </div>
      </Card>
      <Card title={t.assistant.when} icon="clock">
        <WhenFields draft={draft} onChange={change} />
      </Card>
      <Card title={t.assistant.how} icon="chart">
        <div className="grid gap-6">
          <Choices
            label={t.assistant.busy}
            options={busyModes.map((value) => ({ value, ...t.assistant.busyModes[value] }))}
            value={draft.busy}
            onChange={(busy) => change({ busy })}
          />
          <Choices
            label={t.assistant.thinking}
            options={thinkingModes.map((value) => ({ value, ...t.assistant.thinkingModes[value] }))}
            value={draft.thinking}
            onChange={(thinking) => change({ thinking })}
          />
          <Switch
            label={t.assistant.fallback}
            isSelected={draft.fallback}
            onChange={(fallback) => change({ fallback })}
          />
        </div>
      </Card>
      {error && <Failed error={error} />}
      {isChanged && (
        <div className="sticky bottom-[calc(4.75rem+env(safe-area-inset-bottom))] z-10 flex flex-wrap items-center justify-between gap-3 rounded-2xl border border-line bg-card p-3 pl-5 shadow-lift lg:bottom-4">
          <p className="font-medium">{t.assistant.unsaved}</p>
          <div className="flex gap-3">
            <Button onPress={() => setDraft(stored)}>{t.assistant.discard}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {t.common.save}
            </Button>
          </div>
        </div>
      )}
    </Form>
  );
}
