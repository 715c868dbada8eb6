/** The browsers in which the account is signed in. */
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { sessionsQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { Button, IconButton } from '../../components/Button';
import { Badge, Card } from '../../components/Card';
import { Icon } from '../../components/Icon';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo } from '../../texts/format';

export function Sessions() {
  const sessions = useQuery(sessionsQuery);
  const refresh = ['sessions', 'audit'];
  const revoke = useAct(
    (id: string) => answer(api.DELETE('/v1/me/sessions/{id}', { params: { path: { id } } })),
    { refresh, done: t.security.revoked },
  );
  const revokeOthers = useAct(() => answer(api.DELETE('/v1/me/sessions')), {
    refresh,
    done: t.security.revokedOthers,
  });
  const hasOthers = sessions.data?.some(({ current }) => !current);
  return (
    <Card
      title={t.security.sessions}
      icon="screen"
      aside={
        hasOthers && (
          <Button size="small" onPress={() => revokeOthers.mutate()} isPending={revokeOthers.isPending}>
            {t.security.revokeOthers}
          </Button>
        )
      }
    >
      <Asked of={sessions}>
        {(list) => (
          <ul className="divide-y divide-line">
            {list.map(({ id, client, createdAt, lastUsedAt, current }) => (
              <li key={id} className="flex items-center gap-3 py-2.5">
                <Icon name="screen" className="text-soft" />
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-2 font-medium">
                    {client}
                    {current && <Badge tone="good">{t.security.thisBrowser}</Badge>}
                  </p>
                  <p className="text-sm text-soft">
                    {t.security.signedIn(formatAgo(createdAt))}, {t.security.active(formatAgo(lastUsedAt))}
                  </p>
                </div>
                {!current && (
                  <IconButton
                    icon="out"
                    look="danger"
                    label={t.security.revoke(client)}
                    onPress={() => revoke.mutate(id)}
                    isPending={revoke.isPending && revoke.variables === id}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </Card>
  );
}
