import { expect, test } from 'vitest';
import { TransientError } from '../../../src/domain/problem.ts';
import type { ClusterReader } from '../../../src/ports/cluster.ts';
import type { StepContext } from '../../../src/steps/context.ts';
import { answersOf } from '../../../src/steps/coredns/slice-answers.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { systemClock } from '../../support/system-clock.ts';

test('of a DNS with a pod on each of a thousand nodes a few are asked, side by side', async () => {
  const cluster = memoryCluster('osaka');
  for (let index = 0; index < 1_000; index += 1)
    cluster.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `dns-${String(index).padStart(4, '0')}`, namespace: 'kube-system' },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
  const opened: string[] = [];
  const together = Promise.withResolvers<void>();
  const reader: ClusterReader = {
    ...cluster,
    async forward({ pod }) {
      opened.push(pod);
      if (opened.length === 20) together.resolve();
      // Nobody answers before all are asked: one after the other would never end.
      await together.promise;
      throw new TransientError('silent');
    },
  };
  const context = { clock: systemClock, signal: new AbortController().signal } as StepContext;
  const answers = await answersOf(context, reader);
  expect(opened.toSorted()).toEqual(Array.from({ length: 20 }, (_, index) => `dns-${String(index).padStart(4, '0')}`));
  expect(answers.every(({ answer }) => answer.startsWith('nothing ('))).toBe(true);
});
