import { expect, test } from 'vitest';
import { healthyAt } from '../../../bench/critical-path/healthy-at.ts';
import type { RecordedChange } from '../../../bench/recorder.ts';
import { healthy, type Verdict } from '../../../src/domain/finding.ts';
import type { Step, StepContext } from '../../../src/steps/context.ts';
import { testFleet } from '../../support/fleet.ts';
import { told } from '../../../src/domain/text.ts';

const waiting: Verdict = {
  healthy: false,
  waitingFor: 'more',
  problem: { code: 'PGD-043', what: told`not yet`, evidence: [], remedy: told`wait` },
};
const stepOf = (verify: (context: StepContext) => Promise<Verdict>): Step => ({
  id: 'test/step',
  title: 'as wanted',
  stage: 'Test',
  cluster: 'tokyo',
  verifyTimeoutMs: 1,
  rights: [],
  check: () => Promise.reject(new Error('not part of this test')),
  apply: () => Promise.reject(new Error('not part of this test')),
  verify,
});

const change = (
  atMs: number,
  kind: string,
  name: string,
  status: Record<string, unknown>,
  type: RecordedChange['type'] = 'MODIFIED',
): RecordedChange => ({
  cluster: 'tokyo',
  atMs,
  type,
  object: { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, metadata: { name, namespace: 'demo' }, status },
});
const available = stepOf(async (context) => {
  const found = await context.cluster('tokyo').read({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'web' });
  return (found?.['status'] as { replicas?: number } | undefined)?.replicas === 2 ? healthy('there') : waiting;
});
const among = { fleet: testFleet, fromMs: 100, untilMs: 900 };

test('the moment is that of the change which made the verdict healthy, not of one that came later', async () => {
  const changes = [
    change(0, 'Deployment', 'web', { replicas: 0 }, 'ADDED'),
    change(200, 'Deployment', 'web', { replicas: 1 }),
    change(300, 'ConfigMap', 'other', {}),
    change(400, 'Deployment', 'web', { replicas: 2 }),
    change(500, 'Deployment', 'web', { replicas: 2, note: 'again' }),
  ];
  expect(await healthyAt(available, { ...among, changes })).toBe(400);
});

test('what was so before the last write was not waited for', async () => {
  expect(await healthyAt(available, { ...among, changes: [change(50, 'Deployment', 'web', { replicas: 2 }, 'ADDED')] })).toBe(100);
});

test('what became healthy after the step had ended, or never, is no wait', async () => {
  const late = [change(0, 'Deployment', 'web', { replicas: 0 }, 'ADDED'), change(950, 'Deployment', 'web', { replicas: 2 })];
  expect(await healthyAt(available, { ...among, changes: late })).toBeUndefined();
});

test('a program in a pod counts as having answered once every pod that was asked is ready', async () => {
  const asks = stepOf(async (context) => {
    await Promise.all(['a', 'b'].map((pod) => context.cluster('tokyo').exec({ namespace: 'demo', pod }, ['psql'])));
    return healthy('never reached: the answer is not recorded');
  });
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  const changes = [
    change(0, 'Pod', 'a', {}, 'ADDED'),
    change(150, 'Pod', 'a', ready),
    change(250, 'Pod', 'b', {}, 'ADDED'),
    change(350, 'Pod', 'b', ready),
  ];
  expect(await healthyAt(asks, { ...among, changes })).toBe(350);
});
