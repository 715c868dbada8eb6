/** The dialog around the form of a key. */
import { Dialog } from '../../components/Dialog';
import { t } from '../../texts';
import { KeyForm, type KeyTask } from './KeyForm';
import { providerName } from './providers';

function titleOf(task: KeyTask): string {
  if (task.kind === 'add') return t.keys.addTitle;
  return (task.kind === 'replace' ? t.keys.replaceTitle : t.keys.changeTitle)(providerName(task.of.provider));
}

export function KeyDialog({ task, onClose }: { task: KeyTask; onClose: () => void }) {
  return (
    <Dialog title={titleOf(task)} isOpen onClose={onClose}>
      <KeyForm task={task} onDone={onClose} onCancel={onClose} />
    </Dialog>
  );
}
