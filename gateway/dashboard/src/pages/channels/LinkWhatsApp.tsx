/** Linking WhatsApp: whose number, then the phone confirms, and with a number of Ara's own the code says that it is you. */
import { useState } from 'react';
import { Note } from '../../components/Card';
import { t } from '../../texts';
import { CodeStep } from './CodeStep';
import { useLinkAnswer } from './link-answer';
import type { LinkDialogProps } from './link-dialog';
import { PairingPart } from './PairingPart';
import { Step } from './Step';
import { useLinking } from './useLinking';
import { WayOut } from './WayOut';
import { WhatsAppForm } from './WhatsAppForm';
import type { WhatsAppFields } from './whatsapp-request';

const texts = t.linkWhatsApp;

export function LinkWhatsApp({ state, ...wayOut }: LinkDialogProps) {
  const { onClose, leave = t.common.cancel } = wayOut;
  const [number, setNumber] = useState<WhatsAppFields['number']>('own');
  const { data: link } = useLinkAnswer('whatsapp');
  const { stage, begin, cancel, isPending, error } = useLinking('whatsapp');
  const isTaken = stage.at === 'done';
  const needsCode = isTaken ? stage.needsCode : number === 'dedicated';
  const isLinked = isTaken && (!needsCode || state === 'connected');
  return (
    <div className="grid gap-6">
      <ol className="grid gap-6">
        <Step number={1} title={texts.stepNumber} done={stage.at !== 'form'}>
          {stage.at === 'form' && (
            <WhatsAppForm
              onSend={(request, fields) => {
                setNumber(fields.number);
                begin(request);
              }}
              onCancel={onClose}
              leave={leave}
              isPending={isPending}
              error={error}
            />
          )}
        </Step>
        <Step number={2} title={texts.stepPhone} done={isTaken} waits={stage.at === 'form'}>
          {stage.at === 'pairing' && <PairingPart step={stage.step} onCancel={cancel} words={texts} />}
          {isTaken && !needsCode && (
            <div role="status">
              <Note tone="good" title={t.channels.linked}>
                {texts.ownLinked}
              </Note>
            </div>
          )}
        </Step>
        {needsCode && (
          <Step number={3} title={t.channels.stepCode} done={isLinked} waits={!isTaken}>
            {isTaken && link && <CodeStep link={link} kind="whatsapp" isLinked={isLinked} />}
          </Step>
        )}
      </ol>
      {isTaken && <WayOut isLinked={isLinked} {...wayOut} />}
    </div>
  );
}
