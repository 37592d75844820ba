import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ProblemError } from '../../../src/domain/problem.ts';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import { isTrue } from '../../../src/steps/kube/conditions.ts';
import { argumentsOf, deploymentSchema, isRolledOut, rolloutText } from '../../../src/steps/kube/deployments.ts';
import { eventSchema } from '../../../src/steps/kube/events.ts';
import { nodeSchema, whyUnusable } from '../../../src/steps/kube/nodes.ts';
import {
  claimSchema,
  configMapSchema,
  definitionSchema,
  jobSchema,
  metadataSchema,
  secretKeysSchema,
  serviceSchema,
} from '../../../src/steps/kube/objects.ts';
import { podState, troublesOf } from '../../../src/steps/kube/pod-trouble.ts';
import { allContainersReady, isReady, isScheduled, podSchema } from '../../../src/steps/kube/pods.ts';
import { readAs } from '../../../src/steps/kube/read-as.ts';
import { daemonSetSchema } from '../../../src/steps/coredns/node-cache.ts';
import { placedIndices } from '../../../src/steps/kubedb/placement-policy-manifest.ts';
import { addOnSchema, clusterSchema, renderedName, sliceConfigSchema, sliceGatewaySchema } from '../../../src/steps/kubeslice/objects.ts';
import { agentRequests } from '../../../src/steps/ocm/certificate-requests.ts';
import {
  clusterManagerSchema,
  klusterletSchema,
  managedClusterSchema,
  manifestWorkReplicaSetSchema,
  manifestWorkSchema,
} from '../../../src/steps/ocm/objects.ts';
import { postgresSchema, storageOf } from '../../../src/steps/postgres/postgres-manifest.ts';
import { leaseSchema } from '../../../src/steps/preflight/fleet-claimed.ts';
import { storageClassSchema } from '../../../src/steps/preflight/storage-class.ts';
import { fromTheFuture, mutationsOf } from './mutations.ts';
import { SAMPLES } from './samples.ts';

interface Reader {
  readonly kind: keyof typeof SAMPLES;
  readonly schema: string;
  read(object: KubeObject): unknown;
  /** What is judged of the reading: true for the sample, false for one without a status. */
  readonly isWell?: (object: KubeObject) => boolean;
  /** Start of the paths that a write rests on: what cannot be read there is refused, never guessed. */
  readonly strict?: readonly string[];
}

const CLUSTER = 'tokyo';
const reader = <T>(
  kind: Reader['kind'],
  name: string,
  schema: z.ZodType<T>,
  { judge, isWell, strict = [] }: { judge?: (value: T) => unknown; isWell?: (value: T) => boolean; strict?: readonly string[] } = {},
): Reader => {
  const read = (object: KubeObject): T => readAs(schema, object, CLUSTER);
  return {
    kind,
    schema: name,
    strict,
    read: (object) => {
      const value = read(object);
      judge?.(value);
      isWell?.(value);
      return value;
    },
    ...(isWell === undefined ? {} : { isWell: (object) => isWell(read(object)) }),
  };
};

const READERS: readonly Reader[] = [
  reader('node', 'nodeSchema', nodeSchema, { isWell: (node) => whyUnusable(node) === undefined }),
  reader('pod', 'podSchema', podSchema, {
    judge: (pod) => [podState(pod), troublesOf(pod)],
    isWell: (pod) => allContainersReady(pod) && isReady(pod) && isScheduled(pod),
  }),
  reader('deployment', 'deploymentSchema', deploymentSchema, {
    judge: (deployment) => [rolloutText(deployment), argumentsOf(deployment), renderedName(deployment)],
    isWell: isRolledOut,
  }),
  reader('event', 'eventSchema', eventSchema),
  reader('daemonSet', 'daemonSetSchema', daemonSetSchema),
  reader('job', 'jobSchema', jobSchema, { isWell: ({ status }) => status.succeeded > 0 }),
  reader('service', 'serviceSchema', serviceSchema),
  reader('configMap', 'configMapSchema', configMapSchema),
  reader('secret', 'secretKeysSchema', secretKeysSchema),
  reader('claim', 'claimSchema', claimSchema, { isWell: ({ status }) => status.phase === 'Bound' }),
  reader('definition', 'definitionSchema', definitionSchema, { isWell: (definition) => isTrue(definition, 'Established') }),
  reader('namespace', 'metadataSchema', metadataSchema),
  reader('storageClass', 'storageClassSchema', storageClassSchema),
  reader('lease', 'leaseSchema', leaseSchema, { strict: ['spec'] }),
  {
    kind: 'certificateRequest',
    schema: 'agentRequests',
    read: (object) => agentRequests([object], CLUSTER).map((request) => ({ ...request, object: undefined })),
  },
  reader('klusterlet', 'klusterletSchema', klusterletSchema, {
    strict: ['metadata.resourceVersion', 'spec'],
    isWell: ({ status }) => status.conditions.some(({ type, status: met }) => type === 'HubConnectionDegraded' && met === 'False'),
  }),
  reader('clusterManager', 'clusterManagerSchema', clusterManagerSchema, {
    strict: ['metadata.resourceVersion', 'spec'],
    isWell: (manager) => isTrue(manager, 'Applied') && manager.status.observedGeneration >= manager.metadata.generation,
  }),
  reader('managedCluster', 'managedClusterSchema', managedClusterSchema, { isWell: (managed) => isTrue(managed, 'ManagedClusterJoined') }),
  reader('manifestWork', 'manifestWorkSchema', manifestWorkSchema, { isWell: (work) => isTrue(work, 'Applied') }),
  reader('manifestWorkReplicaSet', 'manifestWorkReplicaSetSchema', manifestWorkReplicaSetSchema, {
    isWell: (set) => isTrue(set, 'ManifestworkApplied'),
  }),
  reader('kubesliceCluster', 'clusterSchema', clusterSchema, { isWell: ({ status }) => status.clusterHealth?.clusterHealthStatus === 'Normal' }),
  reader('addOn', 'addOnSchema', addOnSchema, { isWell: ({ status }) => status.configReferences.length > 0 }),
  reader('sliceGateway', 'sliceGatewaySchema', sliceGatewaySchema, {
    isWell: ({ status }) => status.gatewayPodStatus.some(({ tunnelStatus }) => tunnelStatus.TunnelState === 'UP'),
  }),
  reader('sliceConfig', 'sliceConfigSchema', sliceConfigSchema, { strict: ['metadata.resourceVersion', 'spec'] }),
  reader('postgres', 'postgresSchema', postgresSchema, { judge: storageOf, strict: ['spec'], isWell: (seen) => isTrue(seen, 'ProvisioningStarted') }),
  { kind: 'placementPolicy', schema: 'placedIndices', read: (object) => placedIndices(object, CLUSTER), strict: ['spec'] },
];

