/** An address for news about the account; nobody has to give one. */
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { TextField } from '../../components/Field';
import { Form } from '../../components/Form';
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
      <Form onSubmit={() => mutate()} className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-end">
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
      </Form>
      {error && (
        <div className="mt-4">
          <Failed error={error} />
        </div>
      )}
    </Card>
  );
}
