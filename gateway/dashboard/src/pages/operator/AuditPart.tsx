/** What was done with every account. */
import { useQuery } from '@tanstack/react-query';
import { operatorAuditQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { AuditTable } from '../../components/Audit';
import { Card } from '../../components/Card';
import { t } from '../../texts';

export function AuditPart() {
  const audit = useQuery(operatorAuditQuery);
  return (
    <Card title={t.operator.audit} about={t.operator.auditAbout} icon="clock">
      <Asked of={audit}>
        {(entries) => <AuditTable entries={entries} caption={t.operator.audit} withAccount />}
      </Asked>
    </Card>
  );
}