const outcomeOf = (read: () => unknown): unknown => {
  try {
    read();
    return 'read';
  } catch (error) {
    return error;
  }
};

describe.each(READERS)('what is read of a $kind', ({ kind, read, strict = [] }) => {
  const sample: KubeObject = SAMPLES[kind];

  test('never fails for what it holds, but with a problem that names a field which a write rests on', () => {
    for (const { title, path, object } of mutationsOf(sample)) {
      const outcome = outcomeOf(() => read(object));
      if (outcome === 'read') continue;
      expect(outcome, title).toBeInstanceOf(ProblemError);
      expect(
        strict.some((start) => path === start || path.startsWith(`${start}.`)),
        `${title} stops pgdist`,
      ).toBe(true);
      const [problem] = (outcome as ProblemError).problems;
      expect(problem, title).toMatchObject({ code: 'PGD-085', what: expect.stringContaining(CLUSTER) });
      expect(problem?.evidence.join('\n'), title).toContain(strict.find((start) => path.startsWith(start)));
    }
  });

  test('is the same when a later version writes fields that nobody knows', () => {
    expect(read(fromTheFuture(sample))).toMatchObject(read(sample) as object);
  });
});

const judged = READERS.flatMap(({ kind, isWell }) => (isWell === undefined ? [] : [{ kind, isWell }]));

test.each(judged)('a $kind is well as the product writes it, and not known to be well while its status is not told', ({ kind, isWell }) => {
  expect(isWell(SAMPLES[kind])).toBe(true);
  const told = mutationsOf(SAMPLES[kind]).filter(({ path }) => path === 'status');
  expect(told.map(({ title, object }) => [title, isWell(object)])).toEqual(told.map(({ title }) => [title, false]));
});

test('a field that a write rests on is refused when it cannot be read', () => {
  const refused = READERS.flatMap(({ kind, read, strict = [] }) =>
    strict.length === 0 ? [] : [[kind, mutationsOf(SAMPLES[kind]).some(({ object }) => outcomeOf(() => read(object)) !== 'read')]],
  );
  expect(refused.filter(([, stops]) => stops !== true)).toEqual([]);
  expect(refused.length).toBeGreaterThan(4);
});

const steps = join(import.meta.dirname, '../../../src/steps');
const sources = readdirSync(steps, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(steps, file), 'utf8') }));

test('objects of clusters are parsed in one place, which knows what to say of those that cannot be read', () => {
  const guilty = sources
    // An answer of SQL is no object; its reader has a test of its own.
    .filter(({ file }) => !['kube/lenient.ts', 'kube/read-as.ts', 'ocm/objects.ts', 'postgres/server-report.ts'].includes(file))
    .filter(({ text }) => /(?<!JSON|Date|\bURL)\.parse\(/.test(text))
    .map(({ file }) => file);
  expect(guilty).toEqual([]);
});

test('every reader that several steps share is in the table above', () => {
  const shared = sources
    .flatMap(({ text }) => [...text.matchAll(/^export const (\w+Schema) =/gm)].map(([, name]) => name))
    .filter((name) => name !== undefined);
  expect(shared.toSorted()).toEqual(
    READERS.map(({ schema }) => schema)
      .filter((name) => name.endsWith('Schema'))
      .toSorted(),
  );
});
