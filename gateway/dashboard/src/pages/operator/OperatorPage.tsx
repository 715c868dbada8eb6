/** People and machines, for whoever runs this Ara. */
import { Outlet } from '@tanstack/react-router';
import { Page } from '../../components/Page';
import { TabLinks } from '../../components/TabLinks';
import { t } from '../../texts';

const tabs = [
  { to: '/operator', label: t.operator.users },
  { to: '/operator/containers', label: t.operator.containers },
  { to: '/operator/health', label: t.operator.health },
  { to: '/operator/settings', label: t.operator.settings },
  { to: '/operator/audit', label: t.operator.audit },
] as const;

export function OperatorPage() {
  return (
    <Page title={t.operator.title} about={t.operator.about}>
      <TabLinks label={t.operator.parts} tabs={tabs} />
      <Outlet />
    </Page>
  );
}
