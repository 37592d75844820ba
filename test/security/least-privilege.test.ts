import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startKubernetesApi, type KubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { connectCluster, type ConnectedCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { rightText, type NeededRight } from '../../src/domain/right.ts';
import { rolesFor } from '../../src/domain/roles.ts';
import { plainText } from '../../src/domain/text.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { distributedPostgres, rightsNeeded } from '../../src/procedures/distributed-postgres.ts';
import { stepsOf } from '../../src/domain/procedure.ts';
import type { StepContext } from '../../src/steps/context.ts';
import { clusterReachable } from '../../src/steps/preflight/cluster-reachable.ts';
import { missingRights } from '../../src/steps/preflight/rights.ts';
import { testDatabase, testFleet } from '../support/fleet.ts';
import { applyRoles, kubeconfigWith } from '../support/limited-user.ts';
import { lets } from '../support/asked.ts';

const SUBJECT = { kind: 'ServiceAccount', namespace: 'pgdist', name: 'pgdist' } as const;

describe.each(testFleet.clusters.map(({ name }) => ({ name })))('with the printed roles on $name', ({ name }) => {
  const needed = rightsNeeded(testFleet, [testDatabase], name);
  let api: KubernetesApi;
  let cluster: ConnectedCluster;
  beforeAll(async () => {
    api = await startKubernetesApi({ name });
    cluster = connectCluster({ name, kubeConfig: loadKubeConfig({ text: await kubeconfigWith(api, needed, 'pgdist') }) });
  });
  afterAll(async () => {
    await cluster?.close();
    await api?.close();
  });

  /** Leaves the role of the right's place without it. */
  const withPlaceOf = (right: NeededRight, rights: readonly NeededRight[]): Promise<void> => {
    const objects = rolesFor(rights, SUBJECT).map(({ object }) => object);
    const role = objects.find(({ kind, metadata }) => /Role$/.test(kind) && metadata.namespace === right.namespace);
    const none = rolesFor([right], SUBJECT).map(({ object }) => object);
    const empty = none.find(({ kind, metadata }) => /Role$/.test(kind) && metadata.namespace === right.namespace)!;
    return applyRoles(api, [role ?? { ...empty, rules: [] }]);
  };
  const askedAbout = ({ verb, group, resource, subresource, namespace, name: object }: NeededRight) => ({
    user: '',
    allowed: true,
    verb,
    group,
    resource,
    subresource,
    namespace,
    name: object,
  });

  test('preflight finds all rights granted, and asks for each of them once', async () => {
    const before = api.requests.length;
    expect(await missingRights(cluster, needed)).toEqual({ rights: [], withoutInstallers: false });
    const asked = api.requests.slice(before).filter((request) => request.includes('selfsubjectaccessreviews'));
    expect(asked).toHaveLength(needed.length + 1);
  });

  test('a missing right is named together with the steps that need it', async () => {
    const wrong: string[] = [];
    for (const right of needed) {
      // A wider one for installers would let it through all the same.
      const removed = needed.filter((one) => one === right || lets(one, askedAbout(right)));
      await withPlaceOf(
        right,
        needed.filter((one) => !removed.includes(one)),
      );
      for (const one of removed)
        if (one.namespace !== right.namespace)
          await withPlaceOf(
            one,
            needed.filter((kept) => !removed.includes(kept)),
          );
      const alike = needed.filter(({ group, resource }) => group === right.group && resource === right.resource);
      // Asked together with one of an installer that is granted: all of them missing would be taken for intended.
      const granted = needed.find((one) => one.installer === true && !removed.includes(one) && !alike.includes(one))!;
      const { rights } = await missingRights(cluster, [...alike, granted]);
      const told = rights.map((one) => `${rightText(one)} ${one.neededBy.join(', ')}`);
      if (!told.includes(`${rightText(right)} ${right.neededBy.join(', ')}`)) wrong.push(`${rightText(right)}: told ${told.join('; ') || 'nothing'}`);
      for (const one of removed) await withPlaceOf(one, needed);
    }
    expect(wrong).toEqual([]);
  });

  test('the verdict is PGD-002 and tells how to get the roles', async () => {
    const [right] = needed.filter(({ verb, resource }) => verb === 'list' && resource === 'nodes');
    await withPlaceOf(
      right!,
      needed.filter((one) => one !== right),
    );
    const step = clusterReachable(
      testFleet,
      testFleet.clusters.find((one) => one.name === name)!,
      needed,
    );
    const finding = await step.check({ cluster: () => cluster } as unknown as StepContext);
    expect(finding).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-002' }] });
    const [problem] = finding.kind === 'blocked' ? finding.problems : [];
    expect(problem?.evidence).toEqual([expect.stringMatching(/^not allowed: list nodes, needed to .*preflight\/nodes-large-enough@/)]);
    expect(plainText(problem!.remedy)).toContain(`npm run rbac -- --cluster ${name}`);
    await withPlaceOf(right!, needed);
  });

  test('without any right of installers the plan goes on with a warning; with some of them it does not', async () => {
    const kept = needed.filter(({ installer }) => installer === undefined);
    const step = clusterReachable(
      testFleet,
      testFleet.clusters.find((one) => one.name === name)!,
      needed,
    );
    const check = () => step.check({ cluster: () => limited } as unknown as StepContext);
    const limited = connectCluster({ name, kubeConfig: loadKubeConfig({ text: await kubeconfigWith(api, kept, 'by-hand') }) });
    expect(await check()).toMatchObject({ kind: 'in-place', warnings: [expect.stringContaining('installed by hand')] });
    const [one] = needed.filter(({ installer, namespace }) => installer === true && namespace === undefined);
    await kubeconfigWith(api, [...kept, one!], 'by-hand');
    expect(await check()).toMatchObject({ kind: 'blocked' });
    await limited.close();
  });
});

test('every step declares rights on clusters of the fleet, each with a reason', () => {
  const steps = stepsOf(distributedPostgres(testFleet, testDatabase));
  const clusters = testFleet.clusters.map(({ name }) => name);
  for (const { id, rights } of steps)
    for (const right of rights)
      expect({ id, known: clusters.includes(right.cluster), why: right.why !== '' }).toEqual({ id, known: true, why: true });
  const silent = steps.filter(({ rights }) => rights.length === 0).map(({ id }) => id.split('@')[0]);
  expect([...new Set(silent)]).toEqual(['preflight/cluster-reachable', 'preflight/tools-present', 'preflight/names-fit']);
});
