/** Tests of reminders in plain words: what is understood, what is noted, and what is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstOccurrence, handledNow } from '../occurrences.js';
import { ReminderError } from '../reminder-error.js';
import { isRepeating } from '../schedule.js';
import { at } from '../testing/reminder-world.js';
import { momentWords, scheduleWords } from '../words.js';
import { parse } from './parse.js';

const BERLIN = { now: at('2026-11-24T14:30:05+01:00'), timeZone: 'Europe/Berlin' };

/** `text | when`, where a repetition is followed by its first time. */
function understood(words: string, world = BERLIN): string {
  const { text, when } = parse(words, world);
  const first = firstOccurrence(when, world.timeZone, handledNow(world.now, world.timeZone)) ?? 0;
  const next = momentWords(first, world.timeZone);
  return `${text} | ${isRepeating(when) ? `${scheduleWords(when)} | ${next}` : next}`;
}

const notes = (words: string): string[] => parse(words, BERLIN).notes;

describe('once', () => {
  it.each([
    ['me tomorrow at 8 to call mum', 'call mum | Wednesday 25 November 2026 at 08:00'],
    ['call mum tomorrow at 8', 'call mum | Wednesday 25 November 2026 at 08:00'],
    ['remind me to call mum tomorrow at 8pm', 'call mum | Wednesday 25 November 2026 at 20:00'],
    ['tomorrow call mum at 8', 'call mum | Wednesday 25 November 2026 at 08:00'],
    ['me in 20 minutes to take the pizza out', 'take the pizza out | Tuesday 24 November 2026 at 14:50'],
    ['buy milk in 10 min', 'buy milk | Tuesday 24 November 2026 at 14:40'],
    ['in an hour and a half check the oven', 'check the oven | Tuesday 24 November 2026 at 16:00'],
    ['in 1 hour and 30 minutes check', 'check | Tuesday 24 November 2026 at 16:00'],
    ['in half an hour stretch', 'stretch | Tuesday 24 November 2026 at 15:00'],
    ['next friday 5pm dentist', 'dentist | Friday 4 December 2026 at 17:00'],
    ['on 3 March at noon lunch with Bob', 'lunch with Bob | Wednesday 3 March 2027 at 12:00'],
    ['on the 1st at 9 pay rent', 'pay rent | Tuesday 1 December 2026 at 09:00'],
    ['the day after tomorrow at 7 fly', 'fly | Thursday 26 November 2026 at 07:00'],
    ['tomorrow at half past 7 run', 'run | Wednesday 25 November 2026 at 07:30'],
    ['tomorrow at quarter to one eat', 'eat | Wednesday 25 November 2026 at 12:45'],
    ['tomorrow at 8 in the evening film', 'film | Wednesday 25 November 2026 at 20:00'],
    ['at midnight toast', 'toast | Wednesday 25 November 2026 at 00:00'],
    ['at 10 past 9 pm film', 'film | Tuesday 24 November 2026 at 21:10'],
    ['Saturday 28th at 4pm party', 'party | Saturday 28 November 2026 at 16:00'],
    ['standup 9:00', 'standup | Wednesday 25 November 2026 at 09:00'],
    ['tomorrow at noon midi lesson', 'midi lesson | Wednesday 25 November 2026 at 12:00'],
    ['2026-12-01 09:00 report', 'report | Tuesday 1 December 2026 at 09:00'],
    ['at 8 EST tomorrow call New York', 'call New York | Wednesday 25 November 2026 at 14:00'],
    ['tomorrow at 8 a friend comes', 'a friend comes | Wednesday 25 November 2026 at 08:00'],
    ['tomorrow at noon get Bob and eat', 'get Bob and eat | Wednesday 25 November 2026 at 12:00'],
    [
      'call mum at 8 tomorrow about the 5pm meeting',
      'call mum about the 5pm meeting | Wednesday 25 November 2026 at 08:00',
    ],
    ['send the weekly report tomorrow at 8', 'send the weekly report | Wednesday 25 November 2026 at 08:00'],
    ['weekly report tomorrow at 8', 'weekly report | Wednesday 25 November 2026 at 08:00'],
  ])('%s', (words, expected) => expect(understood(words)).toBe(expected));

  it.each([
    ['morgen um 8 Mama anrufen', 'Mama anrufen | Wednesday 25 November 2026 at 08:00'],
    ['mich in 20 Minuten an die Pizza', 'die Pizza | Tuesday 24 November 2026 at 14:50'],
    ['mich morgen früh um 7 ans Laufen', 'Laufen | Wednesday 25 November 2026 at 07:00'],
    ['übermorgen um 17:30 Uhr Zahnarzt', 'Zahnarzt | Thursday 26 November 2026 at 17:30'],
    ['um halb acht abends Tagesschau', 'Tagesschau | Tuesday 24 November 2026 at 19:30'],
    ['am 14.2. um 8 Blumen', 'Blumen | Sunday 14 February 2027 at 08:00'],
    ['am 3. um 9 Miete', 'Miete | Thursday 3 December 2026 at 09:00'],
    ['in anderthalb Stunden Ofen', 'Ofen | Tuesday 24 November 2026 at 16:00'],
    ['morgen Mittag Essen', 'Essen | Wednesday 25 November 2026 at 12:00'],
    ['overmorgen om 9 uur tandarts', 'tandarts | Thursday 26 November 2026 at 09:00'],
    ['le 3 mars à midi déjeuner', 'déjeuner | Wednesday 3 March 2027 at 12:00'],
    ['demain à 8h appeler maman', 'appeler maman | Wednesday 25 November 2026 at 08:00'],
    ['dans 20 minutes le four', 'le four | Tuesday 24 November 2026 at 14:50'],
    ['morgen om 8 uur mama bellen', 'mama bellen | Wednesday 25 November 2026 at 08:00'],
    ['amanhã às 8 ligar', 'ligar | Wednesday 25 November 2026 at 08:00'],
    ['mañana a las 8 llamar', 'llamar | Wednesday 25 November 2026 at 08:00'],
    ['domani alle 8 chiamare', 'chiamare | Wednesday 25 November 2026 at 08:00'],
    ['daqui a 20 minutos forno', 'forno | Tuesday 24 November 2026 at 14:50'],
  ])('%s', (words, expected) => expect(understood(words)).toBe(expected));

  it('takes a bare hour for the next that comes, of the morning or the evening, and says so', () => {
    expect(understood('at 8 call mum')).toBe('call mum | Tuesday 24 November 2026 at 20:00');
    expect(notes('at 8 call mum')).toEqual(['I took “8” as 20:00. For the morning write 08:00.']);
    const evening = { ...BERLIN, now: at('2026-11-24T21:00+01:00') };
    expect(understood('at 8 call mum', evening)).toBe('call mum | Wednesday 25 November 2026 at 08:00');
    const morning = { ...BERLIN, now: at('2026-11-24T07:00+01:00') };
    expect(understood('at 8 call mum', morning)).toBe('call mum | Tuesday 24 November 2026 at 08:00');
    expect(understood('at 08:30 call mum')).toBe('call mum | Wednesday 25 November 2026 at 08:30');
    expect(understood('tonight call bob at 9')).toBe('call bob | Tuesday 24 November 2026 at 21:00');
    expect(notes('friday at 3 nap')).toEqual(['I took “3” as 03:00. For the afternoon write 15:00.']);
  });

  it('notes what it had to assume', () => {
    expect(notes('tomorrow at 8 call mum')).toEqual([]);
    expect(notes('tomorrow call mum')).toEqual(['You gave no time of day, so I took 09:00.']);
    expect(notes('tomorrow morning water plants')).toEqual(['You gave no exact time, so I took 08:00.']);
    expect(notes('tonight call bob')).toEqual(['You gave no exact time, so I took 20:00.']);
    expect(notes('tomorrow at 8 to book flights for 3 March')).toEqual(['“3 March” stays part of the text.']);
  });

  it('reads 3/4 as people of the time zone do', () => {
    expect(understood('3/4 at 10:00 x')).toBe('x | Saturday 3 April 2027 at 10:00');
    expect(understood('3/4 at 10:00 x', { ...BERLIN, timeZone: 'America/New_York' })).toBe(
      'x | Thursday 4 March 2027 at 10:00',
    );
  });

  it('means a span by the time that passes, and a date by the clock on the wall', () => {
    const before = { ...BERLIN, now: at('2026-10-24T20:00+02:00') };
    expect(parse('in 24 hours x', before).when).toEqual({ kind: 'instant', at: before.now + 24 * 3_600_000 });
    expect(parse('in 2 days at 8:00am x', before).when).toEqual({ kind: 'local', at: '2026-10-26T08:00' });
  });
});

