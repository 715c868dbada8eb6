/** What every dialog that links a channel is given. */
import type { Channel } from '../../api/types';

export interface LinkDialogProps {
  state: Channel['state'];
  onClose: () => void;
  /** What the way out is called, before and after. */
  leave?: string;
  done?: string;
}
