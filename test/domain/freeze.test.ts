import { describe, expect, test } from 'vitest';
import { type Freeze, frozenBefore, frozenNow, isFrozen } from '../../src/domain/freeze.ts';

const VIENNA = 'Europe/Vienna';
const weekend: Freeze = { name: 'Weekend', timeZone: VIENNA, weekdays: ['saturday', 'sunday'] };
const fridayEvening: Freeze = { name: 'Friday evening', timeZone: VIENNA, weekdays: ['friday'], hours: { from: '16:00', to: '23:59' } };
const nights: Freeze = { name: 'Nights', timeZone: VIENNA, weekdays: ['monday', 'tuesday'], hours: { from: '22:00', to: '06:00' } };
const yearEnd: Freeze = { name: 'Year end', timeZone: VIENNA, dates: { from: '2026-12-20', to: '2027-01-06' } };
const everyDay: Freeze = { name: 'Always', timeZone: 'UTC', hours: { from: '00:00', to: '23:59' } };

test.each<[string, Freeze, string, boolean]>([
  ['a Friday in Vienna', weekend, '2026-11-27T12:00:00Z', false],
  ['the first minute of Saturday in Vienna, Friday in UTC', weekend, '2026-11-27T23:00:00Z', true],
  ['the last minute of Sunday', weekend, '2026-11-29T22:59:59Z', true],
  ['the first minute of Monday', weekend, '2026-11-29T23:00:00Z', false],
  ['the same minute in summer, when Vienna is two hours ahead', weekend, '2026-07-05T22:00:00Z', false],
  ['before the hours of a day', nights, '2026-11-23T20:59:59Z', false],
  ['within them', nights, '2026-11-23T21:00:00Z', true],
  ['after midnight, as they belong to the day on which they begin', nights, '2026-11-25T04:59:00Z', true],
  ['the end of the hours, which is not included', nights, '2026-11-25T05:00:00Z', false],
  ['after midnight of a day that has no hours of its own', nights, '2026-11-23T03:00:00Z', false],
  ['the day before the first', yearEnd, '2026-12-19T22:59:59Z', false],
  ['the first day', yearEnd, '2026-12-19T23:00:00Z', true],
  ['the last minute of the last day', yearEnd, '2027-01-06T22:59:59Z', true],
  ['the day after the last', yearEnd, '2027-01-06T23:00:00Z', false],
])('%s', (_, freeze, now, frozen) => {
  expect(isFrozen(freeze, new Date(now))).toBe(frozen);
});

describe('the end of a freeze', () => {
  test.each<[string, readonly Freeze[], string, string | undefined]>([
    ['is the midnight after its last day', [weekend], '2026-11-28T10:00:00Z', '2026-11-29T23:00:00.000Z'],
    ['is the end of its hours on the next day', [nights], '2026-11-24T22:30:00Z', '2026-11-25T05:00:00.000Z'],
    ['is weeks away', [yearEnd], '2026-12-24T18:00:00Z', '2027-01-06T23:00:00.000Z'],
    [
      'is that of the next one where there is no gap between',
      [yearEnd, { ...weekend, weekdays: ['thursday'] }],
      '2027-01-06T10:00:00Z',
      '2027-01-07T23:00:00.000Z',
    ],
    ['counts the hour that is there twice when summer time ends', [weekend], '2026-10-24T10:00:00Z', '2026-10-25T23:00:00.000Z'],
    ['is told of a freeze with a minute between by that minute', [everyDay], '2026-11-28T10:00:00Z', '2026-11-28T23:59:00.000Z'],
    [
      'is not known of what lasts for longer than a year',
      [{ ...everyDay, dates: { from: '2026-01-01', to: '2029-01-01' }, hours: { from: '06:00', to: '05:59' } }, everyDay],
      '2026-11-28T10:00:00Z',
      undefined,
    ],
  ])('%s', (_, freezes, now, until) => {
    expect(frozenNow(freezes, new Date(now))).toEqual({
      name: freezes[0]?.name,
      from: new Date(now).toISOString(),
      ...(until === undefined ? {} : { until }),
    });
  });

  test('nothing is frozen outside of it', () => {
    expect(frozenNow([weekend, nights, yearEnd], new Date('2026-11-27T12:00:00Z'))).toBeUndefined();
  });
});

