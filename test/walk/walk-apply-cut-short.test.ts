import { expect, test } from 'vitest';
import { sequence } from '../../src/domain/procedure.ts';
import { LeaseLostError, type WorkerLease } from '../../src/ports/lease.ts';
import { CancelledError, ShutdownError } from '../../src/walk/aborts.ts';
import { applyWalk } from '../../src/walk/walk-apply.ts';
import type { Step } from '../../src/steps/context.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { testWalk } from '../support/walk.ts';
import { eventually } from '../support/eventually.ts';

test('a cancel ends what is under way as unknown, says what is there, and leaves the rest pending', async () => {
  const { tools, clusters, progress, abort } = testWalk();
  const walk = applyWalk(sequence(configMapStep('a', { waitsForReady: true }), configMapStep('b')), tools, progress);
  await eventually(() => expect(clusters.tokyo.watchers()).toBe(1));
  const by = { userId: 'U0BOB', teamId: 'T0' };
  abort.abort(new CancelledError(by));
  await expect(walk).rejects.toMatchObject({ by });
  expect(progress.outcomes['test/a']).toMatchObject({
    state: 'unknown',
    evidence: 'cancelled while applying; read again it is in place: ConfigMap a is there',
  });
  expect(progress.outcomes['test/b']).toBeUndefined();
  expect(clusters.tokyo.watchers()).toBe(0);
});

const puttingBack = (name: string): Step => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name };
  return {
    ...configMapStep(name),
    async apply(context) {
      await context.cluster('tokyo').apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' } });
      try {
        await context.clock.sleep(600_000, context.signal);
      } finally {
        await context.afterCancel('tokyo').merge(ref, { data: { putBack: 'yes' } });
      }
    },
  };
};

test.each([
  ['a cancel', new CancelledError({ userId: 'U0BOB', teamId: 'T0' })],
  ['the end of this worker', new ShutdownError()],
])('after %s a step still puts back what it must not leave behind', async (_, reason) => {
  const { tools, clock, clusters, progress, abort } = testWalk();
  const walk = applyWalk(sequence(puttingBack('held')), tools, progress);
  await clock.sleeper(600_000);
  abort.abort(reason);
  await expect(walk).rejects.toBe(reason);
  expect(clusters.tokyo.calls).toContain('merge ConfigMap held');
  expect(await clusters.tokyo.read({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'held' })).toMatchObject({
    data: { putBack: 'yes' },
  });
});

test('after the lease was lost nothing is put back: the clusters are another worker’s', async () => {
  const { tools, clock, clusters, progress, abort } = testWalk();
  const walk = applyWalk(sequence(puttingBack('held')), tools, progress);
  await clock.sleeper(600_000);
  abort.abort(new LeaseLostError('another worker holds it'));
  await expect(walk).rejects.toBeInstanceOf(LeaseLostError);
  expect(clusters.tokyo.calls).not.toContain('merge ConfigMap held');
});

test('putting back ends when its time is over, also where the cluster never answers', async () => {
  const { tools, clock, clusters, progress, abort } = testWalk();
  const silent = { ...clusters.tokyo, merge: () => new Promise<never>(() => undefined) };
  const walk = applyWalk(sequence(puttingBack('held')), { ...tools, cluster: () => silent }, progress);
  await clock.sleeper(600_000);
  const ended = expect(walk).rejects.toBeInstanceOf(CancelledError);
  abort.abort(new CancelledError({ userId: 'U0BOB', teamId: 'T0' }));
  await clock.advance(20_000);
  await ended;
});

test('without the lease nothing is written any more, and the walk ends as lost, not as failed', async () => {
  const { tools, clusters, progress, abort } = testWalk();
  const lost = new LeaseLostError('another worker holds it');
  const lease: WorkerLease = {
    epoch: 1,
    signal: abort.signal,
    release: () => Promise.resolve(),
    leftMs: () => 1_500,
    assertHeld: () => abort.signal.throwIfAborted(),
  };
  const loses: Step = {
    ...configMapStep('a'),
    async apply(context) {
      abort.abort(lost);
      await configMapStep('a').apply(context);
    },
  };
  await expect(applyWalk(sequence(loses, configMapStep('b')), { ...tools, lease }, progress)).rejects.toBe(lost);
  expect(clusters.tokyo.calls.filter((call) => call.startsWith('apply'))).toEqual([]);
  expect(progress.outcomes['test/a']?.state).toBe('applying');
});
