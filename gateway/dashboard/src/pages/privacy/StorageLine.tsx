/** How much the container may keep, and keeps. */
import type { Storage } from '../../api/types';
import { t } from '../../texts';
import { formatBytes } from '../../texts/format';

export function StorageLine({ storage: { limit, used } }: { storage: Storage }) {
  const words = t.privacy.storage;
  if (limit === null) return <p className="mt-4 text-soft">{words.none}</p>;
  const most = formatBytes(limit);
  return <p className="mt-4">{used === null ? words.limit(most) : words.used(formatBytes(used), most)}</p>;
}
