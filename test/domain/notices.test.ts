import { describe, expect, test } from 'vitest';
import { driftOf } from '../../src/domain/drift.ts';
import { endingSoon, type Expiring } from '../../src/domain/expiry.ts';
import { change, inPlace, type Finding } from '../../src/domain/finding.ts';
import { isQuiet, isTimeZone } from '../../src/domain/quiet-hours.ts';
import { plainText, told } from '../../src/domain/text.ts';

const DAY_MS = 86_400_000;
const END = new Date('2026-12-31T12:00:00.000Z');
const daysBefore = (days: number): Date => new Date(END.getTime() - days * DAY_MS);

const thing = (livesDays: number): Expiring => ({
  key: 'licence',
  what: 'The KubeDB licence',
  cluster: 'tokyo',
  notBefore: daysBefore(livesDays),
  notAfter: END,
  consequence: 'then KubeDB stops',
  remedy: told`Get another.`,
});

describe('what ends', () => {
  test.each([
    [31, undefined],
    [30, 'ends in 30 days'],
    [8, 'ends in 8 days'],
    [6.5, 'ends in 6 days'],
    [0.5, 'ends in less than a day'],
    [-1, 'has ended'],
  ])('with %d days left is told as %s', (left, words) => {
    const found = endingSoon(thing(365), daysBefore(left));
    expect(found === undefined ? undefined : plainText(found.problem.what)).toBe(words === undefined ? undefined : `The KubeDB licence ${words}`);
  });

  test('has one id for each of 30, 7 and 1 days, however often it is looked at, and others for another end', () => {
    const ids = Array.from({ length: 32 * 24 }, (_, hour) => endingSoon(thing(365), daysBefore(31 - hour / 24))?.id);
    expect(new Set(ids.filter((id) => id !== undefined)).size).toBe(3);
    const renewed = { ...thing(365), notAfter: new Date(END.getTime() + DAY_MS) };
    expect(endingSoon(renewed, daysBefore(6))?.id).not.toBe(endingSoon(thing(365), daysBefore(6))?.id);
  });

  test('and lives for a few days alone is not told of for half of its life', () => {
    expect(endingSoon(thing(1), daysBefore(0.9))).toBeUndefined();
    expect(endingSoon(thing(30), daysBefore(29))).toBeUndefined();
    expect(endingSoon(thing(30), daysBefore(6))).toBeDefined();
  });
});

const planned = (...findings: readonly Finding[]) =>
  findings.map((finding, at) => ({ id: `step-${at}`, title: `step ${at}`, stage: 'Any', cluster: 'tokyo', usualMs: 1, finding }));

describe('what differs from what was approved', () => {
  test('is nothing where everything is in place, or where it cannot be seen', () => {
    const silent: Finding = { kind: 'blocked', problems: [] };
    expect(driftOf('postgres', 'r1', planned(inPlace('there'), silent, { kind: 'later', missing: 'a', waitsFor: 'b' }))).toBeUndefined();
  });

  test('is told field by field, and bounded', () => {
    const fields = Array.from({ length: 40 }, (_, at) => ({ path: `spec.f${at}`, from: 'x'.repeat(500), to: at }));
    const found = driftOf('postgres', 'r1', planned(change([{ cluster: 'tokyo', action: 'change', object: 'Postgres demo/postgres', fields }])));
    expect(found?.problem.evidence).toHaveLength(12);
    expect(found?.problem.evidence[0]).toMatch(/^Postgres demo\/postgres on tokyo: spec\.f0 is "x{1,60}…, approved was 0$/);
    expect(found?.problem.evidence.at(-1)).toBe('and 29 more');
  });

  test('is the same as long as the same fields differ', () => {
    const differs = (from: number) =>
      driftOf('postgres', 'r1', planned(change([{ cluster: 'tokyo', action: 'change', object: 'Node a', fields: [{ path: 'p', from, to: 3 }] }])))
        ?.digest;
    expect(differs(1)).toBe(differs(1));
    expect(differs(2)).not.toBe(differs(1));
  });

  test('is what is missing, too', () => {
    const found = driftOf('postgres', 'r1', planned(change([{ cluster: 'tokyo', action: 'create', object: 'ConfigMap a/b', fields: [] }])));
    expect(found?.problem.evidence).toEqual(['ConfigMap a/b on tokyo: is missing']);
  });
});

describe('quiet hours', () => {
  const nights = { timeZone: 'Europe/Vienna', from: '22:00', to: '07:00', weekends: false };

  test.each([
    // Wednesday; Vienna is one hour ahead of UTC in winter, two in summer.
    ['2026-11-25T20:59:00Z', false],
    ['2026-11-25T21:00:00Z', true],
    ['2026-11-25T23:30:00Z', true],
    ['2026-11-26T05:59:00Z', true],
    ['2026-11-26T06:00:00Z', false],
    ['2026-07-01T20:00:00Z', true],
    ['2026-07-01T19:59:00Z', false],
  ])('over midnight, in their own time zone: %s is %s', (now, quiet) => {
    expect(isQuiet(nights, new Date(now))).toBe(quiet);
  });

  test('within a day, and whole weekends where they are wanted', () => {
    const noon = { timeZone: 'UTC', from: '12:00', to: '13:00', weekends: true };
    expect(
      [['2026-11-25T12:30:00Z'], ['2026-11-25T13:00:00Z'], ['2026-11-28T20:00:00Z'], ['2026-11-29T23:59:00Z']].map(([now = '']) =>
        isQuiet(noon, new Date(now)),
      ),
    ).toEqual([true, false, true, true]);
    expect(isQuiet(undefined, new Date())).toBe(false);
  });

  test('name a time zone that there is', () => {
    expect(['Europe/Vienna', 'UTC', 'Vienna', 'Mars/Base'].map(isTimeZone)).toEqual([true, true, false, false]);
  });
});
