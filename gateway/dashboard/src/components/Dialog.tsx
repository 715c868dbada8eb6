/** Dialogs: a sheet from below on phones, a card in the middle elsewhere. Escape and a press beside it close it. */
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import type { ReactNode } from 'react';
import { t } from '../texts';
import { Button, IconButton } from './Button';
import { cx } from './classes';

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
  /** For a question that must be answered. */
  alert?: boolean;
}

export function Dialog({ title, isOpen, onClose, children, wide, alert }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => open || onClose()}
      isDismissable={!alert}
      className="modal-overlay fixed inset-0 z-40 flex animate-fade items-end justify-center bg-[#14110d]/50 sm:items-center sm:p-6"
    >
      <Modal
        className={cx(
          'max-h-[92dvh] w-full animate-rise overflow-y-auto rounded-t-3xl bg-card shadow-lift sm:rounded-3xl',
          'border border-line pb-[env(safe-area-inset-bottom)]',
          wide ? 'sm:max-w-2xl' : 'sm:max-w-lg',
        )}
      >
        <AriaDialog role={alert ? 'alertdialog' : 'dialog'} className="p-6 outline-none">
          <div className="mb-4 flex items-start justify-between gap-4">
            <Heading slot="title" className="text-xl font-semibold tracking-tight">
              {title}
            </Heading>
            <IconButton icon="cross" label={t.common.close} onPress={onClose} className="-mt-1.5 -mr-2" />
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">{children}</div>;
}

interface ConfirmProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** What happens, and what it does not touch. */
  children: ReactNode;
  action: string;
  onConfirm: () => void;
  isPending?: boolean;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, isOpen, onClose, children, action, onConfirm, isPending }: ConfirmProps) {
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} alert>
      <div className="text-soft">{children}</div>
      <DialogButtons>
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button look="danger" onPress={onConfirm} isPending={isPending ?? false}>
          {action}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
