/** The form in which a sound goes to be written down, as OpenAI's API takes it. Pure but for the name of its boundary. */
import { randomBytes } from 'node:crypto';
import { endingOf } from '../../media/media-type.js';

const LINE_END = '\r\n';

/** `type` is the sound's; the answer's that of the form. */
export function speechForm(sound: Buffer, type: string, model: string): { body: Buffer; type: string } {
  // Nobody who made the sound could know it, so that no part of the form can lie in it.
  const boundary = `ara-${randomBytes(16).toString('hex')}`;
  const part = (disposition: string, ...lines: string[]): string =>
    [`--${boundary}`, `Content-Disposition: form-data; ${disposition}`, ...lines, '', ''].join(LINE_END);
  const fields = [
    ['model', model],
    ['response_format', 'json'],
  ].map(([name, value]) => `${part(`name="${name}"`)}${value}${LINE_END}`);
  // The ending is how the other side tells what sound it is.
  const file = part(`name="file"; filename="voice${endingOf(type)}"`, `Content-Type: ${type}`);
  const body = Buffer.concat([
    Buffer.from(fields.join('') + file),
    sound,
    Buffer.from(`${LINE_END}--${boundary}--${LINE_END}`),
  ]);
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}
