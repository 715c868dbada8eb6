/** "Is it still you?": appears when a call needs proof, and lets the call go on once it is given. */
import { useState, useSyncExternalStore } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { passkeyFor } from '../api/passkeys';
import { proof } from '../api/proof';
import { sessionQuery } from '../api/queries';
import type { Session } from '../api/types';
import { Button } from '../components/Button';
import { Dialog } from '../components/Dialog';
import { TextField } from '../components/Field';
import { Failed } from '../components/Asked';
import { Form } from '../components/Form';
import { useAct } from '../components/useAct';
import { t } from '../texts';

export function StepUp() {
  const isAsked = useSyncExternalStore(proof.subscribe, proof.isAsked);
  const { data: session } = useQuery({ ...sessionQuery, enabled: isAsked });
  return (
    <Dialog title={t.proof.title} isOpen={isAsked} onClose={() => proof.settle(false)}>
      <p className="mb-5 text-soft">{t.proof.about}</p>
      {session && <Ways methods={session.methods} />}
    </Dialog>
  );
}

function Ways({ methods }: { methods: Session['methods'] }) {
  const [secret, setSecret] = useState('');
  const options = { quiet: true, refresh: ['session'], onDone: () => proof.settle(true) };
  const byPasskey = useAct(async () => {
    const ceremony = await answer(api.POST('/v1/me/prove/passkey/options'));
    await answer(api.POST('/v1/me/prove/passkey', { body: await passkeyFor(ceremony) }));
  }, options);
  const bySecret = useAct(
    () =>
      answer(
        api.POST('/v1/me/prove', { body: methods.authenticator ? { code: secret } : { password: secret } }),
      ),
    options,
  );
  const error = byPasskey.error ?? bySecret.error;
  return (
    <div className="grid gap-4">
      {methods.passkeys > 0 && (
        <Button
          look="primary"
          icon="passkey"
          autoFocus
          onPress={() => byPasskey.mutate()}
          isPending={byPasskey.isPending}
        >
          {t.proof.passkey}
        </Button>
      )}
      {(methods.password || methods.authenticator) && (
        <Form onSubmit={() => bySecret.mutate()} className="grid gap-4">
          <TextField
            label={methods.authenticator ? t.signIn.code : t.signIn.password}
            type={methods.authenticator ? 'text' : 'password'}
            inputMode={methods.authenticator ? 'numeric' : 'text'}
            autoComplete={methods.authenticator ? 'one-time-code' : 'current-password'}
            value={secret}
            onChange={setSecret}
            autoFocus={methods.passkeys === 0}
            isRequired
          />
          <Button
            type="submit"
            look={methods.passkeys > 0 ? 'plain' : 'primary'}
            isPending={bySecret.isPending}
          >
            {t.proof.confirm}
          </Button>
        </Form>
      )}
      {methods.passkeys === 0 && !methods.password && !methods.authenticator && (
        <p className="text-soft">{t.proof.none}</p>
      )}
      {error && <Failed error={error} />}
    </div>
  );
}
