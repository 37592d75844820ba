import { expect, test } from 'vitest';
import { changesOf } from '../../../src/adapters/kubernetes/diff.ts';
import type { KubeObject } from '../../../src/kube-api/objects.ts';

const deployment = (spec: Record<string, unknown>, metadata: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', namespace: 'b', resourceVersion: '1', ...metadata },
  spec,
});

test('a new object is told field by field, without what names it', () => {
  const manifest = deployment({ replicas: 2, selector: { app: 'a' } }, { labels: { x: 'y' } });
  expect(changesOf(manifest, undefined, manifest)).toEqual([
    { path: 'metadata.labels.x', to: 'y' },
    { path: 'spec.replicas', to: 2 },
    { path: 'spec.selector.app', to: 'a' },
  ]);
});

test('defaults of the server and fields of others are no change', () => {
  const live = deployment({ replicas: 2, paused: false, strategy: { type: 'RollingUpdate' } });
  const result = deployment({ replicas: 2, paused: false, strategy: { type: 'RollingUpdate' } }, { resourceVersion: '2', generation: 4 });
  expect(changesOf(deployment({ replicas: 2 }), live, result)).toEqual([]);
});

test('a changed field is told with both values', () => {
  const [live, result] = [deployment({ replicas: 1, paused: true }), deployment({ replicas: 3, paused: true })];
  expect(changesOf(deployment({ replicas: 3 }), live, result)).toEqual([{ path: 'spec.replicas', from: 1, to: 3 }]);
});

test('a webhook that writes elsewhere is no change of ours', () => {
  const [live, result] = [deployment({ replicas: 1, seen: '10:00' }), deployment({ replicas: 1, seen: '10:01' })];
  expect(changesOf(deployment({ replicas: 1 }), live, result)).toEqual([]);
});

test('items of a list are compared where it keeps its length, else the whole list is told', () => {
  const images = (...names: string[]) => ({ containers: names.map((image, index) => ({ name: `c${index}`, image, terminationGrace: 30 })) });
  expect(changesOf(deployment({ containers: [{ name: 'c0', image: 'new' }] }), deployment(images('old')), deployment(images('new')))).toEqual([
    { path: 'spec.containers[0].image', from: 'old', to: 'new' },
  ]);
  expect(changesOf(deployment({ args: ['a', 'b'] }), deployment({ args: ['a'] }), deployment({ args: ['a', 'b'] }))).toEqual([
    { path: 'spec.args', from: ['a'], to: ['a', 'b'] },
  ]);
});

test('a field that an earlier manifest had and the apply takes away is told', () => {
  expect(changesOf(deployment({ replicas: 1 }), deployment({ replicas: 1, paused: true }), deployment({ replicas: 1 }))).toEqual([
    { path: 'spec.paused', from: true },
  ]);
});

test('contents of a Secret are named and never shown', () => {
  const secret = (data: Record<string, string>): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'b' }, data });
  const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'b' }, stringData: { password: 'plain-text' } };
  const changed = changesOf(manifest, secret({ password: 'b2xk' }), secret({ password: 'cGxhaW4tdGV4dA==' }));
  expect(changed).toEqual([{ path: 'data.password' }]);
  expect(JSON.stringify([changed, changesOf(manifest, undefined, secret({ password: 'x' }))])).not.toMatch(/plain-text|b2xk|cGxha/);
  expect(changesOf(manifest, secret({ password: 'cGxhaW4tdGV4dA==' }), secret({ password: 'cGxhaW4tdGV4dA==' }))).toEqual([]);
});
