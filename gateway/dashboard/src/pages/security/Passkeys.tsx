/** The passkeys of the account: added with the browser's own dialog, named, removed. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { hasPasskeys, makePasskeyFor } from '../../api/passkeys';
import { passkeysQuery } from '../../api/queries';
import { Asked, Failed } from '../../components/Asked';
import { Button, IconButton } from '../../components/Button';
import { Card, EmptyState } from '../../components/Card';
import { Confirm, Dialog, DialogButtons } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { Icon } from '../../components/Icon';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo } from '../../texts/format';

const changes = ['passkeys', 'session', 'audit'];

export function Passkeys() {
  const passkeys = useQuery(passkeysQuery);
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ id: string; name: string } | null>(null);
  const remove = useAct(
    (id: string) => answer(api.DELETE('/v1/me/passkeys/{id}', { params: { path: { id } } })),
    { refresh: changes, done: t.security.passkeyRemoved, onDone: () => setAsked(null) },
  );
  const add = hasPasskeys() && (
    <Button icon="plus" onPress={() => setAdding(true)}>
      {t.security.addPasskey}
    </Button>
  );
  return (
    <Card
      title={t.security.passkeys}
      about={t.security.passkeysAbout}
      icon="passkey"
      aside={passkeys.data?.length ? add : undefined}
    >
      <Asked of={passkeys}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon="passkey" title={t.security.noPasskeys} action={add}>
              {t.security.noPasskeysAbout}
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {list.map(({ id, name, createdAt, lastUsedAt }) => (
                <li key={id} className="flex items-center gap-3 py-2.5">
                  <Icon name="passkey" className="text-soft" />
                  <div className="min-w-0 flex-1">
                    <p className="font-medium">{name}</p>
                    <p className="text-sm text-soft">
                      {t.security.added(formatAgo(createdAt))},{' '}
                      {lastUsedAt === null
                        ? t.security.neverUsed
                        : t.security.lastUsed(formatAgo(lastUsedAt))}
                    </p>
                  </div>
                  <IconButton
                    icon="trash"
                    look="danger"
                    label={t.security.removePasskey(name)}
                    onPress={() => setAsked({ id, name })}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
      <Dialog title={t.security.addPasskey} isOpen={isAdding} onClose={() => setAdding(false)}>
        <AddPasskey onClose={() => setAdding(false)} />
      </Dialog>
      <Confirm
        title={t.security.removePasskeyTitle(asked?.name ?? '')}
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        action={t.common.remove}
        onConfirm={() => asked && remove.mutate(asked.id)}
        isPending={remove.isPending}
      >
        {t.security.removePasskeyAbout}
      </Confirm>
    </Card>
  );
}

function AddPasskey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const { mutate, isPending, error } = useAct(
    async () => {
      const ceremony = await answer(api.POST('/v1/me/passkeys/options'));
      const made = await makePasskeyFor(ceremony);
      await answer(api.POST('/v1/me/passkeys', { body: { ...made, name: name.trim() } }));
    },
    { quiet: true, refresh: changes, done: t.security.passkeyAdded, onDone: onClose },
  );
  return (
    <Form onSubmit={() => mutate()} className="grid gap-4">
      <TextField
        label={t.security.passkeyName}
        help={t.security.passkeyNameHelp}
        value={name}
        onChange={setName}
        maxLength={64}
        autoFocus
        isRequired
      />
      {error && <Failed error={error} />}
      <DialogButtons>
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button type="submit" look="primary" icon="passkey" isPending={isPending}>
          {t.security.addPasskey}
        </Button>
      </DialogButtons>
    </Form>
  );
}
