/** The first operator, somebody invited, or anybody where that is open: a name, and a passkey or a password. */
import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { answer, api } from '../../api/client';
import { hasPasskeys, makePasskeyFor } from '../../api/passkeys';
import { Refusal } from '../../api/errors';
import { installationQuery, invitationQuery } from '../../api/queries';
import { Asked, Failed } from '../../components/Asked';
import { Button, buttonClass } from '../../components/Button';
import { Note } from '../../components/Card';
import { TextField } from '../../components/Field';
import { Gate } from '../../components/Gate';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatTime } from '../../texts/format';
import { takeToken } from './token';

export function JoinPage() {
  const [token] = useState(takeToken);
  const installation = useQuery(installationQuery);
  if (!installation.data)
    return (
      <Gate title={t.join.titleOpen}>
        <Asked of={installation}>{() => null}</Asked>
      </Gate>
    );
  const { fresh, signUp } = installation.data;
  if (token) return <Invited token={token} isFresh={fresh} />;
  if (fresh) return <BadLink />;
  return <Open isOpen={signUp === 'open'} />;
}

const toSignIn = (
  <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
    {t.join.toSignIn}
  </Link>
);

function Invited({ token, isFresh }: { token: string; isFresh: boolean }) {
  const invitation = useQuery(invitationQuery(token));
  if (invitation.error instanceof Refusal) return <BadLink />;
  if (isFresh && invitation.data?.role === 'operator')
    return (
      <Gate title={t.join.titleFresh} about={t.join.aboutFresh}>
        <JoinForm token={token} givenName={invitation.data.name} />
      </Gate>
    );
  return (
    <Gate title={t.join.titleInvited} about={t.join.aboutInvited} below={toSignIn}>
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

const Open = ({ isOpen }: { isOpen: boolean }) => (
  <Gate title={t.join.titleOpen} about={isOpen ? t.join.aboutOpen : undefined} below={toSignIn}>
    {isOpen ? <JoinForm token={null} givenName={null} /> : <Note tone="calm">{t.join.closed}</Note>}
  </Gate>
);

const BadLink = () => (
  <Gate title={t.join.badLink} below={toSignIn}>
    <Note tone="warn">{t.join.badLinkAbout}</Note>
  </Gate>
);

/** The organisation's own sign-in takes the invitation along. */
function ByOrganisation({ token }: { token: string | null }) {
  const { data } = useQuery(installationQuery);
  if (!data?.organisation) return null;
  const query = token ? `?invitation=${encodeURIComponent(token)}` : '';
  return (
    <a href={`/v1/sign-in/organisation${query}`} className={`${buttonClass()} w-full`}>
      {t.signIn.organisation(data.organisation)}
    </a>
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
        void navigate({ to: '/start' });
      },
    },
  );
  return (
    <Form onSubmit={() => mutate()} className="grid gap-5">
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
      {givenName === null && <ByOrganisation token={token} />}
    </Form>
  );
}
