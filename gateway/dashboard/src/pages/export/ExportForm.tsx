/** The passphrase, twice. It leaves the browser sealed for the container and in no other form. */
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { sealFor } from '../../api/seal';
import { Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { TextField } from '../../components/Field';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { isStrong } from './strength';

export function ExportForm({ again }: { again: boolean }) {
  const [passphrase, setPassphrase] = useState('');
  const [repeated, setRepeated] = useState('');
  const [tried, setTried] = useState(false);
  const { mutate, isPending, error } = useAct(
    async () => {
      const { publicKey } = await answer(api.GET('/v1/me/public-key'));
      return answer(api.POST('/v1/me/export', { body: { sealed: sealFor(publicKey, { passphrase }) } }));
    },
    {
      quiet: true,
      refresh: ['export'],
      onDone: () => {
        setPassphrase('');
        setRepeated('');
        setTried(false);
      },
    },
  );
  const weak = tried && !isStrong(passphrase);
  const differs = tried && repeated !== passphrase;
  const submit = (): void => {
    setTried(true);
    if (isStrong(passphrase) && repeated === passphrase) mutate();
  };
  return (
    <Form onSubmit={submit} className="grid max-w-xl gap-4" noValidate>
      <p className="text-[0.95rem] text-soft">{t.exporting.encrypted}</p>
      <TextField
        label={t.exporting.passphrase}
        help={t.exporting.passphraseHelp}
        type="password"
        autoComplete="new-password"
        maxLength={1_000}
        value={passphrase}
        onChange={setPassphrase}
        error={weak ? t.exporting.weak : undefined}
      />
      <TextField
        label={t.exporting.again}
        type="password"
        autoComplete="new-password"
        maxLength={1_000}
        value={repeated}
        onChange={setRepeated}
        error={differs ? t.exporting.differs : undefined}
      />
      {error && <Failed error={error} />}
      <Button
        type="submit"
        look={again ? 'plain' : 'primary'}
        isPending={isPending}
        className="justify-self-start"
      >
        {again ? t.exporting.makeAgain : t.exporting.make}
      </Button>
    </Form>
  );
}
