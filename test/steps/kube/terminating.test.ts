import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LeavingError } from '../../../src/domain/problem.ts';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import type { StepContext } from '../../../src/steps/context.ts';
import { metadataSchema } from '../../../src/steps/kube/objects.ts';
import { present, readEvenLeaving, readObject } from '../../../src/steps/kube/read.ts';
import { manifestStep } from '../../../src/steps/manifest-step.ts';
import { healthy } from '../../../src/domain/finding.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { SAMPLES } from './samples.ts';

const SINCE = '2026-01-01T00:00:00Z';
const leaving = (object: KubeObject, metadata: Record<string, unknown>): KubeObject => ({ ...object, metadata: { ...object.metadata, ...metadata } });
const refOf = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject) => ({
  apiVersion,
  kind,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});
const holding = (object: KubeObject) => {
  const cluster = memoryCluster('tokyo');
  cluster.put(object);
  return cluster;
};

describe.each(Object.entries<KubeObject>(SAMPLES))('a %s that is being deleted', (_, sample) => {
  const object = leaving(sample, { deletionTimestamp: SINCE, finalizers: ['corp.example/holds', 'kubernetes'] });

  test('is not there for a step, and the finalizers that hold it are named', async () => {
    for (const read of [() => present(holding(object), refOf(object)), () => readObject(holding(object), refOf(object), metadataSchema)]) {
      await expect(read()).rejects.toThrow(LeavingError);
      await expect(read()).rejects.toMatchObject({
        problems: [
          {
            code: 'PGD-088',
            what: expect.stringContaining(`${sample.kind} there/one of tokyo is being deleted`),
            evidence: [expect.stringContaining(SINCE), 'held by finalizer corp.example/holds', 'held by finalizer kubernetes'],
          },
        ],
      });
    }
  });

  test('can still be told of', async () => {
    expect(await readEvenLeaving(holding(object), refOf(object), metadataSchema)).toMatchObject({ metadata: { deletionTimestamp: SINCE } });
  });

  test('is not as wanted, whatever its fields say', async () => {
    const cluster = { ...holding(object), diff: async () => ({ exists: true, changes: [], leaving: object }) };
    const step = manifestStep({
      id: 'a',
      title: 'a',
      stage: 'a',
      cluster: 'tokyo',
      rights: [],
      verifyTimeoutMs: 0,
      manifest: () => sample,
      verify: async () => healthy(''),
    });
    await expect(step.check({ cluster: () => cluster } as unknown as StepContext)).rejects.toThrow(LeavingError);
  });
});

test.each<[string, Record<string, unknown>, boolean]>([
  ['without a time', {}, false],
  ['with a time that is null', { deletionTimestamp: null }, false],
  ['with a time that is empty', { deletionTimestamp: '' }, true],
  ['with a time that is a number', { deletionTimestamp: 1_767_225_600 }, true],
  ['with a time that is an object', { deletionTimestamp: { seconds: 1 } }, true],
  ['with a time and no finalizers', { deletionTimestamp: SINCE }, true],
  ['with a time and finalizers that are no list', { deletionTimestamp: SINCE, finalizers: 'a/b' }, true],
  ['with finalizers alone', { finalizers: ['a/b'] }, false],
])('an object %s is read for what it is', async (_, metadata, isLeaving) => {
  const object = leaving(SAMPLES.namespace, metadata);
  const outcome: unknown = await present(holding(object), refOf(object)).catch((error: unknown) => error);
  expect(outcome instanceof LeavingError).toBe(isLeaving);
});

test('what holds a namespace stands in its conditions', async () => {
  const object: KubeObject = {
    ...leaving(SAMPLES.namespace, { deletionTimestamp: SINCE }),
    status: {
      conditions: [
        {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message:
            'Some content in the namespace has finalizers remaining: cluster.open-cluster-management.io/manifest-work-cleanup in 1 resource instances',
        },
        { type: 'NamespaceContentRemaining', status: 'False' },
      ],
    },
  };
  await expect(present(holding(object), refOf(object))).rejects.toMatchObject({
    problems: [{ evidence: [expect.any(String), expect.stringContaining('manifest-work-cleanup in 1 resource instances')] }],
  });
});

test('single objects are read through one door, which knows of deletions; those who read past it do not rest on the object', () => {
  const steps = join(import.meta.dirname, '../../../src/steps');
  const past = readdirSync(steps, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && /\.read\(/.test(readFileSync(join(steps, file), 'utf8')))
    .toSorted();
  expect(past).toEqual([
    'kube/read.ts',
    // Looks for deletions themselves.
    'kube/terminating.ts',
    // The UID of kube-system, by which a cluster is known.
    'kubedb/licence-valid.ts',
    // When a certificate ends.
    'ocm/agent-certificate.ts',
    'ocm/join-token.ts',
    // Whether a namespace is there at all.
    'preflight/cluster-reachable.ts',
    'preflight/clusters-distinct.ts',
    'preflight/fleet-claimed.ts',
  ]);
});
