/** Adding, replacing or changing a key. The key goes one way: nothing ever shows it again. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { modelsQuery } from '../../api/queries';
import type { ApiKey, KeyRequest, Provider } from '../../api/types';
import { Failed } from '../../components/Asked';
import { Button, OutLink } from '../../components/Button';
import { Choices } from '../../components/Choices';
import { DialogButtons } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { Form } from '../../components/Form';
import { Select } from '../../components/Select';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { CompatibleFields, compatibleBody, detailsOf, noDetails } from './CompatibleFields';
import { keyPages, modelOptions, providerName } from './providers';

export type KeyTask =
  { kind: 'add'; choices: readonly Provider[] } | { kind: 'replace' | 'change'; of: ApiKey };

interface KeyFormProps {
  task: KeyTask;
  onDone: () => void;
  onCancel?: () => void;
}

/** What is asked for in each task: a change asks for no key, a replacement for nothing else. */
const asksKey = ({ kind }: KeyTask): boolean => kind !== 'change';
const asksDetails = ({ kind }: KeyTask): boolean => kind !== 'replace';

export function KeyForm({ task, onDone, onCancel }: KeyFormProps) {
  const draft = useDraft(task);
  const { provider, key, details } = draft;
  const { mutate, isPending, error } = useAct(
    () => answer(api.PUT('/v1/me/keys/{provider}', { params: { path: { provider } }, body: draft.body() })),
    {
      quiet: true,
      refresh: ['keys', 'home'],
      // Without a way to cancel it stands in the first steps, which show themselves that it is done.
      ...(onCancel ? { done: t.keys.saved(providerName(provider)) } : {}),
      onDone,
    },
  );
  const isCompatible = provider === 'compatible';
  return (
    <Form onSubmit={() => mutate()} className="grid gap-5">
      {task.kind === 'add' && (
        <ProviderField choices={task.choices} value={provider} onChange={draft.setProvider} />
      )}
      {isCompatible && asksDetails(task) && (
        <CompatibleFields details={details} onChange={draft.setDetails} />
      )}
      {asksKey(task) && <KeyField task={task} provider={provider} value={key} onChange={draft.setKey} />}
      {!isCompatible && task.kind === 'add' && draft.options.length > 0 && (
        <Select
          label={t.keys.model}
          options={draft.options}
          value={draft.model}
          onChange={(model) => draft.setDetails({ ...details, model })}
        />
      )}
      {error && <Failed error={error} />}
      <DialogButtons>
        {onCancel && <Button onPress={onCancel}>{t.common.cancel}</Button>}
        <Button type="submit" look="primary" isPending={isPending}>
          {asksKey(task) ? t.keys.save : t.common.save}
        </Button>
      </DialogButtons>
    </Form>
  );
}

function useDraft(task: KeyTask) {
  const [provider, setProvider] = useState(
    task.kind === 'add' ? (task.choices[0] ?? 'anthropic') : task.of.provider,
  );
  const [key, setKey] = useState('');
  const [details, setDetails] = useState(task.kind === 'add' ? noDetails : detailsOf(task.of));
  const { data: catalogue } = useQuery(modelsQuery);
  const options = modelOptions(catalogue?.models ?? [], provider);
  const isCompatible = provider === 'compatible';
  const model = details.model || (isCompatible ? '' : (options[0]?.value ?? ''));
  return {
    provider,
    setProvider: (chosen: Provider) => {
      setProvider(chosen);
      setDetails(noDetails);
    },
    key,
    setKey,
    details,
    setDetails,
    options,
    model,
    body: (): KeyRequest => ({
      ...(asksKey(task) ? { key: key.trim() } : {}),
      ...(asksDetails(task) ? { model } : {}),
      ...(isCompatible && asksDetails(task) ? compatibleBody(details) : {}),
    }),
  };
}

interface ProviderFieldProps {
  choices: readonly Provider[];
  value: Provider;
  onChange: (provider: Provider) => void;
}

function ProviderField({ choices, value, onChange }: ProviderFieldProps) {
  return (
    <Choices
      label={t.keys.provider}
      columns
      options={choices.map((each) => ({
        value: each,
        label: providerName(each),
        detail: t.keys.providerAbout[each] ?? '',
      }))}
      value={value}
      onChange={onChange}
    />
  );
}

interface KeyFieldProps {
  task: KeyTask;
  provider: Provider;
  value: string;
  onChange: (key: string) => void;
}

function KeyField({ task, provider, value, onChange }: KeyFieldProps) {
  const page = keyPages[provider];
  return (
    <div className="grid gap-2">
      <TextField
        label={t.keys.key}
        value={value}
        onChange={onChange}
        type="password"
        autoComplete="off"
        help={task.kind === 'replace' ? t.keys.keyHelpReplace(task.of.lastFour) : t.keys.keyHelp}
        mono
        isRequired
      />
      {page && (
        <p className="text-sm">
          <OutLink href={page}>{t.keys.getKey(providerName(provider))}</OutLink>
        </p>
      )}
    </div>
  );
}