describe('repeated', () => {
  it.each([
    ['every day at 8 take pills', 'take pills | every day at 08:00 | Wednesday 25 November 2026 at 08:00'],
    ['every day take pills at 8', 'take pills | every day at 08:00 | Wednesday 25 November 2026 at 08:00'],
    [
      'take pills every day at 8 and 20',
      'take pills | every day at 08:00 and 20:00 | Tuesday 24 November 2026 at 20:00',
    ],
    ['daily at 8 pills', 'pills | every day at 08:00 | Wednesday 25 November 2026 at 08:00'],
    ['daily take pills at 8', 'take pills | every day at 08:00 | Wednesday 25 November 2026 at 08:00'],
    [
      'every weekday at 7:30 stand-up',
      'stand-up | every weekday (Monday to Friday) at 07:30 | Wednesday 25 November 2026 at 07:30',
    ],
    [
      'every day from Monday to Friday at 8 work',
      'work | every weekday (Monday to Friday) at 08:00 | Wednesday 25 November 2026 at 08:00',
    ],
    [
      'every monday and thursday at 9 gym',
      'gym | every Monday and Thursday at 09:00 | Thursday 26 November 2026 at 09:00',
    ],
    ['mondays at 9 gym', 'gym | every Monday at 09:00 | Monday 30 November 2026 at 09:00'],
    [
      'every 2 weeks on friday at 9 bins',
      'bins | every 2 weeks on Friday at 09:00 | Friday 27 November 2026 at 09:00',
    ],
    [
      'every other friday at 18:00 bins',
      'bins | every 2 weeks on Friday at 18:00 | Friday 27 November 2026 at 18:00',
    ],
    [
      'every month on the 1st at 9 pay rent',
      'pay rent | every month on the 1st at 09:00 | Tuesday 1 December 2026 at 09:00',
    ],
    [
      'on the 1st of every month at 9 rent',
      'rent | every month on the 1st at 09:00 | Tuesday 1 December 2026 at 09:00',
    ],
    [
      'every month on the last day at 18:00 report',
      'report | every month on the 31st (the last day of shorter months) at 18:00 | Monday 30 November 2026 at 18:00',
    ],
    [
      'every year on 14 February at noon flowers',
      'flowers | every year on 14 February at 12:00 | Sunday 14 February 2027 at 12:00',
    ],
    [
      'every 29 February at 10 leap',
      'leap | every year on 29 February (28 in other years) at 10:00 | Sunday 28 February 2027 at 10:00',
    ],
    ['every 90 minutes stretch', 'stretch | every 90 minutes | Tuesday 24 November 2026 at 16:00'],
    ['stand up every half hour', 'stand up | every 30 minutes | Tuesday 24 November 2026 at 15:00'],
    ['drink every hour until 18:00', 'drink | every hour, 3 times | Tuesday 24 November 2026 at 15:30'],
    [
      'every 6 months at 9 dentist',
      'dentist | every 6 months on the 24th at 09:00 | Monday 24 May 2027 at 09:00',
    ],
    [
      'pay rent on the first of every month at 9',
      'pay rent | every month on the 1st at 09:00 | Tuesday 1 December 2026 at 09:00',
    ],
    ['hourly drink water', 'drink water | every hour | Tuesday 24 November 2026 at 15:30'],
    [
      'every 4 hours between 8 and 20 drink water',
      'drink water | every day at 08:00, 12:00, 16:00 and 20:00 | Tuesday 24 November 2026 at 16:00',
    ],
    ['every evening at 8 read', 'read | every day at 20:00 | Tuesday 24 November 2026 at 20:00'],
    [
      'every day at 8 for 2 weeks antibiotics',
      'antibiotics | every day at 08:00, until Tuesday 8 December 2026 | Wednesday 25 November 2026 at 08:00',
    ],
    [
      'every day until 24 December at 8 calendar',
      'calendar | every day at 08:00, until Thursday 24 December 2026 | Wednesday 25 November 2026 at 08:00',
    ],
    [
      'every 3 days starting on friday at 8 water',
      'water | every 3 days at 08:00 | Friday 27 November 2026 at 08:00',
    ],
    [
      'every monday at 9 10 times physio',
      'physio | every Monday at 09:00, 10 times | Monday 30 November 2026 at 09:00',
    ],
    [
      'once a week on sunday at 10 call gran',
      'call gran | every Sunday at 10:00 | Sunday 29 November 2026 at 10:00',
    ],
  ])('%s', (words, expected) => expect(understood(words)).toBe(expected));

  it.each([
    [
      'mich jeden Tag um 8 an die Tabletten',
      'die Tabletten | every day at 08:00 | Wednesday 25 November 2026 at 08:00',
    ],
    [
      'täglich um 8 Tabletten nehmen',
      'Tabletten nehmen | every day at 08:00 | Wednesday 25 November 2026 at 08:00',
    ],
    [
      'jeden Werktag um 7:30 aufstehen',
      'aufstehen | every weekday (Monday to Friday) at 07:30 | Wednesday 25 November 2026 at 07:30',
    ],
    [
      'jeden Montag und Donnerstag um 9 Sport',
      'Sport | every Monday and Thursday at 09:00 | Thursday 26 November 2026 at 09:00',
    ],
    [
      'alle zwei Wochen am Freitag um 18 Uhr Müll',
      'Müll | every 2 weeks on Friday at 18:00 | Friday 27 November 2026 at 18:00',
    ],
    [
      'am 1. jeden Monats um 9 Miete',
      'Miete | every month on the 1st at 09:00 | Tuesday 1 December 2026 at 09:00',
    ],
    [
      'jedes Jahr am 14. Februar um 9 Blumen',
      'Blumen | every year on 14 February at 09:00 | Sunday 14 February 2027 at 09:00',
    ],
    ['alle 90 Minuten strecken', 'strecken | every 90 minutes | Tuesday 24 November 2026 at 16:00'],
    ['stündlich Wasser trinken', 'Wasser trinken | every hour | Tuesday 24 November 2026 at 15:30'],
    ['jeden zweiten Tag um 9 gießen', 'gießen | every 2 days at 09:00 | Thursday 26 November 2026 at 09:00'],
    ['jeden Abend um 8 lesen', 'lesen | every day at 20:00 | Tuesday 24 November 2026 at 20:00'],
    [
      'jedes Jahr am 3.5. um 9 Geburtstag',
      'Geburtstag | every year on 3 May at 09:00 | Monday 3 May 2027 at 09:00',
    ],
    [
      'jeden Tag bis 24.12. um 8 Kalender',
      'Kalender | every day at 08:00, until Thursday 24 December 2026 | Wednesday 25 November 2026 at 08:00',
    ],
    ['8 Uhr täglich Tabletten', 'Tabletten | every day at 08:00 | Wednesday 25 November 2026 at 08:00'],
  ])('%s', (words, expected) => expect(understood(words)).toBe(expected));

  it('notes what it had to assume', () => {
    expect(notes('every monday gym')).toEqual(['You gave no time of day, so I took 09:00.']);
    expect(notes('every morning run')).toEqual(['You gave no exact time, so I took 08:00.']);
    expect(notes('every day at 5 tea')).toEqual(['I took “5” as 05:00. For the afternoon write 17:00.']);
    expect(notes('every 90 minutes stretch')).toEqual([]);
  });
});

