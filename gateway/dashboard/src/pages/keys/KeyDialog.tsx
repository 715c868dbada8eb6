/** Adding, replacing or changing a key. The key goes one way: nothing ever shows it again. */
import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { modelsQuery } from '../../api/queries';
import type { ApiKey, KeyRequest, Provider } from '../../api/types';
import { Failed } from '../../components/Asked';
import { Button, OutLink } from '../../components/Button';
import { Choices } from '../../components/Choices';
import { Dialog, DialogButtons } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { Select } from '../../components/Select';
import { Switch } from '../../components/Switch';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { keyPages, modelOptions, providerName } from './providers';

export type KeyTask =
  { kind: 'add'; choices: readonly Provider[] } | { kind: 'replace' | 'change'; of: ApiKey };

export function KeyDialog({ task, onClose }: { task: KeyTask; onClose: () => void }) {
  const title =
    task.kind === 'add'
      ? t.keys.addTitle
      : (task.kind === 'replace' ? t.keys.replaceTitle : t.keys.changeTitle)(providerName(task.of.provider));
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <KeyForm task={task} onDone={onClose} onCancel={onClose} />
    </Dialog>
  );
}

interface KeyFormProps {
  task: KeyTask;
  onDone: (provider: Provider) => void;
  onCancel?: () => void;
}

export function KeyForm({ task, onDone, onCancel }: KeyFormProps) {
  const [provider, setProvider] = useState(
    task.kind === 'add' ? (task.choices[0] ?? 'anthropic') : task.of.provider,
  );
  const [key, setKey] = useState('');
  const [details, setDetails] = useState<Details>(task.kind === 'add' ? noDetails : detailsOf(task.of));
  const { data: catalogue } = useQuery(modelsQuery);
  const options = modelOptions(catalogue?.models ?? [], provider);
  const isCompatible = provider === 'compatible';
  const model = details.model || (isCompatible ? '' : (options[0]?.value ?? ''));
  const { mutate, isPending, error } = useAct(
    () => {
      const body: KeyRequest = {
        ...(task.kind === 'change' ? {} : { key: key.trim() }),
        ...(task.kind === 'replace' ? {} : { model }),
        ...(isCompatible && task.kind !== 'replace' ? compatibleBody(details) : {}),
      };
      return answer(api.PUT('/v1/me/keys/{provider}', { params: { path: { provider } }, body }));
    },
    {
      quiet: true,
      refresh: ['keys', 'home'],
      done: t.keys.saved(providerName(provider)),
      onDone: () => onDone(provider),
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-5">
      {task.kind === 'add' && (
        <Choices
          label={t.keys.provider}
          columns
          options={task.choices.map((each) => ({
            value: each,
            label: providerName(each),
            detail: t.keys.providerAbout[each] ?? '',
          }))}
          value={provider}
          onChange={(chosen) => {
            setProvider(chosen);
            setDetails(noDetails);
          }}
        />
      )}
      {isCompatible && task.kind !== 'replace' && (
        <CompatibleFields details={details} onChange={setDetails} />
      )}
      {task.kind !== 'change' && (
        <div className="grid gap-2">
          <TextField
            label={t.keys.key}
            value={key}
            onChange={setKey}
            type="password"
            autoComplete="off"
            help={task.kind === 'replace' ? `${t.keys.keyHelpReplace}${task.of.lastFour}.` : t.keys.keyHelp}
            mono
            isRequired
          />
          {keyPages[provider] && (
            <p className="text-sm">
              <OutLink href={keyPages[provider]}>{t.keys.getKey(providerName(provider))}</OutLink>
            </p>
          )}
        </div>
      )}
      {!isCompatible && task.kind === 'add' && options.length > 0 && (
        <Select
          label={t.keys.model}
          options={options}
          value={model}
          onChange={(chosen) => setDetails({ ...details, model: chosen })}
        />
      )}
      {error && <Failed error={error} />}
      <DialogButtons>
        {onCancel && <Button onPress={onCancel}>{t.common.cancel}</Button>}
        <Button type="submit" look="primary" isPending={isPending}>
          {task.kind === 'change' ? t.common.save : t.keys.save}
        </Button>
      </DialogButtons>
    </form>
  );
}

interface Details {
  model: string;
  baseUrl: string;
  contextTokens: string;
  images: boolean;
  input: string;
  output: string;
}

const noDetails: Details = {
  model: '',
  baseUrl: '',
  contextTokens: '',
  images: false,
  input: '',
  output: '',
};

const detailsOf = ({ model, baseUrl }: ApiKey): Details => ({ ...noDetails, model, baseUrl: baseUrl ?? '' });

const compatibleBody = ({ baseUrl, contextTokens, images, input, output }: Details): KeyRequest => ({
  baseUrl: baseUrl.trim(),
  images,
  ...(contextTokens ? { contextTokens: Number(contextTokens) } : {}),
  ...(input || output ? { price: { input: Number(input), output: Number(output) } } : {}),
});

function CompatibleFields({ details, onChange }: { details: Details; onChange: (next: Details) => void }) {
  const field = (name: Exclude<keyof Details, 'images'>) => ({
    value: details[name],
    onChange: (text: string) => onChange({ ...details, [name]: text }),
  });
  return (
    <div className="grid gap-4">
      <TextField
        label={t.keys.baseUrl}
        type="url"
        help={t.keys.baseUrlHelp}
        autoComplete="off"
        isRequired
        {...field('baseUrl')}
      />
      <TextField label={t.keys.modelName} autoComplete="off" isRequired {...field('model')} />
      <div className="grid grid-cols-2 gap-4">
        <TextField
          label={t.keys.priceInput}
          inputMode="decimal"
          pattern="[0-9]*[.]?[0-9]*"
          unit={t.keys.priceUnit}
          {...field('input')}
        />
        <TextField
          label={t.keys.priceOutput}
          inputMode="decimal"
          pattern="[0-9]*[.]?[0-9]*"
          unit={t.keys.priceUnit}
          {...field('output')}
        />
      </div>
      <p className="-mt-2 text-sm text-soft">{t.keys.priceHelp}</p>
      <TextField
        label={t.keys.contextTokens}
        inputMode="numeric"
        pattern="[0-9]*"
        unit={t.keys.tokensUnit}
        {...field('contextTokens')}
      />
      <Switch
        label={t.keys.images}
        isSelected={details.images}
        onChange={(images) => onChange({ ...details, images })}
      />
    </div>
  );
}
