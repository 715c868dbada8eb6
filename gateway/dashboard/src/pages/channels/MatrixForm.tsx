/** What is asked to link Matrix: the account that Ara gets there, who may write to it, and how it encrypts. */
import { useState } from 'react';
import { Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { TextField } from '../../components/Field';
import { Form } from '../../components/Form';
import { Segments } from '../../components/Segments';
import { Select } from '../../components/Select';
import { t } from '../../texts';
import { emptyMatrix, matrixMistakes, matrixRequest, type MatrixFields } from './matrix-request';
import type { LinkRequest } from './useLinking';

const texts = t.linkMatrix;

interface MatrixFormProps {
  onSend: (request: LinkRequest) => void;
  onCancel: () => void;
  leave: string;
  isPending: boolean;
  error: Error | null;
}

export function MatrixForm({ onSend, onCancel, leave, isPending, error }: MatrixFormProps) {
  const [fields, setFields] = useState(emptyMatrix);
  const [showsMistakes, setShowsMistakes] = useState(false);
  const mistakes = matrixMistakes(fields);
  const change = (some: Partial<MatrixFields>): void => setFields({ ...fields, ...some });
  const text = (name: keyof typeof texts.wrong) => ({
    label: texts[name],
    help: texts.help[name],
    value: fields[name],
    onChange: (value: string) => change({ [name]: value }),
    error: showsMistakes && mistakes.has(name) ? texts.wrong[name] : undefined,
    autoComplete: 'off',
    spellCheck: 'false' as const,
  });
  const submit = (): void => {
    setShowsMistakes(true);
    if (mistakes.size === 0) onSend(matrixRequest(fields));
  };
  return (
    <Form onSubmit={submit} className="grid gap-4" noValidate>
      <TextField {...text('homeserver')} placeholder="matrix.org" />
      <Segments
        label={texts.login}
        options={(['password', 'token'] as const).map((value) => ({ value, label: texts.logins[value] }))}
        value={fields.login}
        onChange={(login) => change({ login })}
      />
      {fields.login === 'password' ? (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField {...text('user')} placeholder="ara-of-ada" />
          <TextField {...text('password')} type="password" autoComplete="new-password" />
        </div>
      ) : (
        <TextField {...text('accessToken')} type="password" mono />
      )}
      <TextField {...text('owner')} placeholder="@ada:matrix.org" />
      <Select
        label={texts.encryption}
        options={(['on', 'required', 'off'] as const).map((value) => ({
          value,
          ...texts.encryptions[value],
        }))}
        value={fields.encryption}
        onChange={(encryption) => change({ encryption })}
      />
      {fields.encryption !== 'off' && <TextField {...text('recoveryKey')} type="password" mono />}
      {error && <Failed error={error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" isPending={isPending}>
          {texts.go}
        </Button>
        <Button onPress={onCancel}>{leave}</Button>
        {isPending && (
          <p role="status" className="text-sm text-soft">
            {texts.sealing}
          </p>
        )}
      </div>
    </Form>
  );
}
