/** The workspace: folders to walk through, files to bring, take and delete. */
import { useState, type DragEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answer, api } from '../../api/client';
import { addressOf } from '../../api/files';
import { filesQuery } from '../../api/queries';
import type { FileEntry } from '../../api/types';
import { Asked } from '../../components/Asked';
import { IconButton } from '../../components/Button';
import { Card, EmptyState } from '../../components/Card';
import { cx } from '../../components/classes';
import { Confirm } from '../../components/Dialog';
import { Icon } from '../../components/Icon';
import { Bar, Spinner } from '../../components/Progress';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo, formatBytes } from '../../texts/format';
import { UploadButton, useUpload } from './upload';

const route = getRouteApi('/signed-in/framed/assistant/files');

export function FilesPart() {
  const { path = '' } = route.useSearch();
  const files = useQuery(filesQuery(path));
  const upload = useUpload(path);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    upload.start([...event.dataTransfer.files]);
  };
  return (
    <Card
      title={t.assistant.files}
      about={t.assistant.filesAbout}
      icon="folder"
      aside={<UploadButton onFiles={upload.start} isPending={upload.current !== null} />}
    >
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          'grid gap-4 rounded-xl',
          isOver && 'outline-2 outline-offset-4 outline-accent outline-dashed',
        )}
      >
        <Breadcrumbs path={path} />
        {upload.current !== null && (
          <p role="status" className="flex items-center gap-3 text-soft">
            <Spinner /> {t.assistant.uploading(upload.current)}
          </p>
        )}
        <Asked of={files} loading={t.assistant.waking}>
          {({ entries, usedBytes, quotaBytes }) => (
            <>
              {entries.length === 0 ? (
                <EmptyState icon="folder" title={t.assistant.filesEmpty}>
                  {t.assistant.filesEmptyAbout}
                </EmptyState>
              ) : (
                <Entries path={path} entries={entries} />
              )}
              <Bar
                label={t.assistant.space}
                value={usedBytes}
                maximum={Math.max(quotaBytes, 1)}
                text={t.assistant.spaceOf(formatBytes(usedBytes), formatBytes(quotaBytes))}
                trouble={usedBytes > quotaBytes * 0.95}
              />
            </>
          )}
        </Asked>
      </div>
    </Card>
  );
}

function Breadcrumbs({ path }: { path: string }) {
  const parts = path ? path.split('/') : [];
  if (parts.length === 0) return null;
  return (
    <nav aria-label={t.assistant.place}>
      <ol className="flex flex-wrap items-center gap-1 text-[0.95rem]">
        <li>
          <Link to="/assistant/files" className="rounded px-1 text-accent underline underline-offset-2">
            {t.assistant.root}
          </Link>
        </li>
        {parts.map((part, index) => {
          const here = parts.slice(0, index + 1).join('/');
          const isLast = index === parts.length - 1;
          return (
            <li key={here} className="flex items-center gap-1">
              <Icon name="chevronRight" className="size-4 text-soft" />
              {isLast ? (
                <span aria-current="page" className="px-1 font-medium">
                  {part}
                </span>
              ) : (
                <Link
                  to="/assistant/files"
                  search={{ path: here }}
                  className="rounded px-1 text-accent underline underline-offset-2"
                >
                  {part}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

const inside = (path: string, name: string): string => (path ? `${path}/${name}` : name);

function Entries({ path, entries }: { path: string; entries: FileEntry[] }) {
  const [asked, setAsked] = useState<FileEntry | null>(null);
  const remove = useAct(
    (name: string) => answer(api.DELETE('/v1/me/file', { params: { query: { path: inside(path, name) } } })),
    {
      refresh: ['files', 'privacy'],
      done: t.assistant.removedFile(asked?.name ?? ''),
      onDone: () => setAsked(null),
    },
  );
  const sorted = entries.toSorted(
    (one, other) => other.kind.localeCompare(one.kind) || one.name.localeCompare(other.name),
  );
  return (
    <>
      <ul className="divide-y divide-line">
        {sorted.map((entry) => (
          <li key={entry.name} className="flex items-center gap-2 py-2">
            <Entry path={path} entry={entry} />
            {entry.kind === 'file' && (
              <a
                href={addressOf(inside(path, entry.name))}
                download={entry.name}
                aria-label={t.assistant.download(entry.name)}
                title={t.assistant.download(entry.name)}
                className="inline-flex size-11 items-center justify-center rounded-lg text-soft hover:bg-sunken hover:text-ink sm:size-9"
              >
                <Icon name="down" />
              </a>
            )}
            <IconButton
              icon="trash"
              look="danger"
              label={t.assistant.removeFile(entry.name)}
              onPress={() => setAsked(entry)}
            />
          </li>
        ))}
      </ul>
      <Confirm
        title={t.assistant.removeFileTitle(asked?.name ?? '')}
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        action={t.common.delete}
        onConfirm={() => asked && remove.mutate(asked.name)}
        isPending={remove.isPending}
      >
        {asked?.kind === 'folder' ? t.assistant.removeFolderAbout : t.assistant.removeFileAbout}
      </Confirm>
    </>
  );
}

function Entry({ path, entry: { name, kind, bytes, changedAt } }: { path: string; entry: FileEntry }) {
  return (
    <>
      <Icon name={kind} className={kind === 'folder' ? 'text-accent' : 'text-soft'} />
      <div className="min-w-0 flex-1 pl-1">
        <p className="font-medium wrap-anywhere">
          {kind === 'folder' ? (
            <Link to="/assistant/files" search={{ path: inside(path, name) }} className="hover:underline">
              {name}
            </Link>
          ) : (
            name
          )}
        </p>
        <p className="text-sm text-soft">
          {kind === 'folder' ? t.assistant.folder : formatBytes(bytes)},{' '}
          {t.assistant.changed(formatAgo(changedAt))}
        </p>
      </div>
    </>
  );
}
