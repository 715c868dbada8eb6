/** What the assistant remembers, file by file, to read, change and forget. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { memoryFileQuery, memoryQuery } from '../../api/queries';
import { Asked, Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Badge, Card, EmptyState } from '../../components/Card';
import { Confirm, Dialog, DialogButtons } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { Icon } from '../../components/Icon';
import { ToChat } from '../../components/ToChat';
import { Form } from '../../components/Form';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo, formatBytes } from '../../texts/format';

const MAIN = 'MEMORY.md';
const LONGEST = 65_536;

export function MemoryPart() {
  const memory = useQuery(memoryQuery);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Card title={t.assistant.memory} about={t.assistant.memoryAbout} icon="book">
      <Asked of={memory} loading={t.assistant.waking}>
        {(files) =>
          files.length === 0 ? (
            <EmptyState icon="book" title={t.assistant.memoryEmpty} action={<ToChat />}>
              {t.assistant.memoryEmptyAbout}
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {files.map(({ name, bytes, changedAt }) => (
                <li key={name}>
                  <button
                    type="button"
                    onClick={() => setOpen(name)}
                    className="-mx-2 flex w-[calc(100%+1rem)] items-center gap-3 rounded-lg px-2 py-3 text-left hover:bg-sunken"
                  >
                    <Icon name="file" className="text-soft" />
                    <span className="min-w-0 flex-1">
                      <span className="flex flex-wrap items-center gap-2 font-medium">
                        {name}
                        {name === MAIN && (
                          <Badge tone="good" plain>
                            {t.assistant.mainMemory}
                          </Badge>
                        )}
                      </span>
                      <span className="block text-sm text-soft">
                        {formatBytes(bytes)}, {t.assistant.changed(formatAgo(changedAt))}
                      </span>
                    </span>
                    <Icon name="pen" className="text-soft" />
                    <span className="sr-only">{t.assistant.edit}</span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
      <Dialog title={open ?? ''} isOpen={open !== null} onClose={() => setOpen(null)} wide>
        {open !== null && <MemoryFile name={open} onClose={() => setOpen(null)} />}
      </Dialog>
    </Card>
  );
}

function MemoryFile({ name, onClose }: { name: string; onClose: () => void }) {
  const file = useQuery({ ...memoryFileQuery(name), staleTime: 0, gcTime: 0 });
  return <Asked of={file}>{({ text }) => <MemoryForm name={name} text={text} onClose={onClose} />}</Asked>;
}

function MemoryForm({ name, text, onClose }: { name: string; text: string; onClose: () => void }) {
  const [draft, setDraft] = useState(text);
  const [asks, setAsks] = useState(false);
  const put = (next: string) =>
    answer(api.PUT('/v1/me/memory/{name}', { params: { path: { name } }, body: { text: next } }));
  const refresh = ['memory', 'privacy'];
  const save = useAct(() => put(draft), {
    quiet: true,
    refresh,
    done: t.assistant.memorySaved,
    onDone: onClose,
  });
  const forget = useAct(() => put(''), { refresh, done: t.assistant.memoryRemoved, onDone: onClose });
  return (
    <Form onSubmit={() => save.mutate()} className="grid gap-4">
      <TextField
        label={t.assistant.text}
        value={draft}
        onChange={setDraft}
        rows={14}
        maxLength={LONGEST}
        mono
        autoFocus
      />
      {save.error && <Failed error={save.error} />}
      <DialogButtons>
        <Button look="danger" icon="trash" onPress={() => setAsks(true)} className="sm:mr-auto">
          {t.assistant.memoryRemove}
        </Button>
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button
          type="submit"
          look="primary"
          isPending={save.isPending}
          isDisabled={draft === text || draft.trim() === ''}
        >
          {t.common.save}
        </Button>
      </DialogButtons>
      <Confirm
        title={t.assistant.memoryRemoveTitle(name)}
        isOpen={asks}
        onClose={() => setAsks(false)}
        action={t.assistant.memoryRemove}
        onConfirm={() => forget.mutate()}
        isPending={forget.isPending}
      >
        {t.assistant.memoryRemoveAbout}
      </Confirm>
    </Form>
  );
}
