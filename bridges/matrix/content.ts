/** Writes the contents of the events that are sent. Pure. */
import type { OutgoingFile, Part } from '../bridge.js';

type Content = Record<string, unknown>;

/** An event holds 65,536 bytes; encryption makes a third more of it, and the homeserver adds its own. */
const MOST_BYTES = 44_000;

/** How much of an edited text is told to clients that know no edits. */
const FALLBACK = 500;

/** `m.mentions` is empty: nothing that a model writes calls a whole room. */
export function textContent(part: Part, thread: string | null): Content {
  return fitting({ ...textOf(part, 'm.text'), ...threadRelation(thread) });
}

/** Programs do not answer notices. */
export const noticeContent = (part: Part, thread: string | null): Content =>
  fitting({ ...textOf(part, 'm.notice'), ...threadRelation(thread) });

export function editContent(part: Part, event: string): Content {
  const whole = textOf(part, 'm.text');
  return fitting({
    msgtype: 'm.text',
    body: `* ${part.plain.slice(0, FALLBACK).toWellFormed()}`,
    'm.mentions': {},
    'm.new_content': fitting(whole),
    'm.relates_to': { rel_type: 'm.replace', event_id: event },
  });
}

const KINDS = { image: 'm.image', voice: 'm.audio', file: 'm.file' } as const;

export function fileContent(file: OutgoingFile, lies: Content, thread: string | null): Content {
  const isPlayable = file.kind === 'voice' && file.type.startsWith('audio/');
  const isPicture = file.kind === 'image' && file.type.startsWith('image/');
  return {
    msgtype: isPlayable || isPicture ? KINDS[file.kind] : 'm.file',
    body: file.name,
    filename: file.name,
    info: { mimetype: file.type, size: file.size },
    ...lies,
    ...(isPlayable ? { 'org.matrix.msc1767.audio': {}, 'org.matrix.msc3245.voice': {} } : {}),
    'm.mentions': {},
    ...threadRelation(thread),
  };
}

export const reactionContent = (event: string, key: string): Content => ({
  'm.relates_to': { rel_type: 'm.annotation', event_id: event, key },
});

function textOf({ body, plain }: Part, msgtype: string): Content {
  const text = { msgtype, body: plain, 'm.mentions': {} };
  const saysMore = body !== `<p>${plain}</p>` && body !== plain;
  return saysMore ? { ...text, format: 'org.matrix.custom.html', formatted_body: body } : text;
}

function threadRelation(thread: string | null): Content {
  if (thread === null) return {};
  const reply = { 'm.in_reply_to': { event_id: thread }, is_falling_back: true };
  return { 'm.relates_to': { rel_type: 'm.thread', event_id: thread, ...reply } };
}

/** Without its markup where that is too long. */
function fitting(content: Content): Content {
  if (Buffer.byteLength(JSON.stringify(content)) <= MOST_BYTES) return content;
  const { format: _format, formatted_body: _body, ...bare } = content;
  const inner = bare['m.new_content'];
  return inner === undefined ? bare : { ...bare, 'm.new_content': withoutMarkup(inner as Content) };
}

function withoutMarkup({ format: _format, formatted_body: _body, ...bare }: Content): Content {
  return bare;
}
