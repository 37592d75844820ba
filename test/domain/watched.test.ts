import { expect, test } from 'vitest';
import type { Alert, Mute } from '../../src/domain/alert.ts';
import type { Look, Standing } from '../../src/domain/look.ts';
import type { ProblemCode } from '../../src/domain/problem.ts';
import { told } from '../../src/domain/text.ts';
import { advance, interrupted, nextLookMs, UNSEEN, unwatched, type Telling, type Watched } from '../../src/domain/watched.ts';
import { createDice } from '../fuzz/dice.ts';

const START_MS = Date.parse('2026-11-22T14:00:00.000Z');
const MINUTE_MS = 60_000;
/** The instant so many minutes after the start. */
const at = (minute: number): string => new Date(START_MS + minute * MINUTE_MS).toISOString();

const CODES: Readonly<Record<Exclude<Standing, 'well'>, ProblemCode>> = { ill: 'PGD-062', danger: 'PGD-064', unknown: 'PGD-001', absent: 'PGD-070' };

const lookAs = (standing: Standing, minute: number, code?: ProblemCode, began?: number): Look => ({
  at: at(minute),
  standing,
  others: 0,
  exists: standing === 'well' || standing === 'ill' || standing === 'danger',
  ...(standing === 'well'
    ? {}
    : { lead: { problem: { code: code ?? CODES[standing], what: told`what`, evidence: [], remedy: told`mend it` }, cluster: 'tokyo' } }),
  ...(began === undefined ? {} : { began: at(began) }),
});

const TELLING: Telling = { fleet: 'demo', database: 'postgres', everyMs: 5 * MINUTE_MS, quiet: false, places: [{ channel: 'C0DB' }] };

/** What is told after each look, one a minute: 'open ill PGD-062', 'edit …', 'close well'; nothing: ''. */
const story = (
  looks: readonly (readonly [Standing, ProblemCode?, number?])[],
  telling: (minute: number) => Partial<Telling> = () => ({}),
): string[] => {
  let watched: Watched = UNSEEN;
  const known = new Set<string>();
  return looks.map(([standing, code, began], minute) => {
    const { watched: after, alerts } = advance(watched, lookAs(standing, minute, code, began), { ...TELLING, ...telling(minute) });
    watched = after;
    return alerts.map((alert) => wordsOf(alert, known)).join(', ');
  });
};

const wordsOf = (alert: Alert, known: Set<string>): string => {
  const verb = alert.ended !== undefined ? `close ${alert.ended.how}` : known.has(alert.id) ? 'edit' : 'open';
  known.add(alert.id);
  return alert.ended === undefined ? `${verb} ${alert.severity} ${alert.lead.problem.code}` : verb;
};

const mute = (until: number): { readonly mute: Mute } => ({ mute: { by: { userId: 'U0BOB', teamId: 'T0' }, at: at(0), until: at(until) } });

