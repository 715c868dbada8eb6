/** The dialog that links a channel, by its kind. */
import type { ComponentType } from 'react';
import type { LinkableKind } from '../../api/types';
import type { LinkDialogProps } from './link-dialog';
import { LinkMatrix } from './LinkMatrix';
import { LinkTelegram } from './LinkTelegram';
import { LinkWhatsApp } from './LinkWhatsApp';

const dialogs: Record<LinkableKind, ComponentType<LinkDialogProps>> = {
  telegram: LinkTelegram,
  matrix: LinkMatrix,
  whatsapp: LinkWhatsApp,
};

export function LinkChannel({ kind, ...props }: LinkDialogProps & { kind: LinkableKind }) {
  const Dialog = dialogs[kind];
  return <Dialog {...props} />;
}
