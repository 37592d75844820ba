import { expect, test } from 'vitest';
import { estimateOf, longestStage, totalMs } from '../../src/domain/estimate.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { type Measured, measuredIn, NOTHING_MEASURED } from '../../src/domain/measured.ts';
import type { PlannedStep } from '../../src/domain/plan.ts';
import { parallel, type ProcedureOf, sequence } from '../../src/domain/procedure.ts';
import type { Run, StepOutcome } from '../../src/domain/run.ts';
import { queuedRun } from '../support/stored-run.ts';

const todo: Finding = { kind: 'change', changes: [] };
const inPlace: Finding = { kind: 'in-place', evidence: 'as wanted' };
const step = (id: string, finding: Finding = todo, stage = 'Test'): PlannedStep => ({
  id,
  title: `${id} is there`,
  stage,
  cluster: 'tokyo',
  usualMs: 0,
  finding,
});
const leaf = (id: string) => ({ id });
const measuring = (times: Readonly<Record<string, number>>, runs = 1): Measured => ({ runs, of: (id) => times[id] });

test('the estimate is the slowest path through what is not in place, by what it took before', () => {
  const procedure = sequence(leaf('a'), parallel(sequence(leaf('b'), leaf('c')), leaf('d')), leaf('e'));
  const steps = [step('a', inPlace), ...['b', 'c', 'd', 'e'].map((id) => step(id))];
  const estimate = estimateOf(procedure, steps, measuring({ a: 10, b: 20, c: 30, d: 40, e: 5 }));
  expect(estimate.path.map(({ title }) => title)).toEqual(['b is there', 'c is there', 'e is there']);
  expect(totalMs(estimate.path)).toBe(55);
});

test('before anything was measured nothing is claimed, and of steps that never ran it is said how many', () => {
  const procedure = sequence(leaf('a'), leaf('b'));
  const steps = [step('a'), step('b')];
  expect(estimateOf(procedure, steps, NOTHING_MEASURED)).toEqual({ runs: 0, unmeasured: 2, path: [] });
  expect(estimateOf(procedure, steps, measuring({ a: 7 }))).toEqual({ runs: 1, unmeasured: 1, path: [{ title: 'a is there', ms: 7 }] });
});

test('the longest stage is the one whose own slowest path is longest: steps side by side on one cluster count once', () => {
  const procedure = sequence(leaf('a'), parallel(leaf('b'), leaf('c'), sequence(leaf('d'), leaf('e'))));
  const measured = measuring({ a: 100, b: 70, c: 70, d: 20, e: 60 });
  const steps = [step('a', todo, 'first'), ...['b', 'c', 'd', 'e'].map((id) => step(id, todo, 'second'))];
  expect(longestStage(procedure, steps, measured)).toEqual({ stage: 'first', ms: 100 });
  expect(longestStage(procedure, [step('a', inPlace, 'first'), ...steps.slice(1)], measured)).toEqual({ stage: 'second', ms: 80 });
  expect(longestStage(procedure, [], measured)).toBeUndefined();
});

test('no estimate is shorter than a step or a stage that is to do, whatever stands side by side', () => {
  let seed = 7;
  const dice = (sides: number): number => (seed = (seed * 48_271) % 2_147_483_647) % sides;
  for (let round = 0; round < 200; round += 1) {
    const steps: PlannedStep[] = [];
    const times: Record<string, number> = {};
    const grow = (depth: number): ProcedureOf<PlannedStep> => {
      if (depth === 0 || dice(4) === 0) {
        const one = step(`s${steps.length}`, dice(4) === 0 ? inPlace : todo, `stage ${dice(3)}`);
        times[one.id] = dice(600) * 1_000;
        steps.push(one);
        return { kind: 'step', step: one };
      }
      const children = Array.from({ length: 1 + dice(4) }, () => grow(depth - 1));
      return dice(2) === 0 ? sequence(...children) : parallel(...children);
    };
    const procedure = grow(4);
    const whole = totalMs(estimateOf(procedure, steps, measuring(times)).path);
    const longestStep = Math.max(0, ...steps.map(({ id, finding }) => (finding.kind === 'in-place' ? 0 : times[id]!)));
    expect(whole).toBeGreaterThanOrEqual(longestStep);
    expect(whole).toBeGreaterThanOrEqual(longestStage(procedure, steps, measuring(times))?.ms ?? 0);
  }
});

const deployed = (
  took: Readonly<Record<string, [seconds: number, finding: Finding, state?: StepOutcome['state']]>>,
  more: Partial<Run> = {},
): Run => ({
  ...queuedRun('r1'),
  kind: 'deploy',
  comparedAt: '2026-11-22T14:00:00.000Z',
  plan: { steps: Object.entries(took).map(([id, [, finding]]) => step(id, finding)), digest: 'd', estimateMs: 0, worthKnowing: [], plannedAt: '' },
  outcomes: Object.fromEntries(
    Object.entries(took).map(([id, [seconds, , state = 'done']]) => [
      id,
      { state, startedAt: '2026-11-22T14:00:00.000Z', endedAt: new Date(Date.parse('2026-11-22T14:00:00Z') + seconds * 1000).toISOString() },
    ]),
  ),
  ...more,
});
const fleet = queuedRun('r1').fleet.name;

test('a step takes the middle of what it took in the newest deploys, or what it took on other clusters', () => {
  const measured = measuredIn(
    [deployed({ 'x@a': [10, todo] }), deployed({ 'x@a': [30, todo] }), deployed({ 'x@a': [20, todo], 'y@a': [5, todo] })],
    fleet,
  );
  expect([measured.runs, measured.of('x@a'), measured.of('x@b'), measured.of('y@a'), measured.of('z')]).toEqual([
    3,
    20_000,
    20_000,
    5_000,
    undefined,
  ]);
});

test('what was in place, what did not end well, other fleets and plans that nobody carried out say nothing of the time', () => {
  const runs = [
    deployed({ a: [1, inPlace, 'in-place'], b: [2, todo, 'failed'] }),
    deployed({ c: [3, todo] }, { fleet: { ...queuedRun('r1').fleet, name: 'other' } }),
    deployed({ d: [4, todo] }, { kind: 'verify' }),
  ];
  const measured = measuredIn(runs, fleet);
  expect(measured.runs).toBe(0);
  for (const id of ['a', 'b', 'c', 'd']) expect(measured.of(id)).toBeUndefined();
});
