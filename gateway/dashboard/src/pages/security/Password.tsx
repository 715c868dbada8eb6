/** The password, which nobody needs who has a passkey. */
import { useState } from 'react';
import { answer, api } from '../../api/client';
import type { Session } from '../../api/types';
import { Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { Confirm, Dialog, DialogButtons } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';

const changes = ['session', 'audit'];

export function Password({ methods }: { methods: Session['methods'] }) {
  const [open, setOpen] = useState<'set' | 'remove' | null>(null);
  const close = (): void => setOpen(null);
  const remove = useAct(() => answer(api.DELETE('/v1/me/password')), {
    refresh: changes,
    done: t.security.passwordRemoved,
    onDone: close,
  });
  const title = methods.password ? t.security.changePassword : t.security.setPassword;
  return (
    <Card title={t.security.password} icon="key">
      <p className="text-soft">{methods.password ? t.security.passwordSet : t.security.passwordNone}</p>
      <div className="mt-5 flex flex-wrap gap-3">
        <Button onPress={() => setOpen('set')}>{title}</Button>
        {methods.password && methods.passkeys > 0 && (
          <Button look="danger" onPress={() => setOpen('remove')}>
            {t.security.removePassword}
          </Button>
        )}
      </div>
      <Dialog title={title} isOpen={open === 'set'} onClose={close}>
        <PasswordForm onClose={close} />
      </Dialog>
      <Confirm
        title={t.security.removePasswordTitle}
        isOpen={open === 'remove'}
        onClose={close}
        action={t.security.removePassword}
        onConfirm={() => remove.mutate()}
        isPending={remove.isPending}
      >
        {t.security.removePasswordAbout}
      </Confirm>
    </Card>
  );
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState('');
  const { mutate, isPending, error } = useAct(
    () => answer(api.PUT('/v1/me/password', { body: { password } })),
    {
      quiet: true,
      refresh: changes,
      done: t.security.passwordSaved,
      onDone: onClose,
    },
  );
  return (
    <Form onSubmit={() => mutate()} className="grid gap-4">
      <TextField
        label={t.security.newPassword}
        help={t.security.passwordHelp}
        type="password"
        autoComplete="new-password"
        minLength={10}
        maxLength={200}
        value={password}
        onChange={setPassword}
        autoFocus
        isRequired
      />
      {error && <Failed error={error} />}
      <DialogButtons>
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button type="submit" look="primary" isPending={isPending}>
          {t.common.save}
        </Button>
      </DialogButtons>
    </Form>
  );
}
