import { expect, test } from 'vitest';
import { ProblemError, TransientError } from '../../src/domain/problem.ts';
import { parallel, sequence } from '../../src/domain/procedure.ts';
import { ClusterRefusedError } from '../../src/ports/cluster-errors.ts';
import { applyWalk } from '../../src/walk/walk-apply.ts';
import type { Step } from '../../src/steps/context.ts';
import { configMapStep } from '../support/config-map-step.ts';
import { testWalk } from '../support/walk.ts';
import { told } from '../../src/domain/text.ts';
import { eventually } from '../support/eventually.ts';

const ready = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' }, data: { ready: 'yes' } });
const failing = (name: string): Step => ({
  ...configMapStep(name),
  apply: () => Promise.reject(new ProblemError({ code: 'PGD-084', what: told`${name} was refused`, evidence: [], remedy: told`Correct it.` })),
});

test('applies what is missing, passes over what is in place, and ends healthy', async () => {
  const { tools, clusters, progress } = testWalk();
  clusters.tokyo.put(ready('a'));
  expect(await applyWalk(sequence(configMapStep('a'), configMapStep('b')), tools, progress)).toEqual({ healthy: true });
  expect(clusters.tokyo.calls.filter((call) => call.startsWith('apply'))).toEqual(['apply ConfigMap b']);
  expect(progress.outcomes).toMatchObject({ 'test/a': { state: 'in-place' }, 'test/b': { state: 'done' } });
});

test('a change of what verify read wakes the wait at once, without a timer', async () => {
  const { tools, clock, clusters, progress } = testWalk();
  const walk = applyWalk(sequence(configMapStep('a', { waitsForReady: true })), tools, progress);
  await eventually(() => expect(clusters.tokyo.watchers()).toBe(1));
  expect(progress.texts).toEqual({ 'test/a': 'data.ready is absent' });
  clusters.tokyo.put(ready('a'));
  expect(await walk).toEqual({ healthy: true });
  expect(clock.monotonicMs()).toBe(0);
  expect(progress.texts).toEqual({});
});

