/** An export into this account, while it has nothing yet. The passphrase leaves the browser sealed for the container only. */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { answer, api } from '../../api/client';
import { sealFor } from '../../api/seal';
import type { ImportReport } from '../../api/types';
import { upload } from '../../api/upload';
import { Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Card, Note } from '../../components/Card';
import { TextField } from '../../components/Field';
import { Form } from '../../components/Form';
import { Bar, Loading } from '../../components/Progress';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatBytes } from '../../texts/format';
import { troubleWith, type Trouble } from './archive-file';

/** What an import changes, by the first parts of its queries' keys. */
const CHANGED = ['conversations', 'memory', 'files', 'assistant', 'privacy', 'home', 'audit'];

export function ImportCard() {
  const [report, setReport] = useState<ImportReport | null>(null);
  return (
    <Card title={t.importing.title} about={t.importing.about} icon="up">
      {report ? (
        <Note tone="good" title={t.importing.done}>
          <p>{t.importing.report(report)}</p>
          <p className="mt-1">{t.importing.next}</p>
        </Note>
      ) : (
        <ImportForm onDone={setReport} />
      )}
    </Card>
  );
}

function ImportForm({ onDone }: { onDone: (report: ImportReport) => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [trouble, setTrouble] = useState<Trouble | 'none' | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [tried, setTried] = useState(false);
  const [sent, setSent] = useState(0);
  const take = useAct(
    async (archive: File) => {
      setSent(0);
      const { publicKey } = await answer(api.GET('/v1/me/public-key'));
      const sealed = sealFor(publicKey, { passphrase });
      const { ticket } = await answer(api.POST('/v1/me/import', { body: { sealed } }));
      return upload<ImportReport>(`/v1/me/import?ticket=${ticket}`, archive, setSent);
    },
    { quiet: true, refresh: CHANGED, onDone },
  );
  const choose = (chosen: File | undefined): void => {
    if (!chosen) return;
    take.reset();
    setFile(chosen);
    setTrouble(null);
    void troubleWith(chosen).then(setTrouble);
  };
  const submit = (): void => {
    setTried(true);
    if (!file) setTrouble('none');
    else if (!trouble && passphrase) take.mutate(file);
  };
  if (take.isPending && file && sent > 0) return <OnItsWay sent={sent} all={file.size} />;
  return (
    <Form onSubmit={submit} className="grid max-w-xl gap-4" noValidate>
      <div className="flex flex-wrap items-center gap-3">
        <FileTrigger acceptedFileTypes={['.age']} onSelect={(files) => choose(files?.[0])}>
          <Button icon="folder">{t.importing.choose}</Button>
        </FileTrigger>
        {file && (
          <span className="min-w-0 wrap-anywhere">
            {t.importing.chosen(file.name, formatBytes(file.size))}
          </span>
        )}
      </div>
      {trouble && (
        <Note tone="bad" alert>
          {t.importing.trouble[trouble]}
        </Note>
      )}
      <TextField
        label={t.importing.passphrase}
        type="password"
        autoComplete="off"
        maxLength={1_000}
        value={passphrase}
        onChange={setPassphrase}
        error={tried && !passphrase ? t.importing.noPassphrase : undefined}
      />
      {take.error && <Failed error={take.error} />}
      <Button type="submit" isPending={take.isPending} className="justify-self-start">
        {t.importing.take}
      </Button>
    </Form>
  );
}

function OnItsWay({ sent, all }: { sent: number; all: number }) {
  // What is sent is a little more than the file itself.
  if (sent >= all) return <Loading label={t.importing.reading} />;
  return (
    <Bar
      label={t.importing.sending}
      value={sent}
      maximum={all}
      text={t.importing.progress(formatBytes(sent), formatBytes(all))}
    />
  );
}