describe('refused, with an example', () => {
  it.each([
    ['call mum', 'no time'],
    ['march buy a coat', 'no time'],
    ['now call', 'no time'],
    ['at 25:00 x', 'no time'],
    ['tomorrow at 8', 'what to remind you of'],
    ['every monday', 'what to remind you of'],
    ['today call mum', 'At what time today?'],
    ['yesterday at 5 call', 'Monday 23 November 2026 at 05:00 has passed.'],
    ['every first monday of the month at 9 meeting', 'weekday of a month'],
    ['every day at 25:00 x', '“25:00” is no time of day.'],
    ['every 0 days x', 'every 1, 2, 3'],
    ['gym on mon, wed and fri at 18:00', 'more than one day'],
    ['gym every mon wed fri at 18:00', 'Put “and” between'],
    ['me 5 minutes before 6pm to leave', 'reckon back'],
    ['tous les jours à 8h vitamines', 'English and German'],
    ['twice a day take antibiotics', 'no time'],
    ['every hour until 14:00 x', 'none before 14:00'],
    ['every hour from 22 to 6 x', 'of the same day'],
    ['tomorrow call Ann at 8 EST', 'beside a time with a time zone'],
  ])('%s', (words, refusal) => {
    const error = (() => {
      try {
        return parse(words, BERLIN);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ReminderError);
    expect((error as ReminderError).message).toContain(refusal);
    expect((error as ReminderError).message).toContain('For example: `/remind');
  });
});

it('never breaks, and never takes long, whatever is written', () => {
  const word = fc.constantFrom(
    ...[
      'every',
      'each',
      'monday',
      'and',
      ',',
      'at',
      '8',
      '8:30',
      'pm',
      'on',
      'the',
      '1st',
      '31.2.',
      'until',
      'from',
    ],
    ...[
      'tomorrow',
      'friday',
      '3/4',
      'in',
      'minutes',
      'jeden',
      'alle',
      'um',
      'halb',
      'bis',
      'um',
      'täglich',
      '99999',
    ],
    ...[
      'for',
      'times',
      'to',
      'call',
      'ümläüt',
      '😀',
      '-',
      ':',
      '\n',
      '30 February',
      '29.02.',
      '0',
      'between',
    ],
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 14 }), (words) => {
      try {
        const answer = understood(words.join(' '));
        expect(answer).not.toContain('\u0001');
        expect(answer).not.toContain('NaN');
      } catch (error) {
        expect(error).toBeInstanceOf(ReminderError);
      }
    }),
    { numRuns: 300 },
  );
});