test('a freeze that begins before a plan expires is told with its beginning', () => {
  expect(frozenBefore([fridayEvening], new Date('2026-11-27T14:45:00Z'), new Date('2026-11-27T15:15:00Z'))).toEqual({
    name: 'Friday evening',
    from: '2026-11-27T15:00:00.000Z',
    until: '2026-11-27T22:59:00.000Z',
  });
  expect(frozenBefore([fridayEvening], new Date('2026-11-27T14:15:00Z'), new Date('2026-11-27T14:45:00Z'))).toBeUndefined();
});

test('a time that the clock skips when summer time begins comes so much later as it skips', () => {
  const skipped: Freeze = { name: 'Skipped', timeZone: VIENNA, hours: { from: '02:30', to: '04:00' } };
  expect(frozenBefore([skipped], new Date('2026-03-29T00:00:00Z'), new Date('2026-03-29T03:00:00Z'))).toMatchObject({
    until: '2026-03-29T02:00:00.000Z',
  });
});

describe('minute by minute, a freeze is told to begin and to end when it does', () => {
  const MINUTE_MS = 60_000;
  const hours = (timeZone: string, from: string, to: string): Freeze => ({ name: `${from} to ${to}`, timeZone, hours: { from, to } });
  test.each<[string, string, readonly Freeze[]]>([
    ['an hour that is there twice', '2026-10-24T22:00:00Z', [hours(VIENNA, '01:00', '02:30')]],
    ['a part of it', '2026-10-24T22:00:00Z', [hours(VIENNA, '02:15', '02:45')]],
    ['what begins in it', '2026-10-24T22:00:00Z', [hours(VIENNA, '02:30', '05:00')]],
    ['what begins in an hour that is skipped', '2026-03-28T22:00:00Z', [hours(VIENNA, '02:30', '04:00')]],
    ['what ends in it', '2026-03-28T22:00:00Z', [hours(VIENNA, '01:00', '02:30')]],
    ['what is skipped altogether', '2026-03-28T22:00:00Z', [hours(VIENNA, '02:10', '02:50')]],
    ['a midnight that is skipped', '2026-03-28T20:00:00Z', [{ ...weekend, timeZone: 'Asia/Beirut', weekdays: ['sunday'] }]],
    ['half an hour of summer time', '2026-04-04T10:00:00Z', [hours('Australia/Lord_Howe', '01:40', '02:10')]],
    ['nights over the end of summer time', '2026-10-24T18:00:00Z', [hours(VIENNA, '22:00', '02:30')]],
    ['a year that ends within', '2026-12-31T18:00:00Z', [{ ...hours(VIENNA, '23:00', '01:00'), dates: { from: '2026-12-31', to: '2026-12-31' } }]],
    ['two that overlap', '2026-11-27T12:00:00Z', [hours(VIENNA, '16:00', '20:00'), hours(VIENNA, '18:00', '22:00')]],
    ['two that touch', '2026-11-27T12:00:00Z', [hours(VIENNA, '16:00', '20:00'), hours(VIENNA, '20:00', '22:00')]],
    [
      'two at the ends of the world',
      '2026-11-27T08:00:00Z',
      [hours('Pacific/Auckland', '00:30', '02:00'), hours('America/Los_Angeles', '22:00', '23:00')],
    ],
    [
      'two at the ends of the world that touch',
      '2026-11-27T08:00:00Z',
      [hours('Pacific/Auckland', '00:00', '05:00'), hours('America/Los_Angeles', '08:00', '20:00')],
    ],
  ])('%s', (_, first, freezes) => {
    const minutes = Array.from({ length: 4 * 24 * 60 }, (_minute, index) => new Date(Date.parse(first) + index * MINUTE_MS));
    const states = minutes.map((at) => freezes.some((freeze) => isFrozen(freeze, at)));
    const iso = (index: number): string | undefined => minutes[index]?.toISOString();
    for (let index = 0; index < 24 * 60; index += 45) {
      const now = minutes[index]!;
      const [begins, ends] = [states.indexOf(true, index), states.indexOf(false, states.indexOf(true, index))];
      const told = frozenBefore(freezes, now, new Date(now.getTime() + 2 * 86_400_000));
      const wanted = begins === -1 || begins - index >= 2 * 24 * 60 ? undefined : { from: iso(begins), until: iso(ends) };
      expect(told === undefined ? undefined : { from: told.from, until: told.until }, now.toISOString()).toEqual(wanted);
    }
  });
});
