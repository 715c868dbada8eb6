/** What would be misread, and is refused instead: what is set must be what was meant. */
import { CLOCK_TIME } from './clock-time.js';
import { ReminderError } from '../reminder-error.js';
import { NUMBER, UNIT, WEEKDAY, WEEKDAYS, words } from './vocabulary.js';

const ORDINALS =
  'first|second|third|fourth|last|1st|2nd|3rd|4th|erste[nr]?|zweite[nr]?|dritte[nr]?|letzte[nr]?';

const MISREAD: readonly [RegExp, string][] = [
  [
    words(`(?:${ORDINALS}) (?:${WEEKDAYS}) (?:of|in|im|des|jede[ns])`),
    'I cannot repeat by the first or last weekday of a month. Name a day of the month.',
  ],
  [
    words(`(?:${NUMBER}) (?:${UNIT}) (?:before|vor) ${CLOCK_TIME}`),
    'I do not reckon back from a time. Name the time at which I should remind you.',
  ],
  [
    words(
      'tous les|toutes les|chaque|todos los|todas las|cada|todos os|todas as|elke|iedere|ogni|tutti i|tutte le',
    ),
    'I know repetition in English and German here, such as “every day at 8”. In other languages just ask me, without /remind.',
  ],
];

const SEVERAL_DAYS = words(`(?:${WEEKDAY})\\s*(?:,|and|und|&)\\s*(?:and |und )?(?:on |am )?(?:${WEEKDAY})`);

/** @throws ReminderError */
export function refuseMisread(text: string): void {
  for (const [form, message] of MISREAD) if (form.test(text)) throw new ReminderError(message);
}

/** For what comes once. @throws ReminderError */
export function refuseSeveralDays(text: string): void {
  if (SEVERAL_DAYS.test(text))
    throw new ReminderError(
      'You named more than one day. To repeat it, write “every Monday and Friday at 18:00”.',
    );
}
