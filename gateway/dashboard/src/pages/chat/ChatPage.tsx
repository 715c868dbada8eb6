/** The chat in the browser, a channel like any other. */
import { PageHeading } from '../../components/Page';
import { t } from '../../texts';
import { Chat } from './Chat';

export function ChatPage() {
  return (
    <div className="-mb-9 flex min-h-[calc(100dvh-9rem)] flex-col lg:-mb-12 lg:min-h-[calc(100dvh-3.5rem)]">
      <PageHeading title={t.chat.title} />
      <Chat />
    </div>
  );
}
