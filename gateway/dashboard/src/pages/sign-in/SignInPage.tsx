/** The way in: a passkey first, a password with a code where one is set up, or the organisation. */
import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { answer, api } from '../../api/client';
import { hasPasskeys, passkeyFor } from '../../api/passkeys';
import { installationQuery, sessionQuery } from '../../api/queries';
import { Failed } from '../../components/Asked';
import { Button, buttonClass } from '../../components/Button';
import { Note } from '../../components/Card';
import { TextField } from '../../components/Field';
import { Gate, Or } from '../../components/Gate';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const [needsCode, setNeedsCode] = useState(false);
  const { data: installation } = useQuery(installationQuery);
  const enter = useEnter();
  if (installation?.fresh)
    return (
      <Gate title={t.signIn.fresh}>
        <Note tone="calm">{t.signIn.freshAbout}</Note>
      </Gate>
    );
  if (needsCode)
    return (
      <Gate title={t.signIn.codeTitle} about={t.signIn.codeAbout}>
        <CodeForm onDone={enter} onBack={() => setNeedsCode(false)} />
      </Gate>
    );
  const below =
    installation?.signUp === 'open' ? (
      <>
        {t.signIn.noAccount}{' '}
        <Link to="/join" className="font-medium text-accent underline underline-offset-2">
          {t.signIn.signUp}
        </Link>
      </>
    ) : (
      t.signIn.invitationOnly
    );
  return (
    <Gate title={t.signIn.title} about={t.signIn.about} below={below}>
      <PasskeyButton onDone={enter} />
      <PasswordForm onDone={enter} onCode={() => setNeedsCode(true)} />
      {installation?.organisation && (
        <a href="/v1/sign-in/organisation" className={`${buttonClass()} mt-3 w-full`}>
          {t.signIn.organisation(installation.organisation)}
        </a>
      )}
    </Gate>
  );
}

/** Goes where the user wanted to be. */
function useEnter(): () => void {
  const queries = useQueryClient();
  const router = useRouter();
  const { next = '/' } = route.useSearch();
  return () => {
    queries.removeQueries({ queryKey: sessionQuery.queryKey });
    router.history.push(next);
  };
}

function PasskeyButton({ onDone }: { onDone: () => void }) {
  const { mutate, isPending, error } = useAct(
    async () => {
      const ceremony = await answer(api.POST('/v1/sign-in/passkey/options'));
      await answer(api.POST('/v1/sign-in/passkey', { body: await passkeyFor(ceremony) }));
    },
    { quiet: true, onDone },
  );
  if (!hasPasskeys()) return <Note tone="calm">{t.signIn.noPasskeys}</Note>;
  return (
    <div className="grid gap-4">
      <Button look="primary" icon="passkey" onPress={() => mutate()} isPending={isPending} className="w-full">
        {t.signIn.passkey}
      </Button>
      {error && <Failed error={error} />}
      <Or>{t.signIn.or}</Or>
    </div>
  );
}

function PasswordForm({ onDone, onCode }: { onDone: () => void; onCode: () => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { mutate, isPending, error } = useAct(
    () => answer(api.POST('/v1/sign-in', { body: { name: name.trim(), password } })),
    { quiet: true, onDone: ({ next }) => (next === 'code' ? onCode() : onDone()) },
  );
  return (
    <Form onSubmit={() => mutate()} className="grid gap-4">
      <TextField
        label={t.signIn.name}
        name="name"
        autoComplete="username"
        value={name}
        onChange={setName}
        isRequired
      />
      <TextField
        label={t.signIn.password}
        name="password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        isRequired
      />
      {error && <Failed error={error} />}
      <Button type="submit" isPending={isPending}>
        {t.signIn.withPassword}
      </Button>
    </Form>
  );
}

function CodeForm({ onDone, onBack }: { onDone: () => void; onBack: () => void }) {
  const [code, setCode] = useState('');
  const { mutate, isPending, error } = useAct(
    () => answer(api.POST('/v1/sign-in/code', { body: { code: code.trim() } })),
    { quiet: true, onDone },
  );
  return (
    <Form onSubmit={() => mutate()} className="grid gap-4">
      <TextField
        label={t.signIn.code}
        name="code"
        autoComplete="one-time-code"
        inputMode="numeric"
        value={code}
        onChange={setCode}
        autoFocus
        isRequired
      />
      {error && <Failed error={error} />}
      <Button type="submit" look="primary" isPending={isPending}>
        {t.signIn.checkCode}
      </Button>
      <Button look="quiet" onPress={onBack}>
        {t.signIn.startOver}
      </Button>
    </Form>
  );
}
