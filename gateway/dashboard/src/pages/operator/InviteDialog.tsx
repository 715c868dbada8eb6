/** Makes an invitation and shows its link, once. */
import { useState } from 'react';
import { answer, api } from '../../api/client';
import type { Session } from '../../api/types';
import { Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Choices } from '../../components/Choices';
import { CopyField } from '../../components/CopyField';
import { Dialog, DialogButtons } from '../../components/Dialog';
import { QrCode } from '../../components/QrCode';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatTime } from '../../texts/format';

/** An account that cannot sign in yet, or somebody new. */
export interface Invitee {
  account: string | null;
  name: string | null;
}

type Role = Session['account']['role'];

export function InviteDialog({ invitee, onClose }: { invitee: Invitee; onClose: () => void }) {
  const [role, setRole] = useState<Role>('user');
  const { mutate, isPending, error, data } = useAct(
    () => answer(api.POST('/v1/operator/invitations', { body: { role, account: invitee.account } })),
    { quiet: true, refresh: ['operator'] },
  );
  const title = data
    ? t.operator.linkReady
    : invitee.name
      ? t.operator.inviteThem(invitee.name)
      : t.operator.inviteTitle;
  return (
    <Dialog title={title} isOpen onClose={onClose} alert={data !== undefined}>
      {data ? (
        <div className="grid gap-5">
          <p className="text-soft">{t.operator.linkFor(formatTime(data.expiresAt))}</p>
          <CopyField label={t.operator.linkLabel} text={data.address} />
          <QrCode text={data.address} label={t.operator.linkQr} className="justify-self-center" />
          <DialogButtons>
            <Button look="primary" onPress={onClose}>
              {t.operator.done}
            </Button>
          </DialogButtons>
        </div>
      ) : (
        <div className="grid gap-5">
          <p className="text-soft">{t.operator.inviteAbout}</p>
          {!invitee.account && (
            <Choices
              label={t.operator.inviteRole}
              options={(['user', 'operator'] as const).map((value) => ({
                value,
                label: t.operator.roles[value],
                detail: t.operator.roleDetails[value],
              }))}
              value={role}
              onChange={setRole}
            />
          )}
          {error && <Failed error={error} />}
          <DialogButtons>
            <Button onPress={onClose}>{t.common.cancel}</Button>
            <Button look="primary" onPress={() => mutate()} isPending={isPending}>
              {t.operator.makeLink}
            </Button>
          </DialogButtons>
        </div>
      )}
    </Dialog>
  );
}
