/** An address for news about the account; nobody has to give one. */
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { TextField } from '../../components/Field';
import { LineForm } from '../../components/LineForm';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';

export function Email({ email }: { email: string | null }) {
  const [address, setAddress] = useState(email ?? '');
  const { mutate, isPending, error } = useAct(
    () => answer(api.PUT('/v1/me/email', { body: { email: address.trim() || null } })),
    { quiet: true, refresh: ['session', 'audit'], done: t.security.emailSaved },
  );
  return (
    <Card title={t.security.email} about={t.security.emailAbout} icon="send">
      <LineForm onSubmit={() => mutate()} error={error}>
        <TextField
          label={t.security.emailField}
          type="email"
          autoComplete="email"
          maxLength={254}
          value={address}
          onChange={setAddress}
        />
        <Button type="submit" isPending={isPending} isDisabled={address.trim() === (email ?? '')}>
          {t.common.save}
        </Button>
      </LineForm>
    </Card>
  );
}
