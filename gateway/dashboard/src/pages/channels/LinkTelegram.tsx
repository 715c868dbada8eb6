/** Linking Telegram in three steps: make a bot, paste its token, say that it is you. */
import { useState } from 'react';
import { Failed } from '../../components/Asked';
import { Button, OutLink } from '../../components/Button';
import { TextField } from '../../components/Field';
import { QrCode } from '../../components/QrCode';
import { Form } from '../../components/Form';
import { t } from '../../texts';
import { CodeStep } from './CodeStep';
import { useLinkAnswer } from './link-answer';
import type { LinkDialogProps } from './link-dialog';
import { Step } from './Step';
import { useLinking } from './useLinking';
import { WayOut } from './WayOut';

const BOT_FATHER = 'https://t.me/BotFather';
const TOKEN = /^\d{1,20}:[A-Za-z0-9_-]{30,100}$/;

export function LinkTelegram({ state, ...wayOut }: LinkDialogProps) {
  const { onClose, leave = t.common.cancel } = wayOut;
  const [tokenTaken, setTokenTaken] = useState(false);
  const { data: link } = useLinkAnswer('telegram');
  const isLinked = tokenTaken && state === 'connected';
  return (
    <div className="grid gap-6">
      <ol className="grid gap-6">
        <Step number={1} title={t.channels.stepBot} done={tokenTaken}>
          {!tokenTaken && <MakeBot />}
        </Step>
        <Step number={2} title={t.channels.stepToken} done={tokenTaken}>
          {!tokenTaken && <TokenForm onDone={() => setTokenTaken(true)} onCancel={onClose} leave={leave} />}
        </Step>
        <Step number={3} title={t.channels.stepCode} done={isLinked} waits={!tokenTaken}>
          {tokenTaken && link && <CodeStep link={link} kind="telegram" isLinked={isLinked} />}
        </Step>
      </ol>
      {tokenTaken && <WayOut isLinked={isLinked} {...wayOut} />}
    </div>
  );
}

function MakeBot() {
  const lines = t.channels.stepBotLines;
  return (
    <div className="flex flex-wrap gap-x-8 gap-y-4">
      <ul className="min-w-0 flex-1 basis-64 list-disc space-y-2 pl-5 marker:text-soft">
        <li>
          <OutLink href={BOT_FATHER}>{lines.open}</OutLink>
        </li>
        <li>{lines.send}</li>
        <li>{lines.copy}</li>
      </ul>
      <figure className="hidden md:block">
        <QrCode text={BOT_FATHER} label={lines.scanLabel} className="!size-32" />
        <figcaption className="mt-1.5 text-center text-sm text-soft">{lines.scan}</figcaption>
      </figure>
    </div>
  );
}

interface TokenFormProps {
  onDone: () => void;
  onCancel: () => void;
  leave: string;
}

function TokenForm({ onDone, onCancel, leave }: TokenFormProps) {
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState(false);
  const { begin, isPending, error } = useLinking('telegram', onDone);
  const submit = (): void => {
    const good = TOKEN.test(token.trim());
    setWrong(!good);
    if (good) begin({ credential: { token: token.trim() } });
  };
  return (
    <Form onSubmit={submit} className="grid gap-4" noValidate>
      <TextField
        label={t.channels.token}
        value={token}
        onChange={(text) => {
          setToken(text);
          setWrong(false);
        }}
        help={t.channels.tokenHelp}
        error={wrong ? t.channels.tokenWrong : undefined}
        placeholder="123456789:AAE…"
        autoComplete="off"
        spellCheck="false"
        mono
      />
      {error && <Failed error={error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" isPending={isPending} isDisabled={token.trim() === ''}>
          {t.channels.tokenGo}
        </Button>
        <Button onPress={onCancel}>{leave}</Button>
        {isPending && (
          <p role="status" className="text-sm text-soft">
            {t.channels.sealing}
          </p>
        )}
      </div>
    </Form>
  );
}
