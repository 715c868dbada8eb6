/** What is asked to link WhatsApp: whose number it is, and how the phone is told. */
import { useState } from 'react';
import { Failed } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Choices } from '../../components/Choices';
import { TextField } from '../../components/Field';
import { Form } from '../../components/Form';
import { Segments } from '../../components/Segments';
import { Switch } from '../../components/Switch';
import { t } from '../../texts';
import { phoneDigits, whatsappRequest, type WhatsAppFields } from './whatsapp-request';
import type { LinkRequest } from './useLinking';

const texts = t.linkWhatsApp;

interface WhatsAppFormProps {
  onSend: (request: LinkRequest, fields: WhatsAppFields) => void;
  onCancel: () => void;
  leave: string;
  isPending: boolean;
  error: Error | null;
}

export function WhatsAppForm({ onSend, onCancel, leave, isPending, error }: WhatsAppFormProps) {
  const [fields, setFields] = useState<WhatsAppFields>({
    number: 'own',
    by: 'qr',
    phone: '',
    readReceipts: false,
  });
  const [isWrong, setWrong] = useState(false);
  const change = (some: Partial<WhatsAppFields>): void => setFields({ ...fields, ...some });
  const submit = (): void => {
    const wrong = fields.by === 'code' && phoneDigits(fields.phone) === null;
    setWrong(wrong);
    if (!wrong) onSend(whatsappRequest(fields), fields);
  };
  return (
    <Form onSubmit={submit} className="grid gap-4" noValidate>
      <Choices
        label={texts.number}
        options={(['own', 'dedicated'] as const).map((value) => ({ value, ...texts.numbers[value] }))}
        value={fields.number}
        onChange={(number) => change({ number })}
        columns
      />
      {fields.number === 'dedicated' && (
        <Switch
          label={texts.readReceipts}
          help={texts.readReceiptsHelp}
          isSelected={fields.readReceipts}
          onChange={(readReceipts) => change({ readReceipts })}
        />
      )}
      <Segments
        label={texts.by}
        options={(['qr', 'code'] as const).map((value) => ({ value, label: texts.bys[value] }))}
        value={fields.by}
        onChange={(by) => change({ by })}
      />
      {fields.by === 'code' && (
        <TextField
          label={texts.phone}
          help={texts.phoneHelp}
          value={fields.phone}
          onChange={(phone) => {
            change({ phone });
            setWrong(false);
          }}
          error={isWrong ? texts.phoneWrong : undefined}
          type="tel"
          autoComplete="off"
          placeholder="+49 170 1234567"
        />
      )}
      <p className="text-sm text-soft">{texts.risk}</p>
      {error && <Failed error={error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" isPending={isPending}>
          {texts.bys[fields.by === 'qr' ? 'goQr' : 'goCode']}
        </Button>
        <Button onPress={onCancel}>{leave}</Button>
        {isPending && (
          <p role="status" className="text-sm text-soft">
            {texts.waiting}
          </p>
        )}
      </div>
    </Form>
  );
}
