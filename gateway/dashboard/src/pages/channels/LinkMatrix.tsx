/** Linking Matrix in three steps: an account for Ara, how to sign in with it, and the code that says that it is you. */
import { t } from '../../texts';
import { AllowHost } from './AllowHost';
import { CodeStep } from './CodeStep';
import { useLinkAnswer } from './link-answer';
import type { LinkDialogProps } from './link-dialog';
import { MatrixForm } from './MatrixForm';
import { PairingPart } from './PairingPart';
import { Step } from './Step';
import { useLinking } from './useLinking';
import { WayOut } from './WayOut';

const texts = t.linkMatrix;

export function LinkMatrix({ state, ...wayOut }: LinkDialogProps) {
  const { onClose, leave = t.common.cancel } = wayOut;
  const { data: link } = useLinkAnswer('matrix');
  const linking = useLinking('matrix');
  const isTaken = linking.stage.at === 'done';
  const isLinked = isTaken && state === 'connected';
  return (
    <div className="grid gap-6">
      <ol className="grid gap-6">
        <Step number={1} title={texts.stepAccount} done={isTaken}>
          {!isTaken && (
            <ul className="list-disc space-y-2 pl-5 marker:text-soft">
              {texts.stepAccountLines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </Step>
        <Step number={2} title={texts.stepLogin} done={isTaken}>
          <SignIn linking={linking} onClose={onClose} leave={leave} />
        </Step>
        <Step number={3} title={t.channels.stepCode} done={isLinked} waits={!isTaken}>
          {isTaken && link && <CodeStep link={link} kind="matrix" isLinked={isLinked} />}
        </Step>
      </ol>
      {isTaken && <WayOut isLinked={isLinked} {...wayOut} />}
    </div>
  );
}

interface SignInProps {
  linking: ReturnType<typeof useLinking>;
  onClose: () => void;
  leave: string;
}

function SignIn({ linking, onClose, leave }: SignInProps) {
  const { stage, begin, cancel, isPending, error } = linking;
  if (stage.at === 'done') return null;
  if (stage.at === 'pairing') return <PairingPart step={stage.step} onCancel={cancel} words={texts} />;
  const asks = stage.at === 'needs-host';
  return (
    <>
      {/* Kept while it is asked about the host, so that nothing has to be typed again. */}
      <div className={asks ? 'hidden' : undefined}>
        <MatrixForm onSend={begin} onCancel={onClose} leave={leave} isPending={isPending} error={error} />
      </div>
      {asks && <AllowHost {...stage} onAllow={begin} onRefuse={cancel} isPending={isPending} />}
    </>
  );
}
