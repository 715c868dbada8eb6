/** The chat in the browser, a channel like any other. */
import { PageHeading } from '../../components/Page';
import { t } from '../../texts';
import { Chat } from './Chat';

export function ChatPage() {
  return (
    <div className="flex min-h-[calc(100dvh-11rem)] flex-col lg:min-h-[calc(100dvh-6.5rem)]">
      <PageHeading title={t.chat.title} />
      <Chat />
    </div>
  );
}
