/** Recovery codes, shown this once: copied, downloaded, or written down. */
import { Button } from '../../components/Button';
import { useCopy } from '../../components/CopyField';
import { Dialog, DialogButtons } from '../../components/Dialog';
import { saveAs } from '../../components/save-as';
import { t } from '../../texts';

export function RecoveryCodes({ codes, onClose }: { codes: string[] | null; onClose: () => void }) {
  const text = (codes ?? []).join('\n');
  const { copied, copy } = useCopy(text);
  return (
    <Dialog title={t.security.codesShown} isOpen={codes !== null} onClose={onClose} alert>
      <p className="text-soft">{t.security.codesOnce}</p>
      <ul
        aria-label={t.security.codes}
        className="my-5 grid grid-cols-1 gap-x-6 gap-y-1 rounded-xl bg-sunken p-4 font-mono min-[400px]:grid-cols-2"
      >
        {(codes ?? []).map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        <Button icon={copied ? 'check' : 'copy'} onPress={copy}>
          {copied ? t.common.copied : t.security.copyCodes}
        </Button>
        <Button
          icon="down"
          onPress={() => saveAs(t.security.codesFile, new Blob([`${text}\n`], { type: 'text/plain' }))}
        >
          {t.security.downloadCodes}
        </Button>
      </div>
      <DialogButtons>
        <Button look="primary" onPress={onClose}>
          {t.security.codesKept}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
