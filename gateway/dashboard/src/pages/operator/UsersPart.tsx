/** Who has an account here, who is invited, and how to invite one more. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { invitationsQuery, usersQuery } from '../../api/queries';
import type { OperatorUser } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Badge, Card } from '../../components/Card';
import { TextField } from '../../components/Field';
import { Table } from '../../components/Table';
import { LineForm } from '../../components/LineForm';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo, formatNumber, formatTime } from '../../texts/format';
import { InviteDialog, type Invitee } from './InviteDialog';

export function UsersPart() {
  const users = useQuery(usersQuery);
  const [invitee, setInvitee] = useState<Invitee | null>(null);
  return (
    <div className="grid grid-cols-1 gap-6">
      <Card
        title={t.operator.users}
        icon="people"
        aside={
          <Button look="primary" icon="plus" onPress={() => setInvitee({ account: null, name: null })}>
            {t.operator.invite}
          </Button>
        }
      >
        <Asked of={users}>
          {(list) => <Users list={list} onInvite={({ id, name }) => setInvitee({ account: id, name })} />}
        </Asked>
      </Card>
      <Invitations />
      <AddUser />
      {invitee && <InviteDialog invitee={invitee} onClose={() => setInvitee(null)} />}
    </div>
  );
}

function Users({ list, onInvite }: { list: OperatorUser[]; onInvite: (user: OperatorUser) => void }) {
  const columns = t.operator.columns;
  return (
    <Table
      caption={t.operator.users}
      stacks
      rows={list}
      keyOf={({ id }) => id}
      columns={[
        { title: columns.name, heads: true, cell: ({ name }) => name },
        {
          title: columns.role,
          cell: ({ role }) => (
            <Badge tone={role === 'operator' ? 'good' : 'calm'} plain>
              {t.operator.roles[role]}
            </Badge>
          ),
        },
        {
          title: columns.seen,
          cell: (user) =>
            user.signsIn ? (
              <span className="whitespace-nowrap">
                {user.lastSeenAt === null ? t.operator.never : formatAgo(user.lastSeenAt)}
              </span>
            ) : (
              <span className="flex flex-wrap items-center gap-x-3 gap-y-1 max-sm:justify-end">
                <span className="text-soft">{t.operator.cannotSignIn}</span>
                <Button size="small" onPress={() => onInvite(user)}>
                  {t.operator.inviteThem(user.name)}
                </Button>
              </span>
            ),
        },
        { title: columns.channels, figures: true, cell: ({ channels }) => formatNumber(channels) },
        {
          title: columns.messages,
          figures: true,
          cell: ({ messagesThisMonth }) => formatNumber(messagesThisMonth),
        },
      ]}
    />
  );
}

function Invitations() {
  const invitations = useQuery(invitationsQuery);
  const withdraw = useAct(
    (id: string) => answer(api.DELETE('/v1/operator/invitations/{id}', { params: { path: { id } } })),
    { refresh: ['operator'], done: t.operator.withdrawn },
  );
  return (
    <Card title={t.operator.invitations}>
      <Asked of={invitations}>
        {(list) =>
          list.length === 0 ? (
            <p className="text-soft">{t.operator.noInvitations}</p>
          ) : (
            <ul className="divide-y divide-line">
              {list.map(({ id, role, name, expiresAt }) => (
                <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
                  <span className="font-medium">
                    {t.operator.invitationFor(t.operator.roles[role], name)}
                  </span>
                  <span className="flex-1 text-sm text-soft">
                    {t.operator.validUntil(formatTime(expiresAt))}
                  </span>
                  <Button
                    size="small"
                    onPress={() => withdraw.mutate(id)}
                    isPending={withdraw.isPending && withdraw.variables === id}
                  >
                    {t.operator.withdraw}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Card>
  );
}

function AddUser() {
  const [name, setName] = useState('');
  const { mutate, isPending, error } = useAct(
    () => answer(api.POST('/v1/operator/users', { body: { name: name.trim() } })),
    {
      quiet: true,
      refresh: ['operator'],
      done: t.operator.userAdded(name.trim()),
      onDone: () => setName(''),
    },
  );
  return (
    <Card title={t.operator.addUser} about={t.operator.addUserAbout}>
      <LineForm onSubmit={() => mutate()} error={error}>
        <TextField
          label={t.operator.userName}
          value={name}
          onChange={setName}
          maxLength={64}
          autoComplete="off"
          isRequired
        />
        <Button type="submit" isPending={isPending}>
          {t.operator.addUser}
        </Button>
      </LineForm>
    </Card>
  );
}
