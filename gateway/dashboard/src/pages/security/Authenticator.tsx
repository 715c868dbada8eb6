/** Codes of an app beside the password, and the recovery codes for the day when the phone is gone. */
import { useState } from 'react';
import { answer, api } from '../../api/client';
import type { Session } from '../../api/types';
import { Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Badge, Card } from '../../components/Card';
import { CopyField } from '../../components/CopyField';
import { Confirm, Dialog, DialogButtons } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { QrCode } from '../../components/QrCode';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { RecoveryCodes } from './RecoveryCodes';

const changes = ['session', 'audit'];

/** What is on the screen: a new secret to scan, fresh codes to keep, or a question. */
type Open =
  | { what: 'secret'; secret: string; address: string }
  | { what: 'codes'; codes: string[] }
  | { what: 'turn-off' }
  | { what: 'new-codes' };

export function Authenticator({ methods }: { methods: Session['methods'] }) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const begin = useAct(() => answer(api.POST('/v1/me/authenticator')), {
    onDone: (made) => setOpen({ what: 'secret', ...made }),
  });
  const turnOff = useAct(() => answer(api.DELETE('/v1/me/authenticator')), {
    refresh: changes,
    done: t.security.turnedOff,
    onDone: close,
  });
  const newCodes = useAct(() => answer(api.POST('/v1/me/recovery-codes')), {
    refresh: changes,
    onDone: ({ codes }) => setOpen({ what: 'codes', codes }),
  });
  const isOn = methods.authenticator;
  return (
    <Card
      title={t.security.authenticator}
      icon="lock"
      aside={<Badge tone={isOn ? 'good' : 'calm'}>{isOn ? t.security.on : t.security.off}</Badge>}
    >
      <p className="text-soft">{isOn ? t.security.authenticatorOn : t.security.authenticatorOff}</p>
      {isOn && <p className="mt-2 text-soft">{t.security.codesLeft(methods.recoveryCodesLeft)}</p>}
      <div className="mt-5 flex flex-wrap gap-3">
        {isOn ? (
          <>
            <Button onPress={() => setOpen({ what: 'new-codes' })}>{t.security.newCodes}</Button>
            <Button look="danger" onPress={() => setOpen({ what: 'turn-off' })}>
              {t.security.turnOff}
            </Button>
          </>
        ) : (
          <Button onPress={() => begin.mutate()} isPending={begin.isPending}>
            {t.security.setUp}
          </Button>
        )}
      </div>
      <Dialog title={t.security.authenticator} isOpen={open?.what === 'secret'} onClose={close}>
        {open?.what === 'secret' && (
          <ConfirmAuthenticator
            secret={open.secret}
            address={open.address}
            onDone={(codes) => setOpen({ what: 'codes', codes })}
          />
        )}
      </Dialog>
      <RecoveryCodes codes={open?.what === 'codes' ? open.codes : null} onClose={close} />
      <Confirm
        title={t.security.turnOffTitle}
        isOpen={open?.what === 'turn-off'}
        onClose={close}
        action={t.security.turnOff}
        onConfirm={() => turnOff.mutate()}
        isPending={turnOff.isPending}
      >
        {t.security.turnOffAbout}
      </Confirm>
      <Confirm
        title={t.security.newCodesTitle}
        isOpen={open?.what === 'new-codes'}
        onClose={close}
        action={t.security.newCodes}
        onConfirm={() => newCodes.mutate()}
        isPending={newCodes.isPending}
      >
        {t.security.newCodesAbout}
      </Confirm>
    </Card>
  );
}

interface ConfirmAuthenticatorProps {
  secret: string;
  address: string;
  onDone: (codes: string[]) => void;
}

function ConfirmAuthenticator({ secret, address, onDone }: ConfirmAuthenticatorProps) {
  const [code, setCode] = useState('');
  const { mutate, isPending, error } = useAct(
    () => answer(api.PUT('/v1/me/authenticator', { body: { code: code.trim() } })),
    { quiet: true, refresh: changes, onDone: ({ codes }) => onDone(codes) },
  );
  return (
    <Form onSubmit={() => mutate()} className="grid gap-5">
      <p>{t.security.scan}</p>
      <QrCode text={address} label={t.security.scanLabel} className="justify-self-center" />
      <CopyField label={t.security.secret} text={secret} />
      <TextField
        label={t.security.digits}
        value={code}
        onChange={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        minLength={6}
        maxLength={6}
        isRequired
      />
      {error && <Failed error={error} />}
      <DialogButtons>
        <Button type="submit" look="primary" isPending={isPending}>
          {t.security.turnOn}
        </Button>
      </DialogButtons>
    </Form>
  );
}
