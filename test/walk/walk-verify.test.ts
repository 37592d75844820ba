import { expect, test } from 'vitest';
import { parallel, sequence } from '../../src/domain/procedure.ts';
import { verifyWalk } from '../../src/walk/walk-verify.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { testWalk } from '../support/walk.ts';

const there = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' } });

test('verify asks each step once and stops a sequence at its first unhealthy step', async () => {
  const { tools, clusters, clock, progress } = testWalk();
  clusters.tokyo.put(there('a'));
  const answer = await verifyWalk(sequence(configMapStep('a'), configMapStep('b'), configMapStep('c')), tools, progress, { stopAtUnhealthy: true });
  expect(answer.healthy).toBe(false);
  expect(answer.verdicts.map(({ stepId, verdict }) => [stepId, verdict.healthy])).toEqual([
    ['test/a', true],
    ['test/b', false],
  ]);
  expect(progress.outcomes['test/c']).toEqual({ state: 'skipped', because: 'b is there' });
  expect(clock.monotonicMs()).toBe(0);
});

test('status asks every step, and a cluster that cannot be asked is an unhealthy row, not an error', async () => {
  const { tools, clusters, progress } = testWalk();
  clusters.tokyo.put(there('a'));
  clusters.osaka.setReachable(false);
  const answer = await verifyWalk(sequence(configMapStep('b', { cluster: 'osaka' }), parallel(configMapStep('a'))), tools, progress, {
    stopAtUnhealthy: false,
  });
  expect(answer.verdicts).toMatchObject([
    { stepId: 'test/b', verdict: { healthy: false, problem: { code: 'PGD-001', what: 'osaka does not answer' } } },
    { stepId: 'test/a', verdict: { healthy: true } },
  ]);
});

test('a call without an answer ends after two seconds', async () => {
  const { tools, clusters, clock, progress } = testWalk();
  const silent = { ...clusters.tokyo, list: () => new Promise<never>(() => undefined) };
  const walk = verifyWalk(sequence(configMapStep('a')), { ...tools, cluster: () => silent }, progress, { stopAtUnhealthy: true });
  await clock.sleeper(2_000);
  await clock.advance(2_000);
  expect((await walk).verdicts[0]?.verdict).toMatchObject({
    healthy: false,
    problem: { code: 'PGD-001', evidence: [expect.stringContaining('no answer in 2 s')] },
  });
});
