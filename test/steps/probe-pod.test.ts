import { afterEach, beforeEach, expect, test } from 'vitest';
import { startKubernetesApi } from '../../playground/kubernetes-api/index.ts';
import type { KubernetesApi } from '../../playground/kubernetes-api/contract.ts';
import { PROBE_NAMESPACE, runProbePod } from '../../src/steps/probe-pod.ts';
import { testFleet } from '../support/fleet.ts';
import { stepBench, type StepBench } from '../support/step-bench.ts';
import { patienceMs } from '../support/eventually.ts';

let api: KubernetesApi;
let bench: StepBench;
beforeEach(async () => {
  api = await startKubernetesApi({ name: 'tokyo' });
  bench = stepBench(testFleet, [api]);
});
afterEach(async () => {
  await bench.close();
  await api.close();
});

const pods = async () => (await bench.context.cluster('tokyo').list({ apiVersion: 'v1', kind: 'Pod', namespace: PROBE_NAMESPACE })).items;

test('a probe that is cancelled while it waits leaves no pod behind', async () => {
  const cancel = new AbortController();
  const context = { ...bench.context, signal: cancel.signal };
  // No node runs it, so that it stays pending.
  const probe = runProbePod(context, { cluster: 'tokyo', name: 'pgdist-probe', image: 'busybox', command: ['true'], timeoutMs: 60_000 });
  const watch = bench.context
    .cluster('tokyo')
    .watch({ apiVersion: 'v1', kind: 'Pod', namespace: PROBE_NAMESPACE }, { resourceVersion: '0', signal: AbortSignal.timeout(patienceMs()) });
  for await (const { type } of watch) if (type === 'ADDED') break;
  expect(await pods()).toHaveLength(1);
  cancel.abort(new Error('cancelled by a person'));
  await expect(probe).rejects.toThrow('cancelled by a person');
  expect(await pods()).toHaveLength(0);
});