test('an object that changes without end is looked at twice a second, once it was looked at twenty times in a row', async () => {
  const { tools, clock, clusters, progress } = testWalk();
  const walk = applyWalk(sequence(configMapStep('a', { waitsForReady: true, verifyTimeoutMs: 120_000 })), tools, progress);
  await eventually(() => expect(clusters.tokyo.watchers()).toBe(1));
  const looks = (): number => clusters.tokyo.calls.filter((call) => call === 'list ConfigMap').length;
  const flood = async (): Promise<void> => {
    for (let index = 0; index < 100; index += 1) {
      clusters.tokyo.put({ ...ready('a'), data: { index: String(index) } });
      for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  };
  await flood();
  const before = looks();
  expect(before).toBeLessThanOrEqual(25);
  await clock.advance(500);
  await flood();
  expect(looks() - before).toBeLessThanOrEqual(2);
  clusters.tokyo.put(ready('a'));
  await clock.advance(500);
  expect(await walk).toEqual({ healthy: true });
});

test('an object that does not exist yet is watched for too', async () => {
  const { tools, clusters, progress } = testWalk();
  const made = { ...configMapStep('made'), apply: () => Promise.resolve() };
  const walk = applyWalk(sequence(made), tools, progress);
  await eventually(() => expect(clusters.tokyo.watchers()).toBe(1));
  clusters.tokyo.put(ready('made'));
  expect(await walk).toEqual({ healthy: true });
});

test('gives up at the deadline with the problem that verify told, and names what did not run because of it', async () => {
  const { tools, clock, progress } = testWalk();
  const walk = applyWalk(sequence(configMapStep('a', { waitsForReady: true, verifyTimeoutMs: 120_000 }), configMapStep('b')), tools, progress);
  await clock.sleeper(120_000);
  await clock.advance(120_000);
  expect(await walk).toMatchObject({
    healthy: false,
    failure: { stepId: 'test/a', afterMs: 120_000, problems: [{ code: 'PGD-090', what: told`a did not get ready` }] },
  });
  expect(progress.outcomes['test/b']).toEqual({ state: 'skipped', because: 'a is there' });
});

test('evidence that cannot be watched is looked at again after the time that verify asks for', async () => {
  const { tools, clock, progress } = testWalk();
  let asked = 0;
  const sql: Step = {
    ...configMapStep('a'),
    verify: async () => {
      asked += 1;
      if (asked === 3) return { healthy: true, evidence: 'streaming' };
      return {
        healthy: false,
        waitingFor: 'catchup',
        recheckEveryMs: 3_000,
        problem: { code: 'PGD-062', what: told`x`, evidence: [], remedy: told`` },
      };
    },
  };
  const walk = applyWalk(sequence(sql), tools, progress);
  await clock.sleeper(3_000);
  await clock.advance(6_000);
  expect(await walk).toEqual({ healthy: true });
  expect(clock.monotonicMs()).toBe(6_000);
});

test('a final verdict ends the wait at once', async () => {
  const { tools, clock, progress } = testWalk();
  const final: Step = {
    ...configMapStep('a'),
    verify: async () => ({
      healthy: false,
      final: true,
      waitingFor: 'denied',
      problem: { code: 'PGD-041', what: told`licence is for another cluster`, evidence: [], remedy: told`` },
    }),
  };
  expect(await applyWalk(sequence(final), tools, progress)).toMatchObject({ healthy: false });
  expect(clock.monotonicMs()).toBe(0);
});

test('every child of a parallel ends although one failed, and the failure is the one that came first', async () => {
  const { tools, clusters, progress } = testWalk();
  const walk = applyWalk(sequence(parallel(failing('bad'), configMapStep('good', { waitsForReady: true })), configMapStep('after')), tools, progress);
  await eventually(() => expect(clusters.tokyo.watchers()).toBe(1));
  clusters.tokyo.put(ready('good'));
  expect(await walk).toMatchObject({ healthy: false, failure: { stepId: 'test/bad' } });
  expect(progress.outcomes).toMatchObject({ 'test/good': { state: 'done' }, 'test/after': { state: 'skipped', because: 'bad is there' } });
});

test('beside a failed step nothing new is begun, and nothing is waited for longer than 10 s', async () => {
  const { tools, clock, clusters, progress } = testWalk();
  const beside = sequence(configMapStep('slow', { waitsForReady: true, verifyTimeoutMs: 600_000 }), configMapStep('next'));
  const walk = applyWalk(sequence(parallel(beside, failing('bad')), configMapStep('after')), tools, progress);
  await clock.sleeper(10_000);
  await clock.advance(10_000);
  expect(await walk).toMatchObject({ healthy: false, failure: { stepId: 'test/bad' } });
  expect(clock.monotonicMs()).toBe(10_000);
  expect(progress.outcomes).toMatchObject({
    'test/slow': { state: 'unknown', evidence: 'data.ready is absent; not waited for any longer', because: 'bad is there' },
    'test/next': { state: 'skipped', because: 'bad is there' },
    'test/after': { state: 'skipped', because: 'bad is there' },
  });
  expect(clusters.tokyo.calls).not.toContain('apply ConfigMap next');
});

test('a verdict that knows how long waiting makes sense ends the wait then', async () => {
  const { tools, clock, progress } = testWalk();
  const hopeless: Step = {
    ...configMapStep('a', { verifyTimeoutMs: 240_000 }),
    verify: async () => ({
      healthy: false,
      waitingFor: 'the way to the hub',
      patienceMs: 45_000,
      problem: { code: 'PGD-017', what: told`no way to the hub`, evidence: [], remedy: told`` },
    }),
  };
  const walk = applyWalk(sequence(hopeless), tools, progress);
  await clock.sleeper(45_000);
  await clock.advance(45_000);
  expect(await walk).toMatchObject({ failure: { afterMs: 45_000, problems: [{ code: 'PGD-017' }] } });
});

test('what was turned away is tried five times with growing pauses, and shown as attempt 2 of 5', async () => {
  const { tools, clock, progress } = testWalk();
  let tries = 0;
  const busy: Step = {
    ...configMapStep('a'),
    apply: () => {
      tries += 1;
      return Promise.reject(new TransientError('429 too many requests'));
    },
  };
  const walk = applyWalk(sequence(busy), tools, progress);
  await clock.sleeper();
  expect(progress.texts['test/a']).toBe('attempt 2 of 5: 429 too many requests');
  expect(progress.outcomes['test/a']).toMatchObject({ state: 'applying', attempt: 2 });
  await clock.advance(60_000);
  expect(await walk).toMatchObject({ healthy: false, failure: { problems: [{ code: 'PGD-090' }] } });
  expect(tries).toBe(5);
});

test('a cluster that goes away in the middle is waited for, and the walk goes on when it is back', async () => {
  const { tools, clock, clusters, progress } = testWalk();
  const walk = applyWalk(sequence(configMapStep('a', { waitsForReady: true })), tools, progress);
  await eventually(() => expect(clusters.tokyo.watchers()).toBe(1));
  clusters.tokyo.put({ ...ready('a'), data: { ready: 'no' } });
  clusters.tokyo.setReachable(false);
  await clock.advance(20_000);
  expect(progress.texts['test/a']).toContain('connection refused');
  clusters.tokyo.put(ready('a'));
  clusters.tokyo.setReachable(true);
  await clock.advance(10_000);
  expect(await walk).toEqual({ healthy: true });
});

const forbidden = new ClusterRefusedError('tokyo', 'reading ConfigMap a', { code: 403, reason: 'Forbidden', message: 'not allowed' });

test('a refusal that passes soon, as of an API server that has just started, ends nothing', async () => {
  const { tools, clock, progress } = testWalk();
  let asked = 0;
  const refusedAtFirst: Step = {
    ...configMapStep('a'),
    verify: async () => {
      asked += 1;
      if (asked < 3) throw forbidden;
      return { healthy: true, evidence: 'allowed again' };
    },
  };
  const walk = applyWalk(sequence(refusedAtFirst), tools, progress);
  await clock.sleeper();
  await clock.advance(10_000);
  expect(await walk).toEqual({ healthy: true });
});

test('a permission that stays missing ends the step long before its time is over', async () => {
  const { tools, clock, progress } = testWalk();
  const refused: Step = { ...configMapStep('a', { verifyTimeoutMs: 600_000 }), verify: () => Promise.reject(forbidden) };
  const walk = applyWalk(sequence(refused), tools, progress);
  await clock.sleeper();
  await clock.advance(40_000);
  expect(await walk).toMatchObject({ healthy: false, failure: { problems: [{ code: 'PGD-002' }] } });
});

test('a cluster that stays away ends the step at its deadline, as a problem of its own', async () => {
  const { tools, clock, clusters, progress } = testWalk();
  const walk = applyWalk(sequence(configMapStep('a', { waitsForReady: true, verifyTimeoutMs: 30_000 })), tools, progress);
  await eventually(() => expect(clusters.tokyo.watchers()).toBe(1));
  clusters.tokyo.put({ ...ready('a'), data: { ready: 'no' } });
  clusters.tokyo.setReachable(false);
  await clock.advance(31_000);
  expect(await walk).toMatchObject({
    healthy: false,
    failure: { problems: [{ code: 'PGD-004', what: told`tokyo stopped answering while this was under way: a is there` }] },
  });
});

test('what was worth a look and has passed by the end is not told', async () => {
  const { tools, progress } = testWalk();
  let looks = 0;
  const warning = (name: string, passes: boolean): Step => ({
    ...configMapStep(name),
    check: async () => ({ kind: 'in-place', evidence: '' }),
    verify: async () => {
      looks += 1;
      return { healthy: true, evidence: `look ${looks}`, ...(passes && looks > 2 ? {} : { warnings: [`${name} is slow`] }) };
    },
  });
  await applyWalk(sequence(warning('a', true), warning('b', false)), tools, progress);
  expect(progress.outcomes['test/a']).not.toHaveProperty('warnings');
  expect(progress.outcomes['test/b']).toMatchObject({ state: 'in-place', warnings: ['b is slow'] });
  expect(looks).toBe(4);
});

/** Makes a ConfigMap that it must not leave behind, waits for ever, and marks it as put back. */
test('found in place after a crash does not overwrite what an earlier worker did', async () => {
  const done = { state: 'done', startedAt: '2026-11-22T13:00:00.000Z', endedAt: '2026-11-22T13:00:12.000Z', evidence: 'made' } as const;
  const { tools, clusters, progress } = testWalk({ 'test/a': done, 'test/b': { state: 'waiting', startedAt: '2026-11-22T13:00:12.000Z' } });
  clusters.tokyo.put(ready('a'));
  clusters.tokyo.put(ready('b'));
  await applyWalk(sequence(configMapStep('a'), configMapStep('b')), tools, progress);
  expect(progress.outcomes['test/a']).toEqual(done);
  expect(progress.outcomes['test/b']).toMatchObject({ state: 'done', startedAt: '2026-11-22T13:00:12.000Z' });
});

test('what an earlier worker did is told as it was again after a further look that took several attempts', async () => {
  const done = { state: 'done', startedAt: '2026-11-22T13:00:00.000Z', endedAt: '2026-11-22T13:00:12.000Z', evidence: 'made' } as const;
  const { tools, clock, clusters, progress } = testWalk({ 'test/a': done });
  clusters.tokyo.put(ready('a'));
  clusters.tokyo.setReachable(false);
  const walk = applyWalk(sequence(configMapStep('a')), tools, progress);
  await clock.sleeper();
  expect(progress.outcomes['test/a']).toMatchObject({ state: 'checking', attempt: 2 });
  clusters.tokyo.setReachable(true);
  await clock.advance(10_000);
  expect(await walk).toEqual({ healthy: true });
  expect(progress.outcomes['test/a']).toEqual(done);
});

test('a gate is only checked', async () => {
  const { tools, progress } = testWalk();
  const gate: Step = {
    ...configMapStep('g'),
    gate: true,
    check: async () => ({ kind: 'in-place', evidence: 'nodes are large' }),
    verify: () => Promise.reject(new Error('asked')),
  };
  expect(await applyWalk(sequence(gate), tools, progress)).toEqual({ healthy: true });
  expect(progress.outcomes['test/g']).toMatchObject({ state: 'in-place', evidence: 'nodes are large' });
});
