/** Something to be carried elsewhere: a code, a link, a secret. */
import { useEffect, useState } from 'react';
import { t } from '../texts';
import { Button } from './Button';
import { cx } from './classes';
import { toast } from './toasts';

const SHOWN = 2_000;

export function useCopy(text: string): { copied: boolean; copy: () => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => toast.show('bad', t.common.copyFailed),
    );
  };
  return { copied, copy };
}

export function CopyField({ label, text, large }: { label: string; text: string; large?: boolean }) {
  const { copied, copy } = useCopy(text);
  return (
    <div className="grid gap-1.5">
      <span className="text-[0.95rem] font-medium">{label}</span>
      <div className="flex flex-wrap items-center gap-2">
        <code
          className={cx(
            'min-w-0 flex-1 rounded-xl bg-sunken px-3.5 py-2.5 break-all select-all',
            large ? 'text-lg font-semibold tracking-wide' : 'text-[0.9rem]',
          )}
        >
          {text}
        </code>
        <Button icon={copied ? 'check' : 'copy'} onPress={copy} aria-label={t.common.copyThing(label)}>
          <span aria-live="polite">{copied ? t.common.copied : t.common.copy}</span>
        </Button>
      </div>
    </div>
  );
}
