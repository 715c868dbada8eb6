/** What has to be done on another device to link a channel: a code to scan or to type, for as long as it holds. */
import type { PairingStep } from '../../api/pairing';
import { Button } from '../../components/Button';
import { Spinner } from '../../components/Progress';
import { QrCode } from '../../components/QrCode';
import { useSecondsUntil } from '../../components/useSecondsUntil';
import { t } from '../../texts';

interface PairingWords {
  /** Before the first step. */
  waiting: string;
  scanLines?: readonly string[];
  typeLines?: readonly string[];
}

interface PairingPartProps {
  step: PairingStep | null;
  onCancel: () => void;
  words: PairingWords;
}

export function PairingPart({ step, onCancel, words }: PairingPartProps) {
  return (
    <div className="grid gap-5">
      {step ? <Shown step={step} words={words} /> : <Waiting>{words.waiting}</Waiting>}
      <Button onPress={onCancel} className="justify-self-start">
        {t.common.cancel}
      </Button>
    </div>
  );
}

function Shown({ step: { kind, text, expiresAt }, words }: { step: PairingStep; words: PairingWords }) {
  const left = useSecondsUntil(expiresAt);
  const lines = (kind === 'qr' ? words.scanLines : words.typeLines) ?? [];
  return (
    <div className="flex flex-wrap items-start gap-6">
      <ol className="min-w-0 flex-1 basis-64 list-decimal space-y-2 pl-5 marker:text-soft">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      <div className="grid justify-items-center gap-3">
        {left <= 0 ? (
          <div className="flex size-56 items-center justify-center rounded-xl bg-sunken">
            <Spinner className="text-accent" />
          </div>
        ) : kind === 'qr' ? (
          <QrCode text={text} label={t.channels.pairingQr} className="!size-56" />
        ) : (
          <code className="rounded-xl bg-sunken px-5 py-4 text-2xl font-semibold tracking-widest select-all">
            {text}
          </code>
        )}
        <p className="text-sm text-soft tabular-nums">
          {left > 0 ? t.channels.pairingLeft(left) : t.channels.pairingNext}
        </p>
      </div>
      <Waiting>{t.channels.pairingWaiting}</Waiting>
    </div>
  );
}

const Waiting = ({ children }: { children: string }) => (
  <p role="status" className="flex w-full items-center gap-3 font-medium">
    <Spinner className="text-accent" /> {children}
  </p>
);
