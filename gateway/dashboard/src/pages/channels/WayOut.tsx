/** The button that leaves a dialog which links a channel, once there is something to leave. */
import { Button } from '../../components/Button';
import { t } from '../../texts';
import type { LinkDialogProps } from './link-dialog';

interface WayOutProps extends Pick<LinkDialogProps, 'onClose' | 'leave' | 'done'> {
  isLinked: boolean;
}

export function WayOut({
  isLinked,
  onClose,
  leave = t.common.close,
  done = t.channels.linkDone,
}: WayOutProps) {
  return (
    <Button look={isLinked ? 'primary' : 'plain'} onPress={onClose} className="justify-self-start">
      {isLinked ? done : leave}
    </Button>
  );
}
