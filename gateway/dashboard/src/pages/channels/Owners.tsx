/** Who may write on a channel; asked of the container itself, since nobody else knows. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { ownersQuery } from '../../api/queries';
import type { LinkableKind } from '../../api/types';
import { Asked } from '../../components/Asked';
import { IconButton } from '../../components/Button';
import { Confirm } from '../../components/Dialog';
import { Icon } from '../../components/Icon';
import { Loading } from '../../components/Progress';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatDate } from '../../texts/format';
import { useKeepLinkAnswer } from './link-answer';

export function Owners({ kind }: { kind: LinkableKind }) {
  const owners = useQuery(ownersQuery(kind));
  const keepLink = useKeepLinkAnswer(kind);
  const [asked, setAsked] = useState<{ id: string; name: string } | null>(null);
  const remove = useAct(
    (id: string) =>
      answer(api.DELETE('/v1/me/channels/{kind}/owners/{id}', { params: { path: { kind, id } } })),
    {
      refresh: ['channels', 'home'],
      onDone: () => {
        // The code by which they had come in.
        keepLink(null);
        setAsked(null);
      },
    },
  );
  return (
    <div className="border-t border-line pt-5">
      <h3 className="font-semibold">{t.channels.owners}</h3>
      <p className="mb-3 text-sm text-soft">{t.channels.ownersAbout}</p>
      <Asked of={owners} waiting={<Loading isLine />}>
        {(list) =>
          list.length === 0 ? (
            <p className="flex min-h-11 items-center text-soft">{t.channels.noOwner}</p>
          ) : (
            <ul className="grid gap-1">
              {list.map(({ id, name, since }) => {
                const shown = name ?? t.channels.ownerUnnamed(asPeopleSay(id));
                return (
                  <li key={id} className="flex min-h-11 items-center gap-3">
                    <Icon name="people" className="text-soft" />
                    <span className="min-w-0 flex-1">
                      {/* In two lines, as high as what stands there before. */}
                      <span className="block leading-6 font-medium wrap-anywhere">{shown}</span>
                      {since !== null && (
                        <span className="block text-sm text-soft">
                          {t.channels.ownerSince(formatDate(since))}
                        </span>
                      )}
                    </span>
                    <IconButton
                      icon="trash"
                      look="danger"
                      label={t.channels.removeOwner(shown)}
                      onPress={() => setAsked({ id, name: shown })}
                    />
                  </li>
                );
              })}
            </ul>
          )
        }
      </Asked>
      <Confirm
        title={t.channels.removeOwnerTitle(asked?.name ?? '')}
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        action={t.common.remove}
        onConfirm={() => asked && remove.mutate(asked.id)}
        isPending={remove.isPending}
      >
        {t.channels.removeOwnerAbout}
      </Confirm>
    </div>
  );
}

/** WhatsApp's own name of a phone number, as the number. */
const asPeopleSay = (id: string): string => id.replace(/^(\d+)@s\.whatsapp\.net$/, '+$1');
