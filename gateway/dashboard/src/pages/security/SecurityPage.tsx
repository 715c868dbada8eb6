/** How the account is protected: ways to sign in, places where it is signed in, and what was done with it. */
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { auditQuery, sessionQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { AuditTable } from '../../components/Audit';
import { Card } from '../../components/Card';
import { Page } from '../../components/Page';
import { t } from '../../texts';
import { Authenticator } from './Authenticator';
import { Email } from './Email';
import { Passkeys } from './Passkeys';
import { Password } from './Password';
import { Sessions } from './Sessions';

export function SecurityPage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const audit = useQuery(auditQuery);
  if (!session) return null;
  return (
    <Page title={t.security.title} about={t.security.about}>
      <Passkeys />
      <div className="grid gap-6 md:grid-cols-2">
        <Password methods={session.methods} />
        <Authenticator methods={session.methods} />
      </div>
      <Sessions />
      <Email email={session.account.email} />
      <Card title={t.security.audit} about={t.security.auditAbout} icon="clock">
        <Asked of={audit}>{(entries) => <AuditTable entries={entries} caption={t.security.audit} />}</Asked>
      </Card>
    </Page>
  );
}
