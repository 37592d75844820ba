import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { changesOf } from '../../src/adapters/kubernetes/diff.ts';
import { RUN_LIMITS } from '../../src/domain/bounded.ts';
import type { PlannedStep } from '../../src/domain/plan.ts';
import { beyondApproval, differences } from '../../src/domain/plan-differences.ts';
import type { KubeObject } from '../../src/kube-api/objects.ts';
import type { ClusterReader } from '../../src/ports/cluster.ts';
import { valueChanges } from '../../src/steps/helm-values.ts';
import { eventsIn } from '../../src/steps/kube/events.ts';
import { memoryCluster } from '../support/memory-cluster.ts';

/** Of this process's own work, so that a busy machine does not count. */
const MOST_MS = 200;
const measured = <T>(work: () => T): { readonly value: T; readonly tookMs: number } => {
  work();
  const startUs = process.cpuUsage();
  const sinceMs = performance.now();
  const value = work();
  const wallMs = performance.now() - sinceMs;
  const { user, system } = process.cpuUsage(startUs);
  return { value, tookMs: Math.min(wallMs, (user + system) / 1_000) };
};

const wide = (count: number, key: (index: number) => string = String): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [key(index), index]));
const deep = (levels: number, key: string, inner: unknown): Record<string, unknown> =>
  levels === 0 ? { [key]: inner } : { [key]: deep(levels - 1, key, inner) };

/** What the limits of an answer let through: 250 000 parts, 200 levels, 8 MiB. */
const TREES: Readonly<Record<string, Record<string, unknown>>> = {
  '100 000 fields': wide(100_000),
  '60 000 fields below 190 levels': deep(190, 'a', wide(60_000)),
  '60 000 fields below a name of 2 MB': { ['k'.repeat(2_000_000)]: wide(60_000) },
  '190 levels of names of 30 kB': deep(189, 'k'.repeat(30_000), wide(20_000)),
  '20 000 names of 300 characters': wide(20_000, (index) => String(index).padEnd(300, 'k')),
};

test.each(Object.keys(TREES))('values of a Helm release of %s are compared soon, in little memory, and never shown as less than they are', (name) => {
  const { value: changes, tookMs } = measured(() => valueChanges(TREES[name]!, { a: { b: 1 } }));
  expect(tookMs).toBeLessThan(MOST_MS);
  const size = JSON.stringify(changes).length;
  expect(size).toBeGreaterThan(RUN_LIMITS.changesBytes);
  expect(size).toBeLessThan(8_000_000);
  expect(changes).toContainEqual({ path: 'a.b', to: 1 });
});

const object = (spec: unknown): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' }, spec });
const manifest = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' }, spec: { list: [], other: 1 } };

test.each(Object.keys(TREES))('objects that differ in %s are compared soon, in little memory, and never shown as less than they are', (name) => {
  const tree = TREES[name]!;
  const changed = JSON.parse(JSON.stringify(tree).replace(/0(?=\}|,)/g, '1')) as unknown;
  for (const [live, result] of [
    [object({ list: tree, other: 1 }), object({ list: changed, other: 2 })],
    [object({ list: [tree], other: 1 }), object({ list: [changed], other: 2 })],
    [object({ list: [], other: 1, more: tree }), object({ list: [], other: 2 })],
    [object({ list: [], other: 1, ...tree }), object({ list: [], other: 2 })],
  ] as const) {
    const { value: changes, tookMs } = measured(() => changesOf(manifest, live, result));
    expect(tookMs).toBeLessThan(MOST_MS);
    expect(changes.length).toBeGreaterThan(0);
    expect(changes).toContainEqual({ path: 'spec.other', from: 1, to: 2 });
    expect(changes.reduce((sum, { path }) => sum + path.length, 0)).toBeLessThan(8_000_000);
  }
});

test('two plans of ten thousand fields each are compared soon', () => {
  const planOf = (from: number): { readonly steps: readonly PlannedStep[] } => {
    const fields = Array.from({ length: 10_000 }, (_, index) => ({ path: `spec.${String(from + index).padStart(40, '0')}`, to: index }));
    const finding = { kind: 'change', changes: [{ cluster: 'a', action: 'change', object: 'b', fields }] } as const;
    return { steps: [{ id: 's', title: 't', stage: 'u', cluster: 'a', usualMs: 0, finding }] };
  };
  const [approved, now] = [planOf(0), planOf(5_000)];
  const told = measured(() => differences(approved, now));
  expect(told.value).toHaveLength(15_000);
  expect(told.tookMs).toBeLessThan(MOST_MS);
  const beyond = measured(() => beyondApproval(approved, now));
  expect(beyond.value).toHaveLength(10_000);
  expect(beyond.tookMs).toBeLessThan(MOST_MS);
});

test('names of objects’ own fields do not hide what differs', () => {
  for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    expect(valueChanges({}, JSON.parse(`{"${key}":{"x":1},"a.${key}":2}`) as Record<string, unknown>)).toEqual(
      [
        { path: `${key}.x`, to: 1 },
        { path: `a.${key}`, to: 2 },
      ].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    );
  expect(valueChanges({}, { constructor: 1 })).toEqual([{ path: 'constructor', to: 1 }]);
});

test('ten thousand Events with long times of other letters are put in order soon', async () => {
  const time = 'ä'.repeat(1_100);
  const items = Array.from({ length: 10_000 }, (_, index): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `e${index}`, namespace: 'demo' },
    lastTimestamp: `${time}${(index * 7_919) % 10_000}`,
  }));
  const cluster: ClusterReader = { ...memoryCluster('osaka'), list: async () => ({ items, resourceVersion: '1' }) };
  await eventsIn(cluster, 'demo');
  const before = process.cpuUsage();
  const events = await eventsIn(cluster, 'demo');
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(500);
  expect(events).toHaveLength(10_000);
});
