import { describe, expect, test } from 'vitest';
import { lagPlot } from '../../../src/adapters/slack/picture/lag-plot.ts';
import { pngOf } from '../../../src/adapters/slack/picture/raster.ts';
import { statusAnswer } from '../../../src/adapters/slack/render/status-answer.ts';
import { repliesOf } from '../../../src/adapters/slack/thread-replies.ts';
import { lagSample, lagSeries, type LagSample } from '../../../src/domain/lag.ts';
import { at, missingStatus, succeeded } from './fixtures.ts';
import { replication } from './fixtures/replication.ts';

const NOW = '2026-11-22T14:00:00.000Z';
const minutesAgo = (minutes: number): string => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();
const MB = 1024 ** 2;

/** A look every five minutes; `behind` says what each saw, by minutes before now. */
const looks = (behind: (minutes: number) => Readonly<Record<string, number>> | undefined): readonly LagSample[] =>
  Array.from({ length: 13 }, (_, index) => 60 - index * 5).flatMap((minutes) => {
    const seen = behind(minutes);
    return seen === undefined ? [] : [{ at: minutesAgo(minutes), nextMs: 300_000, behind: seen }];
  });

const PLOTS: Readonly<Record<string, readonly LagSample[]>> = {
  quiet: looks(() => ({ 'postgres-1': 0, 'postgres-2': 0 })),
  'one-grows': looks((minutes) => ({ 'postgres-1': (60 - minutes) * 3 * MB, 'postgres-2': 2 * MB })),
  // Nobody could ask postgres-1 from 13:20 to 13:40, and no look was made at all from 13:40 to 13:50.
  gaps: looks((minutes) => {
    if (minutes < 20 && minutes > 10) return undefined;
    return minutes > 20 && minutes < 40 ? { 'postgres-2': 4 * MB } : { 'postgres-1': minutes * MB, 'postgres-2': 5 * MB };
  }),
  '63-standbys': looks((minutes) => Object.fromEntries(Array.from({ length: 63 }, (_, at_) => [`postgres-${at_ + 1}`, at_ * minutes * MB]))),
};

test.each(Object.entries(PLOTS))('the plot of %s is the same, byte for byte, and says the same in words', async (name, samples) => {
  const plot = lagPlot(samples, { ...succeeded, replication }, NOW);
  await expect(plot?.svg).toMatchFileSnapshot(`golden/lag-${name}.svg`);
  await expect(`${plot?.alt}\n`).toMatchFileSnapshot(`golden/lag-${name}.alt.txt`);
  expect(plot?.alt.length).toBeLessThanOrEqual(1_000);
  expect((await pngOf(plot?.svg ?? '')).length).toBeGreaterThan(1_000);
});

describe('a gap is a gap', () => {
  const piecesOf = (samples: readonly LagSample[]) => lagSeries(samples, ['postgres-1'], Date.parse(NOW))[0]?.pieces.map((piece) => piece.length);

  test.each<[string, readonly LagSample[], readonly number[] | undefined]>([
    ['none where each look saw it', looks(() => ({ 'postgres-1': 1 })), [12]],
    ['where one look could not ask it', looks((minutes) => (minutes === 30 ? {} : { 'postgres-1': 1 })), [5, 6]],
    ['where two looks in a row were not made', looks((minutes) => (minutes === 30 || minutes === 25 ? undefined : { 'postgres-1': 1 })), [5, 5]],
    ['where one look was not made', looks((minutes) => (minutes === 30 ? undefined : { 'postgres-1': 1 })), [5, 6]],
    [
      'not where a look came a minute late',
      looks(() => ({ 'postgres-1': 1 })).map((look) => (look.at === minutesAgo(30) ? { ...look, at: minutesAgo(29) } : look)),
      [12],
    ],
    ['and nothing is drawn of what nobody ever saw', looks(() => ({ 'postgres-2': 1 })), undefined],
    ['and what is older than an hour is not shown', [{ at: minutesAgo(61), nextMs: 60_000, behind: { 'postgres-1': 1 } }], undefined],
  ])('%s', (_what, samples, pieces) => expect(piecesOf(samples)).toEqual(pieces));

  test('also in words', () => {
    const { alt } = lagPlot(PLOTS['gaps'] ?? [], succeeded, NOW) ?? { alt: '' };
    expect(alt).toContain('postgres-1 at most 55 MB at 13:05 UTC');
    expect(alt).toContain('nobody could ask 13:20 UTC to 13:40 UTC and 13:40 UTC to 13:50 UTC');
    const rows = replication.rows.map((row) => ({ ...row, pod: row.role === 'primary' ? row.pod : 'postgres-7' }));
    expect(lagPlot(PLOTS['quiet'] ?? [], { ...succeeded, replication: { ...replication, rows } }, NOW)?.alt).toMatch(
      /nobody could ask postgres-7.* in this hour/,
    );
  });
});

test('of a standby that nobody sees any more the plot says when it was seen last', () => {
  const plot = lagPlot(
    looks((minutes) => (minutes < 30 ? {} : { 'postgres-1': MB })),
    succeeded,
    NOW,
  );
  expect(plot?.svg).toContain('postgres-1 1 MB at 13:30 UTC');
});

test('of a look counts which standbys said how far they are behind, and nothing of those of which nobody says it', () => {
  const [first] = replication.rows.filter(({ role }) => role === 'standby');
  const rows = [
    ...replication.rows,
    { ...first!, pod: 'postgres-8', state: 'unheard', lagBytes: 5 },
    { ...first!, pod: 'postgres-9', role: 'unknown' as const },
  ];
  const { behind } = lagSample({ ...replication, rows }, NOW, 60_000);
  expect(Object.keys(behind)).toEqual(
    replication.rows.filter(({ role, lagBytes }) => role === 'standby' && lagBytes !== undefined).map(({ pod }) => pod),
  );
  expect(lagSample(undefined, NOW, 60_000).behind).toEqual({});
});

describe('a status with a picture', () => {
  const endedAt = missingStatus.endedAt ?? at('14:31');
  const seen = { at: new Date(Date.parse(endedAt) - 600_000).toISOString(), nextMs: 300_000, behind: { 'postgres-1': 7 * MB } };

  test('has the plot in its thread, and its line where the plot is not drawn', () => {
    const run = { ...missingStatus, endedAt, picture: true, lag: [seen] } as const;
    expect(repliesOf(run, { approvers: [], requesterMayApprove: false }, endedAt).map(({ key }) => key)).toEqual(['answer-picture', 'answer-lag']);
    expect(statusAnswer(run, endedAt).text).toMatch(/lag in the last hour: at most 7 MB, postgres-1/);
  });

  test('says that nothing is known where no look saw a standby, and draws nothing', () => {
    const run = { ...missingStatus, endedAt, picture: true, lag: [] } as const;
    expect(repliesOf(run, { approvers: [], requesterMayApprove: false }, endedAt).map(({ key }) => key)).toEqual(['answer-picture']);
    expect(statusAnswer(run, endedAt).text).toContain('lag in the last hour: not known');
  });
});
