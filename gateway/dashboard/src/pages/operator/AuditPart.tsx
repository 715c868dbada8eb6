export const AuditPart = () => <p>AuditPart</p>;