test.each<[string, Parameters<typeof story>, readonly string[]]>([
  ['a healthy database is never told of', [[['well'], ['well'], ['well']]], ['', '', '']],
  ['one bad look is a moment', [[['well'], ['ill'], ['well'], ['ill'], ['well']]], ['', '', '', '', '']],
  ['what holds over a second look is told once', [[['well'], ['ill'], ['ill'], ['ill'], ['ill']]], ['', '', 'open ill PGD-062', '', '']],
  ['a danger is told at once', [[['well'], ['danger'], ['danger']]], ['', 'open danger PGD-064', '']],
  [
    'it is closed when two looks saw it well, and one does not close it',
    [[['well'], ['ill'], ['ill'], ['well'], ['ill'], ['well'], ['well'], ['well']]],
    ['', '', 'open ill PGD-062', '', '', '', 'close well', ''],
  ],
  [
    'another cause is edited in once it holds',
    [[['well'], ['ill'], ['ill'], ['ill', 'PGD-060'], ['ill'], ['ill', 'PGD-060'], ['ill', 'PGD-060']]],
    ['', '', 'open ill PGD-062', '', '', '', 'edit ill PGD-060'],
  ],
  [
    'what becomes a danger is told anew, and what was told before it ends',
    [[['well'], ['ill'], ['ill'], ['danger'], ['ill'], ['danger'], ['well'], ['well']]],
    ['', '', 'open ill PGD-062', 'close grew, open danger PGD-064', '', '', '', 'close well'],
  ],
  ['a database that was never deployed is not told of', [[['absent'], ['absent'], ['unknown'], ['absent']]], ['', '', '', '']],
  ['one that was deployed and is gone is', [[['well'], ['absent'], ['absent']]], ['', '', 'open ill PGD-070']],
  ['one that was ill at the first look of all is', [[['ill'], ['ill']]], ['', 'open ill PGD-062']],
  [
    'silence is told as such, and only when it lasts',
    [[['well'], ['unknown'], ['unknown'], ['unknown'], ['unknown'], ['unknown'], ['unknown'], ['well'], ['well']]],
    ['', '', '', '', '', '', 'open unknown PGD-001', '', 'close well'],
  ],
  [
    'a silence in between neither hides what is wrong nor that it is over',
    [[['well'], ['ill'], ['unknown'], ['ill'], ['well'], ['unknown'], ['well']]],
    ['', '', '', 'open ill PGD-062', '', '', 'close well'],
  ],
  [
    'who cannot be asked any more is told in the alert that is open',
    [[['well'], ['ill'], ['ill'], ['unknown'], ['unknown'], ['unknown'], ['ill'], ['ill']]],
    ['', '', 'open ill PGD-062', '', '', 'edit ill PGD-001', '', 'edit ill PGD-062'],
  ],
  [
    'what lasts is edited the more seldom the longer it lasts',
    [[['well'], ...Array.from({ length: 12 }, () => ['ill'] as const)]],
    ['', '', 'open ill PGD-062', '', '', '', '', 'edit ill PGD-062', '', '', '', '', 'edit ill PGD-062'],
  ],
  [
    'quiet hours hold it back, and what still lasts after them is told',
    [[['well'], ['ill'], ['ill'], ['ill'], ['ill']], (minute) => ({ quiet: minute < 4 })],
    ['', '', '', '', 'open ill PGD-062'],
  ],
  [
    'what was over within quiet hours is never told',
    [[['well'], ['ill'], ['ill'], ['well'], ['well'], ['well']], (minute) => ({ quiet: minute < 4 })],
    ['', '', '', '', '', ''],
  ],
  [
    'what is perhaps over when quiet hours end is not told before it is seen again',
    [[['well'], ['ill'], ['ill'], ['well'], ['ill'], ['ill']], (minute) => ({ quiet: minute < 3 })],
    ['', '', '', '', 'open ill PGD-062', ''],
  ],
  [
    'a mute holds it back until its end, and never a danger',
    [[['well'], ['ill'], ['ill'], ['danger'], ['ill']], () => mute(10)],
    ['', '', '', 'open danger PGD-064', ''],
  ],
  [
    'a mute whose time is over holds nothing back, and one of now stands in the alert that is open',
    [[['well'], ['ill'], ['ill'], ['ill'], ['ill'], ['ill']], (minute) => (minute < 3 ? mute(2) : minute === 3 ? mute(5) : mute(5))],
    ['', '', 'open ill PGD-062', 'edit ill PGD-062', '', 'edit ill PGD-062'],
  ],
])('%s', (_, looks, expected) => {
  expect(story(...looks)).toEqual(expected);
});

/** The alert that is open after these looks, one a minute. */
const openAfter = (looks: readonly (readonly [Standing, ProblemCode?, number?])[]): Alert | undefined =>
  looks.reduce<Watched>(
    (watched, [standing, code, began], minute) => advance(watched, lookAs(standing, minute, code, began), TELLING).watched,
    UNSEEN,
  ).episode?.alert;

test('since when is when it began, where somebody says so, and otherwise when it was seen first, with the last look that saw it well', () => {
  expect(openAfter([['well'], ['ill', 'PGD-062', 0.5], ['ill']])?.began).toEqual({ at: at(0.5), reported: true, wellAt: at(0) });
  expect(openAfter([['well'], ['ill'], ['ill', 'PGD-062', 0.5]])?.began).toEqual({ at: at(0.5), reported: true, wellAt: at(0) });
  expect(openAfter([['well'], ['ill'], ['ill']])?.began).toEqual({ at: at(1), reported: false, wellAt: at(0) });
  expect(openAfter([['ill', 'PGD-062', -60], ['ill']])?.began).toEqual({ at: at(-60), reported: true });
});

test('what is reported of a time before the database was last seen well is of an earlier trouble', () => {
  expect(openAfter([['well'], ['ill', 'PGD-062', -3], ['ill']])?.began).toEqual({ at: at(1), reported: false, wellAt: at(0) });
});

test('a close tells when it was first seen well again, which is how long it took', () => {
  let watched: Watched = UNSEEN;
  const ended = (['well', 'ill', 'ill', 'ill', 'well', 'well'] as const).flatMap((standing, minute) => {
    const advanced = advance(watched, lookAs(standing, minute), TELLING);
    ({ watched } = advanced);
    return advanced.alerts.flatMap((alert) => alert.ended ?? []);
  });
  expect(ended).toEqual([{ how: 'well', at: at(4) }]);
});

