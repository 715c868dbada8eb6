/** Takes forms with files apart as Telegram's server does, its habits with file names included. */
import { badRequest } from './telegram-problem.js';

/** A file that came with a call. */
export class Upload {
  constructor(
    readonly name: string,
    readonly content: Buffer,
  ) {}
}

const LINE_END = '\r\n';

/** The fields of the form; one that says `attach://NAME` is the file of that name. */
export function readMultipart(body: Buffer, contentType: string): Record<string, string | Upload> {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) throw badRequest('boundary not found');
  const fields = new Map(partsOf(body, boundary).map(readPart));
  for (const [name, value] of fields) {
    const attached = typeof value === 'string' ? (/^attach:\/\/(.+)$/.exec(value)?.[1] ?? '') : '';
    const file = fields.get(attached);
    if (file instanceof Upload) {
      fields.set(name, file);
      fields.delete(attached);
    }
  }
  return Object.fromEntries(fields);
}

function partsOf(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  const delimiter = `${LINE_END}--${boundary}`;
  let start = body.indexOf(delimiter.slice(2));
  if (start === -1) throw badRequest('boundary not found');
  start += delimiter.length - 2;
  while (body.toString('latin1', start, start + 2) !== '--') {
    const end = body.indexOf(delimiter, start);
    if (end === -1) throw badRequest('the form does not end');
    parts.push(body.subarray(start + 2, end));
    start = end + delimiter.length;
  }
  return parts;
}

function readPart(part: Buffer): [string, string | Upload] {
  const end = part.indexOf(LINE_END + LINE_END);
  if (end === -1) throw badRequest("can't parse form data headers");
  const headers = part.toString('utf8', 0, end).split(LINE_END);
  const disposition = headers.find((header) => /^content-disposition:/i.test(header)) ?? '';
  const [, given] = /^[^:]+:\s*form-data;(.*)$/i.exec(disposition) ?? [];
  if (given === undefined) throw badRequest('expected form-data content disposition');
  const { name, filename } = parametersOf(given);
  if (!name) throw badRequest('field name in multipart/form-data not found');
  const content = part.subarray(end + 4);
  return [name, filename === undefined ? content.toString() : new Upload(filename, content)];
}

/** A semicolon ends a value even between quotes, which count only as its first and last character. */
function parametersOf(given: string): Partial<Record<string, string>> {
  const pairs = given.split(';').map((pair) => {
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    return [key.trim(), value.trim().replace(/^"(.*)"$/s, '$1')];
  });
  return Object.fromEntries(pairs) as Partial<Record<string, string>>;
}
