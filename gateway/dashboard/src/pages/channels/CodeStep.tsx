/** The code that tells the other side who its owner is: a link that carries it, a QR code of the link, and the command to type. */
import type { LinkableKind, LinkCode } from '../../api/types';
import { Button, buttonClass } from '../../components/Button';
import { Note } from '../../components/Card';
import { CopyField } from '../../components/CopyField';
import { Icon } from '../../components/Icon';
import { Spinner } from '../../components/Progress';
import { QrCode } from '../../components/QrCode';
import { useSecondsUntil } from '../../components/useSecondsUntil';
import { t } from '../../texts';
import { codeLink } from './code-link';
import { useNewCode } from './link-answer';

interface CodeStepProps {
  link: LinkCode;
  kind: LinkableKind;
  isLinked: boolean;
}

export function CodeStep({ link: { code, address, expiresAt }, kind, isLinked }: CodeStepProps) {
  const left = useSecondsUntil(expiresAt);
  if (isLinked)
    return (
      <div role="status">
        <Note tone="good" title={t.channels.linked}>
          {t.channels.linkedMore}
        </Note>
      </div>
    );
  if (left <= 0) return <TooOld kind={kind} />;
  const { href, command } = codeLink(kind, address, code);
  return (
    <div className="grid gap-5">
      <p>{t.channels.codeAbouts[kind](address)}</p>
      <div className="flex flex-wrap items-start gap-6">
        <div className="grid min-w-0 flex-1 basis-64 gap-5">
          <a
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            className={`${buttonClass('primary')} justify-self-start`}
          >
            <Icon name="plane" /> {t.channels.openBot(address)}
          </a>
          <CopyField label={t.channels.orSend} text={command} large />
        </div>
        <QrCode text={href} label={t.channels.botQr(address)} className="hidden sm:block" />
      </div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span role="status" className="flex items-center gap-3 font-medium">
          <Spinner className="text-accent" /> {t.channels.codeWaiting}
        </span>
        <span className="text-sm text-soft tabular-nums">
          {t.channels.codeLeft(Math.floor(left / 60), left % 60)}
        </span>
      </p>
    </div>
  );
}

function TooOld({ kind }: { kind: LinkableKind }) {
  const newCode = useNewCode(kind);
  return (
    <Note
      tone="warn"
      title={t.channels.codeExpired}
      action={
        <Button size="small" icon="refresh" onPress={() => newCode.mutate()} isPending={newCode.isPending}>
          {t.channels.newCode}
        </Button>
      }
    />
  );
}