test('looks come closer while something is wrong, and a deploy under way makes them begin anew', () => {
  const { watched } = advance(advance(UNSEEN, lookAs('well', 0), TELLING).watched, lookAs('ill', 1), TELLING);
  expect(nextLookMs(UNSEEN, TELLING.everyMs)).toBe(5 * MINUTE_MS);
  expect(nextLookMs(watched, TELLING.everyMs)).toBe(MINUTE_MS);
  expect(advance(interrupted(watched), lookAs('ill', 2), TELLING).alerts).toEqual([]);
});

test('what nobody watches any more ends what was told of it, and what was held back is not told', () => {
  const open = (quiet: boolean): Watched =>
    [lookAs('ill', 0), lookAs('ill', 1)].reduce((watched, look) => advance(watched, look, { ...TELLING, quiet }).watched, UNSEEN);
  expect(unwatched(open(false), at(9)).alerts.map(({ ended }) => ended)).toEqual([{ how: 'unwatched', at: at(9) }]);
  expect(unwatched(open(true), at(9)).alerts).toEqual([]);
});

const STANDINGS = ['well', 'well', 'ill', 'danger', 'unknown', 'absent'] as const;

/** What a story must keep, whatever happens; each breach is a sentence. */
const breachesOf = (seed: number): string[] => {
  const dice = createDice(seed);
  const breaches: string[] = [];
  const must = (holds: boolean, rule: string): void => void (holds || breaches.push(`${rule} (minute ${minute})`));
  let watched: Watched = UNSEEN;
  let minute = 0;
  let standing: Standing = 'well';
  let muted = -1;
  const open = new Map<string, Alert>();
  const closed = new Set<string>();
  let toldOfOne = 0;
  let wellSinceOpen = 0;

  const told = (alert: Alert, isQuiet: boolean, existed: boolean): void => {
    must(!closed.has(alert.id), 'nothing is told of what is closed');
    if (alert.ended !== undefined) {
      must(open.delete(alert.id), 'no close without an open');
      must(alert.ended.how !== 'well' || wellSinceOpen >= 2, 'two looks close it that saw it well since it opened');
      closed.add(alert.id);
      return;
    }
    const { at: from, reported, wellAt } = alert.began;
    must(from <= alert.seenAt, 'it began before it was seen');
    must(!reported || wellAt === undefined || from > wellAt, 'it began after the database was last seen well');
    if (!open.has(alert.id)) {
      toldOfOne += 1;
      wellSinceOpen = 0;
      must(alert.severity === 'danger' || !isQuiet, 'quiet hours and a mute hold back what is no danger');
      must(existed, 'a database that was never deployed is not told of');
    }
    open.set(alert.id, alert);
  };

  for (let step = 0; step < 500; step += 1) {
    minute += 1 + dice.int(5);
    if (dice.chance(0.4)) standing = dice.pick(STANDINGS);
    if (dice.chance(0.05)) muted = minute + dice.int(60);
    if (dice.chance(0.03)) watched = interrupted(watched);
    const quiet = minute % 100 < 30;
    const look = lookAs(standing, minute, undefined, dice.chance(0.2) ? minute - dice.int(20) : undefined);
    if (standing !== 'unknown') wellSinceOpen = standing === 'well' ? wellSinceOpen + 1 : 0;
    const existed = watched.deployed || look.exists;
    const { watched: after, alerts } = advance(watched, look, { ...TELLING, quiet, ...(muted < 0 ? {} : mute(muted)) });
    must(JSON.stringify(JSON.parse(JSON.stringify(after))) === JSON.stringify(after), 'what is stored reads as it was written');
    watched = after;
    for (const alert of alerts) told(alert, quiet || minute < muted, existed);
    must(open.size <= 1, 'one alert at a time');
    must(standing !== 'danger' || [...open.values()].some(({ severity }) => severity === 'danger'), 'a danger is never held back');
    if (watched.episode === undefined) toldOfOne = 0;
    must(toldOfOne <= 3, 'an episode is told as silence, trouble and danger at most');
  }
  for (const end of [1, 2]) {
    minute += 1;
    wellSinceOpen += 1;
    const { watched: after, alerts } = advance(watched, lookAs('well', minute), TELLING);
    watched = after;
    for (const alert of alerts) told(alert, false, end > 0);
  }
  must(open.size === 0, 'two looks that see it well close everything');
  return breaches;
};

test.each(Array.from({ length: 40 }, (_, seed) => seed))('whatever happens, what is told is one story: seed %i', (seed) => {
  expect(breachesOf(seed)).toEqual([]);
});
