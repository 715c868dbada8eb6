/** The first operator, somebody invited, or anybody where that is open: a name, and a passkey or a password. */
import { useState, type FormEvent } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { answer, api } from '../../api/client';
import { hasPasskeys, makePasskeyFor } from '../../api/passkeys';
import { installationQuery, invitationQuery, sessionQuery } from '../../api/queries';
import { Asked, Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Note } from '../../components/Card';
import { TextField } from '../../components/Field';
import { Gate } from '../../components/Gate';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatTime } from '../../texts/format';
import { takeToken } from './token';

export function JoinPage() {
  const [token] = useState(takeToken);
  const installation = useQuery(installationQuery);
  const fresh = installation.data?.fresh ?? false;
  const invitation = useQuery({
    ...invitationQuery(token ?? ''),
    enabled: Boolean(token) && installation.isSuccess && !fresh,
  });
  const below = !fresh && (
    <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
      {t.join.toSignIn}
    </Link>
  );
  if (!installation.data)
    return (
      <Gate title={t.join.titleOpen}>
        <Asked of={installation}>{() => null}</Asked>
      </Gate>
    );
  if (invitation.isError || (fresh && !token))
    return (
      <Gate title={t.join.badLink} below={below}>
        <Note tone="warn">{t.join.badLinkAbout}</Note>
      </Gate>
    );
  if (!token && installation.data.signUp !== 'open')
    return (
      <Gate title={t.join.titleOpen} below={below}>
        <Note tone="calm">{t.join.closed}</Note>
      </Gate>
    );
  if (fresh)
    return (
      <Gate title={t.join.titleFresh} about={t.join.aboutFresh}>
        <JoinForm token={token} givenName={null} />
      </Gate>
    );
  if (!token)
    return (
      <Gate title={t.join.titleOpen} about={t.join.aboutOpen} below={below}>
        <JoinForm token={null} givenName={null} />
      </Gate>
    );
  return (
    <Gate title={t.join.titleInvited} about={t.join.aboutInvited} below={below}>
      <Asked of={invitation}>
        {({ name, expiresAt }) => (
          <>
            <JoinForm token={token} givenName={name} />
            <p className="mt-4 text-sm text-soft">{t.join.validUntil(formatTime(expiresAt))}</p>
          </>
        )}
      </Asked>
    </Gate>
  );
}

function JoinForm({ token, givenName }: { token: string | null; givenName: string | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [byPassword, setByPassword] = useState(!hasPasskeys());
  const [name, setName] = useState(givenName ?? '');
  const [password, setPassword] = useState('');
  const { mutate, isPending, error } = useAct(
    async () => {
      const who = { name: name.trim(), invitation: token };
      if (byPassword) return answer(api.POST('/v1/sign-up', { body: { ...who, password } }));
      const ceremony = await answer(api.POST('/v1/sign-up/passkey/options', { body: who }));
      return answer(api.POST('/v1/sign-up/passkey', { body: await makePasskeyFor(ceremony) }));
    },
    {
      quiet: true,
      onDone: () => {
        queries.clear();
        queries.removeQueries({ queryKey: sessionQuery.queryKey });
        void navigate({ to: '/start' });
      },
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-5">
      <TextField
        label={t.join.name}
        name="name"
        autoComplete="username"
        help={givenName ? t.join.nameGiven : t.join.nameHelp}
        value={name}
        onChange={setName}
        isReadOnly={givenName !== null}
        maxLength={64}
        isRequired
      />
      {byPassword && (
        <TextField
          label={t.join.password}
          name="password"
          type="password"
          autoComplete="new-password"
          help={t.join.passwordHelp}
          value={password}
          onChange={setPassword}
          minLength={10}
          maxLength={200}
          isRequired
        />
      )}
      {error && <Failed error={error} />}
      <div className="grid gap-2">
        <Button
          type="submit"
          look="primary"
          {...(byPassword ? {} : { icon: 'passkey' as const })}
          isPending={isPending}
        >
          {byPassword ? t.join.create : t.join.passkey}
        </Button>
        {!byPassword && <p className="text-center text-sm text-soft">{t.join.passkeyAbout}</p>}
      </div>
      {hasPasskeys() && (
        <Button look="quiet" onPress={() => setByPassword(!byPassword)}>
          {byPassword ? t.join.usePasskey : t.join.usePassword}
        </Button>
      )}
    </form>
  );
}
