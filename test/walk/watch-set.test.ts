import { expect, test } from 'vitest';
import type { Dependency } from '../../src/walk/clients/recording-client.ts';
import { watchSet } from '../../src/walk/watch-set.ts';
import { memoryCluster, type MemoryCluster } from '../support/memory-cluster.ts';
import { eventually } from '../support/eventually.ts';

const object = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' } });
const looking = async (cluster: MemoryCluster, name: string): Promise<Dependency> => {
  const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', fieldSelector: `metadata.name=${name}` };
  return { cluster, query, resourceVersion: (await cluster.list(query)).resourceVersion };
};
const opened = (cluster: MemoryCluster): number => cluster.calls.filter((call) => call.startsWith('watch')).length;

test('a watch is kept from look to look, one that is not needed any more is let go', async () => {
  const tokyo = memoryCluster('tokyo');
  const watches = watchSet(new AbortController().signal);
  watches.follow([await looking(tokyo, 'a'), await looking(tokyo, 'b')]);
  await eventually(() => expect(tokyo.watchers()).toBe(2));
  watches.mark();
  watches.follow([await looking(tokyo, 'a')]);
  await eventually(() => expect(tokyo.watchers()).toBe(1));
  expect(opened(tokyo)).toBe(2);
  watches.close();
  await eventually(() => expect(tokyo.watchers()).toBe(0));
});

test('a change that comes while somebody looks is not lost', async () => {
  const tokyo = memoryCluster('tokyo');
  const watches = watchSet(new AbortController().signal);
  const first = await looking(tokyo, 'a');
  watches.follow([first]);
  await eventually(() => expect(tokyo.watchers()).toBe(1));
  watches.mark();
  tokyo.put(object('a'));
  const seen = watches.next();
  expect(await seen).toBe('changed');
  watches.mark();
  watches.follow([first]);
  const next = watches.next();
  tokyo.put(object('a'));
  expect(await next).toBe('changed');
  watches.close();
});

test('a change between two readings of one thing in one look is not lost', async () => {
  const tokyo = memoryCluster('tokyo');
  const watches = watchSet(new AbortController().signal);
  watches.mark();
  const first = await looking(tokyo, 'a');
  tokyo.put(object('a'));
  const second = await looking(tokyo, 'a');
  watches.follow([first, second]);
  expect(await watches.next()).toBe('changed');
  watches.close();
});

test('where nothing can be watched it says so at once', async () => {
  const tokyo = memoryCluster('tokyo');
  const watches = watchSet(new AbortController().signal);
  watches.follow([]);
  expect(await watches.next()).toBe('unwatched');
  const dependency = await looking(tokyo, 'a');
  tokyo.missingKinds.add('ConfigMap');
  watches.follow([dependency]);
  expect(await watches.next()).toBe('unwatched');
  watches.close();
});
