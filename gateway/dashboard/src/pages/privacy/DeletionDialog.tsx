/** One deletion from the question to the receipt: what would go, the proof that it is them, the steps as they are done. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answer, api } from '../../api/client';
import { deletionPreviewQuery, receiptQuery } from '../../api/queries';
import type { DeletionKind, DeletionPreview } from '../../api/types';
import { Asked, Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Dialog, DialogButtons } from '../../components/Dialog';
import { Switch } from '../../components/Switch';
import { Table } from '../../components/Table';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatBytes, formatNumber } from '../../texts/format';
import { DeletionProgress } from './DeletionProgress';

interface DeletionDialogProps {
  kind: DeletionKind;
  onClose: () => void;
}

export function DeletionDialog({ kind, onClose }: DeletionDialogProps) {
  const [token, setToken] = useState<string | null>(null);
  return (
    <Dialog title={t.deletion.kinds[kind].ask} isOpen onClose={onClose} alert>
      {token === null ? (
        <Question kind={kind} onClose={onClose} onBegun={setToken} />
      ) : (
        <Progress token={token} />
      )}
    </Dialog>
  );
}

function Question({ kind, onClose, onBegun }: DeletionDialogProps & { onBegun: (token: string) => void }) {
  const [files, setFiles] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const preview = useQuery(deletionPreviewQuery(kind, files));
  const navigate = useNavigate();
  const begin = useAct(() => answer(api.POST('/v1/me/deletions', { body: { kind, files, key } })), {
    quiet: true,
    // Of an account nothing is asked any more.
    refresh: kind === 'account' ? [] : ['deletions'],
    onDone: ({ token }) => {
      // Nobody is signed in any more in a moment: on from here by the receipt's own address.
      if (kind === 'account') void navigate({ to: '/receipt', hash: token });
      else onBegun(token);
    },
  });
  return (
    <>
      <p className="mb-3 font-medium">{t.deletion.goes}</p>
      <Asked of={preview} loading={t.deletion.counting}>
        {({ lines }) => <Lines lines={lines} />}
      </Asked>
      {kind === 'memory' && (
        <div className="mt-4">
          <Switch label={t.deletion.files} isSelected={files} onChange={setFiles} />
        </div>
      )}
      <p className="mt-4 text-soft">{t.deletion.kinds[kind].stays}</p>
      <p className="mt-2 text-soft">{t.deletion.platforms}</p>
      <p className="mt-2 text-soft">{t.deletion.proof}</p>
      {begin.error && (
        <div className="mt-4">
          <Failed error={begin.error} />
        </div>
      )}
      <DialogButtons>
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button
          look="danger"
          icon="trash"
          onPress={() => begin.mutate()}
          isPending={begin.isPending}
          isDisabled={!preview.data}
        >
          {t.deletion.kinds[kind].action}
        </Button>
      </DialogButtons>
    </>
  );
}

function Lines({ lines }: { lines: DeletionPreview['lines'] }) {
  return (
    <Table
      caption={t.deletion.goes}
      rows={lines}
      keyOf={({ what }) => what}
      columns={[
        { title: t.deletion.columns.what, heads: true, cell: ({ what }) => t.deletion.things[what] ?? what },
        { title: t.deletion.columns.amount, cell: amountOf },
      ]}
    />
  );
}

function amountOf({ items, bytes }: DeletionPreview['lines'][number]): string {
  if (items === null) return t.deletion.all;
  if (items === 0) return t.privacy.nothing;
  return bytes === null ? formatNumber(items) : t.privacy.amount(items, formatBytes(bytes));
}

function Progress({ token }: { token: string }) {
  const receipt = useQuery(receiptQuery(token));
  return <Asked of={receipt}>{(state) => <DeletionProgress state={state} token={token} />}</Asked>;
}
