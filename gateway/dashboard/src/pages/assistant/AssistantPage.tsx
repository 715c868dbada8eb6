/** The assistant: how it behaves, what it remembers, what it keeps, and what was said. */
import { Outlet } from '@tanstack/react-router';
import { Page } from '../../components/Page';
import { TabLinks } from '../../components/TabLinks';
import { t } from '../../texts';

const tabs = [
  { to: '/assistant', label: t.assistant.settings },
  { to: '/assistant/memory', label: t.assistant.memory },
  { to: '/assistant/files', label: t.assistant.files },
  { to: '/assistant/conversations', label: t.assistant.conversations },
] as const;

export function AssistantPage() {
  return (
    <Page title={t.assistant.title} about={t.assistant.about}>
      <TabLinks label={t.assistant.parts} tabs={tabs} />
      <Outlet />
    </Page>
  );
}
