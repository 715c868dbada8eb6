/** Linking Telegram in three steps: make a bot, paste its token, say that it is you. */
import { useState, type ReactNode } from 'react';
import { answer, api } from '../../api/client';
import { sealFor } from '../../api/seal';
import type { Channel } from '../../api/types';
import { Failed } from '../../components/Asked';
import { Button, OutLink } from '../../components/Button';
import { cx } from '../../components/classes';
import { TextField } from '../../components/Field';
import { Icon } from '../../components/Icon';
import { QrCode } from '../../components/QrCode';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { CodeStep } from './CodeStep';
import { useKeepLinkAnswer, useLinkAnswer } from './link-answer';

const BOT_FATHER = 'https://t.me/BotFather';
const TOKEN = /^\d{1,20}:[A-Za-z0-9_-]{30,100}$/;

interface LinkTelegramProps {
  state: Channel['state'];
  onClose: () => void;
  /** Where the page around it has its own way out. */
  cannotCancel?: boolean;
}

export function LinkTelegram({ state, onClose, cannotCancel }: LinkTelegramProps) {
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
          {!tokenTaken && (
            <TokenForm onDone={() => setTokenTaken(true)} {...(cannotCancel ? {} : { onCancel: onClose })} />
          )}
        </Step>
        <Step number={3} title={t.channels.stepCode} done={isLinked} waits={!tokenTaken}>
          {tokenTaken && link && <CodeStep link={link} kind="telegram" isLinked={isLinked} />}
        </Step>
      </ol>
      {tokenTaken && (isLinked || !cannotCancel) && (
        <Button look={isLinked ? 'primary' : 'plain'} onPress={onClose} className="justify-self-start">
          {isLinked ? t.channels.linkDone : t.common.close}
        </Button>
      )}
    </div>
  );
}

interface StepProps {
  number: number;
  title: string;
  done: boolean;
  waits?: boolean;
  children: ReactNode;
}

function Step({ number, title, done, waits, children }: StepProps) {
  return (
    <li className="grid grid-cols-[2rem_minmax(0,1fr)] gap-x-3.5 gap-y-3">
      <span
        className={cx(
          'flex size-8 items-center justify-center rounded-full text-sm font-semibold',
          done ? 'bg-good-soft text-good' : waits ? 'bg-sunken text-soft' : 'bg-accent text-on-accent',
        )}
        aria-hidden="true"
      >
        {done ? <Icon name="check" className="size-4" /> : number}
      </span>
      <h3 className={cx('self-center font-semibold', (done || waits) && 'text-soft')}>
        {title}
        {done && <span className="sr-only"> ({t.start.done})</span>}
      </h3>
      {children && <div className="col-span-2 sm:col-span-1 sm:col-start-2">{children}</div>}
    </li>
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

function TokenForm({ onDone, onCancel }: { onDone: () => void; onCancel?: () => void }) {
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState(false);
  const keep = useKeepLinkAnswer('telegram');
  const { mutate, isPending, error } = useAct(
    async () => {
      const { publicKey } = await answer(api.GET('/v1/me/public-key'));
      const sealed = sealFor(publicKey, { token: token.trim() });
      return answer(
        api.POST('/v1/me/channels/{kind}', { params: { path: { kind: 'telegram' } }, body: { sealed } }),
      );
    },
    {
      quiet: true,
      refresh: ['channels', 'home'],
      onDone: (link) => {
        keep(link);
        onDone();
      },
    },
  );
  const submit = (): void => {
    const good = TOKEN.test(token.trim());
    setWrong(!good);
    if (good) mutate();
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
        {onCancel && <Button onPress={onCancel}>{t.channels.linkCancel}</Button>}
        {isPending && (
          <p role="status" className="text-sm text-soft">
            {t.channels.sealing}
          </p>
        )}
      </div>
    </Form>
  );
}
