/** Linking Matrix in three steps: an account for Ara, how to sign in with it, and the code that says that it is you. */
import { Button } from '../../components/Button';
import { t } from '../../texts';
import { AllowHost } from './AllowHost';
import { CodeStep } from './CodeStep';
import { useLinkAnswer } from './link-answer';
import type { LinkDialogProps } from './link-dialog';
import { MatrixForm } from './MatrixForm';
import { PairingPart } from './PairingPart';
import { Step } from './Step';
import { useLinking } from './useLinking';

const texts = t.linkMatrix;

export function LinkMatrix({ state, onClose, leave, done = t.channels.linkDone }: LinkDialogProps) {
  const { data: link } = useLinkAnswer('matrix');
  const { stage, begin, cancel, isPending, error } = useLinking('matrix');
  const isTaken = stage.at === 'done';
  const isLinked = isTaken && state === 'connected';
  const wayOut = leave ?? t.common.cancel;
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
          {(stage.at === 'form' || stage.at === 'needs-host') && (
            // Kept while it is asked about the host, so that nothing has to be typed again.
            <div className={stage.at === 'form' ? undefined : 'hidden'}>
              <MatrixForm
                onSend={begin}
                onCancel={onClose}
                leave={wayOut}
                isPending={isPending}
                error={error}
              />
            </div>
          )}
          {stage.at === 'needs-host' && (
            <AllowHost {...stage} onAllow={begin} onRefuse={cancel} isPending={isPending} />
          )}
          {stage.at === 'pairing' && <PairingPart step={stage.step} onCancel={cancel} words={texts} />}
        </Step>
        <Step number={3} title={t.channels.stepCode} done={isLinked} waits={!isTaken}>
          {isTaken && link && <CodeStep link={link} kind="matrix" isLinked={isLinked} />}
        </Step>
      </ol>
      {isTaken && (
        <Button look={isLinked ? 'primary' : 'plain'} onPress={onClose} className="justify-self-start">
          {isLinked ? done : (leave ?? t.common.close)}
        </Button>
      )}
    </div>
  );
}
