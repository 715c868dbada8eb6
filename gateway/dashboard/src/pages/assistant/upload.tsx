/** Files into the workspace, one after the other, so that the quota is asked for each. */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { raw } from '../../api/client';
import { addressOf } from '../../api/files';
import { Button } from '../../components/Button';
import { useAct } from '../../components/useAct';
import { toast } from '../../components/toasts';
import { t } from '../../texts';

export function useUpload(folder: string) {
  const [current, setCurrent] = useState<string | null>(null);
  const { mutate } = useAct(
    async (files: File[]) => {
      try {
        for (const file of files) {
          setCurrent(file.name);
          const path = folder ? `${folder}/${file.name}` : file.name;
          await raw(addressOf(path), {
            method: 'PUT',
            headers: { 'content-type': 'application/octet-stream' },
            body: await file.arrayBuffer(),
          });
        }
        return files.length;
      } finally {
        setCurrent(null);
      }
    },
    { refresh: ['files', 'privacy'], onDone: (count) => toast.show('good', t.assistant.uploaded(count)) },
  );
  return {
    /** The name of the file that is on its way. */
    current,
    start: (files: File[]) => files.length > 0 && mutate(files),
  };
}

export function UploadButton({
  onFiles,
  isPending,
}: {
  onFiles: (files: File[]) => void;
  isPending: boolean;
}) {
  return (
    <FileTrigger allowsMultiple onSelect={(files) => onFiles([...(files ?? [])])}>
      <Button look="primary" icon="up" isPending={isPending}>
        {t.assistant.upload}
      </Button>
    </FileTrigger>
  );
}
