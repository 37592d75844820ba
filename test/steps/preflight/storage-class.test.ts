import { expect, test } from 'vitest';
import type { StepContext } from '../../../src/steps/context.ts';
import { storageClass } from '../../../src/steps/preflight/storage-class.ts';
import { testFleet } from '../../support/fleet.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const tokyo = testFleet.clusters[0]!;
const MARK = 'storageclass.kubernetes.io/is-default-class';
const BETA = 'storageclass.beta.kubernetes.io/is-default-class';

interface ClassForm {
  readonly annotations?: Record<string, unknown>;
  readonly at?: unknown;
  readonly leaving?: true;
}

const checkWith = (classes: Readonly<Record<string, ClassForm>>, wanted?: string) => {
  const cluster = memoryCluster('tokyo');
  for (const [name, { annotations, at, leaving }] of Object.entries(classes))
    cluster.put({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name,
        ...(annotations === undefined ? {} : { annotations: annotations as Record<string, string> }),
        ...(at === undefined ? {} : { creationTimestamp: at as string }),
        ...(leaving === undefined ? {} : { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] }),
      },
    });
  const step = storageClass(testFleet, { ...tokyo, ...(wanted === undefined ? {} : { storageClass: wanted }) });
  return step.check({ cluster: () => cluster } as unknown as StepContext);
};

const OLD = '2024-01-01T00:00:00Z';
const NEW = '2026-01-01T00:00:00Z';
test.each<[string, Readonly<Record<string, ClassForm>>, string]>([
  ['the annotation of today', { a: {}, b: { annotations: { [MARK]: 'true' } } }, 'b'],
  ['the annotation of before', { a: {}, b: { annotations: { [BETA]: 'true' } } }, 'b'],
  ['both annotations', { a: {}, b: { annotations: { [MARK]: 'true', [BETA]: 'true' } } }, 'b'],
  ['the annotation of before beside one that says no', { a: {}, b: { annotations: { [MARK]: 'false', [BETA]: 'true' } } }, 'b'],
  ['the newest of several', { a: { annotations: { [MARK]: 'true' }, at: OLD }, b: { annotations: { [MARK]: 'true' }, at: NEW } }, 'b'],
  ['the newest, of whichever annotation', { a: { annotations: { [BETA]: 'true' }, at: NEW }, b: { annotations: { [MARK]: 'true' }, at: OLD } }, 'a'],
  ['the first by name of one second', { b: { annotations: { [MARK]: 'true' }, at: NEW }, a: { annotations: { [MARK]: 'true' }, at: NEW } }, 'a'],
  [
    'one that tells no age comes after one that does',
    { a: { annotations: { [MARK]: 'true' } }, b: { annotations: { [MARK]: 'true' }, at: OLD } },
    'b',
  ],
  [
    'one that is being deleted is none',
    { a: { annotations: { [MARK]: 'true' }, at: NEW, leaving: true }, b: { annotations: { [MARK]: 'true' }, at: OLD } },
    'b',
  ],
])('the default class is told by %s', async (_, classes, expected) => {
  const finding = await checkWith(classes);
  expect(finding).toMatchObject({ kind: 'in-place', evidence: `StorageClass ${expected}, the default` });
});

test.each<[string, Readonly<Record<string, ClassForm>>]>([
  ['no class at all', {}],
  ['no annotation', { a: {} }],
  ['an annotation that says no', { a: { annotations: { [MARK]: 'false' } } }],
  ['an annotation that says something else', { a: { annotations: { [MARK]: 'True', [BETA]: 'yes' } } }],
  ['an annotation that is no text', { a: { annotations: { [MARK]: true } } }],
  ['an annotation of somebody else', { a: { annotations: { 'storageclass.kubevirt.io/is-default-virt-class': 'true' } } }],
  ['a default that is being deleted', { a: { annotations: { [MARK]: 'true' }, leaving: true } }],
])('with %s there is no default class', async (_, classes) => {
  expect(await checkWith(classes)).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-012' }] });
});

test('several defaults are told with the one that Kubernetes takes', async () => {
  const finding = await checkWith({ a: { annotations: { [MARK]: 'true' }, at: OLD }, b: { annotations: { [BETA]: 'true' }, at: NEW } });
  expect(finding).toMatchObject({ warnings: ['tokyo has 2 default storage classes (b, a); Kubernetes takes the newest'] });
});

test('a class that is named and being deleted is not in place', async () => {
  expect(await checkWith({ fast: { leaving: true } }, 'fast')).toMatchObject({
    kind: 'blocked',
    problems: [{ evidence: ['it has fast (being deleted)'] }],
  });
});
