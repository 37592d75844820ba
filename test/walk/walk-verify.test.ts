import { expect, test } from 'vitest';
import { UNHEARD, UNKNOWNS } from '../../src/domain/explanations.ts';
import type { Verdict } from '../../src/domain/finding.ts';
import { ProblemError, type Problem } from '../../src/domain/problem.ts';
import { parallel, sequence } from '../../src/domain/procedure.ts';
import { told } from '../../src/domain/text.ts';
import { verifyWalk } from '../../src/walk/walk-verify.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { testWalk } from '../support/walk.ts';

const there = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' } });

test('every step is asked once, also behind one that does not hold', async () => {
  const { tools, clusters, clock, progress } = testWalk();
  clusters.tokyo.put(there('a'));
  clusters.tokyo.put(there('c'));
  const answer = await verifyWalk(sequence(configMapStep('a'), configMapStep('b'), configMapStep('c')), tools, progress);
  expect(answer.healthy).toBe(false);
  expect(answer.verdicts.map(({ stepId, verdict }) => [stepId, verdict.healthy])).toEqual([
    ['test/a', true],
    ['test/b', false],
    ['test/c', true],
  ]);
  expect(clock.monotonicMs()).toBe(0);
});

test('a cluster that cannot be asked is an unhealthy row, not an error', async () => {
  const { tools, clusters, progress } = testWalk();
  clusters.tokyo.put(there('a'));
  clusters.osaka.setReachable(false);
  const answer = await verifyWalk(sequence(configMapStep('b', { cluster: 'osaka' }), parallel(configMapStep('a'))), tools, progress);
  expect(answer.verdicts).toMatchObject([
    { stepId: 'test/b', verdict: { healthy: false, problem: { code: 'PGD-001', what: 'osaka does not answer' } } },
    { stepId: 'test/a', verdict: { healthy: true } },
  ]);
  // Nobody saw that it does not hold.
  expect(progress.outcomes).toMatchObject({ 'test/b': { state: 'unknown', evidence: 'osaka does not answer' }, 'test/a': { state: 'in-place' } });
});

test.each([
  ...UNHEARD.map((code) => [code, 'thrown', 'unknown'] as const),
  ...UNKNOWNS.flatMap((code) => [[code, 'thrown', 'unknown'] as const, [code, 'told', 'unknown'] as const]),
  // The step that asks whether a cluster answers was answered.
  ['PGD-001', 'told', 'failed'],
  ['PGD-052', 'thrown', 'failed'],
  ['PGD-052', 'told', 'failed'],
] as const)('a step whose look comes to %s, %s, is %s', async (code, how, state) => {
  const { tools, progress } = testWalk();
  const problem: Problem = { code, what: told`what was seen`, evidence: ['seen'], remedy: told`Look.` };
  const verify = async (): Promise<Verdict> => {
    if (how === 'thrown') throw new ProblemError(problem);
    return { healthy: false, waitingFor: 'it', problem };
  };
  await verifyWalk(sequence({ ...configMapStep('a'), verify }), tools, progress);
  expect(progress.outcomes['test/a']?.state).toBe(state);
});

test('a call without an answer ends after 2.6 seconds', async () => {
  const { tools, clusters, clock, progress } = testWalk();
  const silent = { ...clusters.tokyo, list: () => new Promise<never>(() => undefined) };
  const walk = verifyWalk(sequence(configMapStep('a')), { ...tools, cluster: () => silent }, progress);
  await clock.sleeper(2_600);
  await clock.advance(2_600);
  expect((await walk).verdicts[0]?.verdict).toMatchObject({
    healthy: false,
    problem: { code: 'PGD-001', evidence: [expect.stringContaining('no answer in 2.6 s')] },
  });
});

