/** Asks whether the container may reach one more host, which the user's own server says that it is at. */
import { Button } from '../../components/Button';
import { Note } from '../../components/Card';
import { t } from '../../texts';
import type { LinkRequest } from './useLinking';

/** As many as the API takes. */
const MOST_HOSTS = 3;

interface AllowHostProps {
  host: string;
  request: LinkRequest;
  onAllow: (request: LinkRequest) => void;
  onRefuse: () => void;
  isPending: boolean;
}

export function AllowHost({ host, request, onAllow, onRefuse, isPending }: AllowHostProps) {
  const hosts = request.hosts ?? [];
  const isTooMany = hosts.length >= MOST_HOSTS;
  return (
    <Note
      tone="warn"
      title={t.channels.allowTitle(host)}
      alert
      action={
        <div className="flex flex-wrap gap-3">
          {!isTooMany && (
            <Button
              look="primary"
              size="small"
              isPending={isPending}
              onPress={() => onAllow({ ...request, hosts: [...hosts, host] })}
            >
              {t.channels.allow}
            </Button>
          )}
          <Button size="small" onPress={onRefuse}>
            {t.channels.doNotAllow}
          </Button>
        </div>
      }
    >
      {isTooMany ? t.channels.allowTooMany : t.channels.allowAbout(host)}
    </Note>
  );
}
