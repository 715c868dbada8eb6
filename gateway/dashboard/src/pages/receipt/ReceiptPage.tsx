/** `/receipt#TOKEN`: how far a deletion is, and its receipt. For whoever has the address; there may be no account any more. */
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { Refusal } from '../../api/errors';
import { receiptQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { Note } from '../../components/Card';
import { Gate } from '../../components/Gate';
import { t } from '../../texts';
import { DeletionProgress } from '../privacy/DeletionProgress';

export function ReceiptPage() {
  const token = useLocation({ select: ({ hash }) => hash.replace(/^#/, '') });
  const receipt = useQuery(receiptQuery(token));
  const toSignIn = (
    <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
      {t.deletion.toStart}
    </Link>
  );
  return (
    <Gate title={t.deletion.receiptTitle} about={t.deletion.receiptPage} below={toSignIn}>
      {receipt.error instanceof Refusal ? (
        <Note tone="warn">{t.deletion.badLink}</Note>
      ) : (
        <Asked of={receipt}>{(state) => <DeletionProgress state={state} token={token} />}</Asked>
      )}
    </Gate>
  );
}