test('where a step does not hold, what stands before it is asked too, as far as the time goes', async () => {
  const { tools, clusters, clock, progress } = testWalk();
  clusters.tokyo.put(there('a'));
  const slow = { ...clusters.osaka, list: () => new Promise<never>(() => undefined) };
  const within = { ...tools, cluster: (name: string) => (name === 'osaka' ? slow : clusters.tokyo) };
  const [a, b, asksLate] = [configMapStep('a'), configMapStep('b'), configMapStep('c', { cluster: 'osaka' })];
  const c: typeof a = { ...asksLate, verify: (context) => context.clock.sleep(500, context.signal).then(() => asksLate.verify(context)) };
  const walk = verifyWalk(sequence(b), within, progress, { procedure: sequence(a, c, b), withinMs: 1_000 });
  await clock.sleeper(1_000);
  await clock.advance(1_000);
  const answer = await walk;
  expect(answer).toMatchObject({ healthy: false, notAsked: 1 });
  expect(answer.verdicts.map(({ stepId }) => stepId)).toEqual(['test/a', 'test/b']);
  expect(progress.outcomes['test/c']).toEqual({ state: 'unknown' });
});

test('where every step holds, nothing else is asked', async () => {
  const { tools, clusters, progress } = testWalk();
  clusters.tokyo.put(there('a'));
  const answer = await verifyWalk(sequence(configMapStep('a')), tools, progress, {
    procedure: sequence(configMapStep('b'), configMapStep('a')),
    withinMs: 1_000,
  });
  expect(answer).toEqual({ healthy: true, verdicts: [expect.objectContaining({ stepId: 'test/a' })] });
});

test('the chain is asked beside a silence, which would leave no time for it', async () => {
  const { tools, clusters, clock, progress } = testWalk();
  clusters.tokyo.put(there('a'));
  const silent = { ...clusters.osaka, list: () => new Promise<never>(() => undefined) };
  const within = { ...tools, cluster: (name: string) => (name === 'osaka' ? silent : clusters.tokyo) };
  const [a, b] = [configMapStep('a'), configMapStep('b', { cluster: 'osaka' })];
  const walk = verifyWalk(sequence(b), within, progress, { procedure: sequence(a, configMapStep('missing'), b), withinMs: 2_700 });
  await clock.sleeper(2_600);
  await clock.advance(2_600);
  const answer = await walk;
  expect(answer.notAsked).toBeUndefined();
  expect(answer.verdicts.map(({ stepId, verdict }) => [stepId, verdict.healthy || verdict.problem.code])).toEqual([
    ['test/a', true],
    ['test/missing', 'PGD-090'],
    ['test/b', 'PGD-001'],
  ]);
});

test('of a look that is due earlier no call takes longer', async () => {
  const { tools, clusters, clock, progress } = testWalk();
  const silent = { ...clusters.tokyo, list: () => new Promise<never>(() => undefined) };
  const chain = { procedure: sequence(configMapStep('a')), withinMs: 2_000 };
  const walk = verifyWalk(sequence(configMapStep('a')), { ...tools, cluster: () => silent }, progress, chain);
  await clock.sleeper(1_900);
  await clock.advance(1_900);
  expect((await walk).verdicts[0]?.verdict).toMatchObject({ problem: { evidence: [expect.stringContaining('no answer in 1.9 s')] } });
});

test('what was asked in doubt alone is no part of an answer that is late and healthy', async () => {
  const { tools, clusters, clock, progress } = testWalk();
  clusters.osaka.put(there('b'));
  const slow = {
    ...clusters.osaka,
    list: (...given: Parameters<typeof clusters.osaka.list>) => clock.sleep(1_500).then(() => clusters.osaka.list(...given)),
  };
  const within = { ...tools, cluster: (name: string) => (name === 'osaka' ? slow : clusters.tokyo) };
  const b = configMapStep('b', { cluster: 'osaka' });
  const walk = verifyWalk(sequence(b), within, progress, { procedure: sequence(configMapStep('missing'), b), withinMs: 2_700 });
  await clock.sleeper(1_500);
  await clock.advance(1_500);
  expect(await walk).toEqual({ healthy: true, verdicts: [expect.objectContaining({ stepId: 'test/b' })] });
  expect(progress.outcomes).not.toHaveProperty('test/missing');
});
