/** What only the container knows of a link: WhatsApp's read receipts, and the key of Ara's device on Matrix. */
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { linkDetailsQuery } from '../../api/queries';
import type { LinkableKind, OwnDevice } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Loading } from '../../components/Progress';
import { Switch } from '../../components/Switch';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { inFours } from '../../texts/format';

const texts = t.channels;

export function LinkDetails({ kind }: { kind: LinkableKind }) {
  if (kind === 'whatsapp') return <ReadReceipts />;
  return kind === 'matrix' ? <DeviceKey /> : null;
}

const Part = ({ children }: { children: ReactNode }) => (
  <div className="border-t border-line pt-5">{children}</div>
);

function ReadReceipts() {
  const details = useQuery(linkDetailsQuery('whatsapp'));
  const change = useAct(
    (readReceipts: boolean) =>
      answer(
        api.PUT('/v1/me/channels/{kind}/settings', {
          params: { path: { kind: 'whatsapp' } },
          body: { readReceipts },
        }),
      ),
    { refresh: ['channels'] },
  );
  return (
    <Part>
      <Asked of={details} waiting={<Loading isLine />}>
        {({ settings }) => (
          <Switch
            label={texts.readReceipts}
            help={settings ? texts.readReceiptsAbout : texts.noReadReceipts}
            isSelected={change.isPending ? change.variables : (settings?.readReceipts ?? false)}
            onChange={change.mutate}
            isDisabled={settings === null || change.isPending}
          />
        )}
      </Asked>
    </Part>
  );
}

/** As long as a real one, so that nothing moves when that comes. */
const NONE: OwnDevice = { device: '–', key: '.'.repeat(43) };

function DeviceKey() {
  const details = useQuery(linkDetailsQuery('matrix'));
  return (
    <Part>
      <h3 className="font-semibold">{texts.deviceKey}</h3>
      <p className="mb-3 text-sm text-soft">{texts.deviceKeyAbout}</p>
      <Asked of={details} waiting={<Device device={NONE} isWaiting />}>
        {({ device }) =>
          device ? <Device device={device} /> : <p className="text-soft">{texts.noDeviceKey}</p>
        }
      </Asked>
    </Part>
  );
}

function Device({ device: { device, key }, isWaiting }: { device: OwnDevice; isWaiting?: boolean }) {
  return (
    <div className="grid">
      {isWaiting && (
        <div className="col-start-1 row-start-1">
          <Loading isLine />
        </div>
      )}
      <dl className={`col-start-1 row-start-1 grid gap-2 ${isWaiting ? 'invisible' : ''}`}>
        <div>
          <dt className="text-sm text-soft">{texts.deviceId}</dt>
          <dd className="font-mono text-sm break-all">{device}</dd>
        </div>
        <div>
          <dt className="text-sm text-soft">{texts.deviceKey}</dt>
          <dd className="font-mono text-sm">{inFours(key)}</dd>
        </div>
      </dl>
    </div>
  );
}
