/** What must be said of a server that is in no catalogue: where it is, what its model can do and costs. */
import type { ApiKey, KeyRequest } from '../../api/types';
import { TextField } from '../../components/Field';
import { Switch } from '../../components/Switch';
import { t } from '../../texts';

/** As typed. */
export interface Details {
  model: string;
  baseUrl: string;
  contextTokens: string;
  images: boolean;
  input: string;
  output: string;
}

export const noDetails: Details = {
  model: '',
  baseUrl: '',
  contextTokens: '',
  images: false,
  input: '',
  output: '',
};

/** As they are, so that a change changes only what is touched. */
export const detailsOf = ({ model, baseUrl, contextTokens, images, price }: ApiKey): Details => ({
  model,
  baseUrl: baseUrl ?? '',
  contextTokens: contextTokens === null ? '' : String(contextTokens),
  images: images ?? false,
  input: price === null ? '' : String(price.input),
  output: price === null ? '' : String(price.output),
});

/** What was emptied is taken back. */
export const compatibleBody = ({ baseUrl, contextTokens, images, input, output }: Details): KeyRequest => ({
  baseUrl: baseUrl.trim(),
  images,
  contextTokens: contextTokens ? Number(contextTokens) : null,
  price: input || output ? { input: Number(input), output: Number(output) } : null,
});

const AMOUNT = '[0-9]*[.]?[0-9]*';

export function CompatibleFields({
  details,
  onChange,
}: {
  details: Details;
  onChange: (next: Details) => void;
}) {
  const field = (name: Exclude<keyof Details, 'images'>) => ({
    value: details[name],
    onChange: (text: string) => onChange({ ...details, [name]: text }),
    autoComplete: 'off',
  });
  return (
    <div className="grid gap-4">
      <TextField
        label={t.keys.baseUrl}
        type="url"
        help={t.keys.baseUrlHelp}
        isRequired
        {...field('baseUrl')}
      />
      <TextField label={t.keys.modelName} isRequired {...field('model')} />
      <div className="grid grid-cols-2 gap-4">
        <TextField
          label={t.keys.priceInput}
          inputMode="decimal"
          pattern={AMOUNT}
          unit={t.keys.priceUnit}
          {...field('input')}
        />
        <TextField
          label={t.keys.priceOutput}
          inputMode="decimal"
          pattern={AMOUNT}
          unit={t.keys.priceUnit}
          {...field('output')}
        />
      </div>
      <p className="-mt-2 text-sm text-soft">{t.keys.priceHelp}</p>
      <TextField
        label={t.keys.contextTokens}
        inputMode="numeric"
        pattern="[0-9]*"
        unit={t.keys.tokensUnit}
        {...field('contextTokens')}
      />
      <Switch
        label={t.keys.images}
        isSelected={details.images}
        onChange={(images) => onChange({ ...details, images })}
      />
    </div>
  );
}
