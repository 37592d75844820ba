import { expect, test } from 'vitest';
import type { KubeList } from '../../../src/kube-api/objects.ts';
import { sharedLists } from '../../../src/walk/clients/shared-lists.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const PODS = { apiVersion: 'v1', kind: 'Pod', namespace: 'test' };
const JOBS = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'test' };

const bench = () => {
  const asked: { readonly kind: string; answer(list: KubeList): void; refuse(error: Error): void }[] = [];
  const client = sharedLists({
    ...memoryCluster('tokyo'),
    list: ({ kind }) =>
      new Promise<KubeList>((resolve, reject) => {
        asked.push({ kind, answer: resolve, refuse: reject });
      }),
  });
  return { asked, client };
};
const version = (resourceVersion: string): KubeList => ({ items: [], resourceVersion });

test('who asks while a list is under way is answered by the next one, which is made once for all of them', async () => {
  const { asked, client } = bench();
  const first = client.list(PODS);
  const others = [client.list(PODS), client.list(PODS), client.list(PODS)];
  expect(asked).toHaveLength(1);
  asked[0]?.answer(version('1'));
  expect(await first).toEqual(version('1'));
  await eventually(() => expect(asked).toHaveLength(2));
  asked[1]?.answer(version('2'));
  expect(await Promise.all(others)).toEqual([version('2'), version('2'), version('2')]);
  expect(asked).toHaveLength(2);
});

test('what is over is not remembered', async () => {
  const { asked, client } = bench();
  const first = client.list(PODS);
  asked[0]?.answer(version('1'));
  await first;
  void client.list(PODS);
  expect(asked).toHaveLength(2);
});

test('other questions do not wait, and a list that failed is asked again for who came after it', async () => {
  const { asked, client } = bench();
  const failed = client.list(PODS);
  const after = client.list(PODS);
  void client.list(JOBS);
  expect(asked.map(({ kind }) => kind)).toEqual(['Pod', 'Job']);
  asked[0]?.refuse(new Error('reset'));
  await expect(failed).rejects.toThrow('reset');
  await eventually(() => expect(asked).toHaveLength(3));
  asked[2]?.answer(version('3'));
  expect(await after).toEqual(version('3'));
});
