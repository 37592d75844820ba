import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectCluster, type ConnectedCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { healthy } from '../../src/domain/finding.ts';
import { TransientError } from '../../src/domain/problem.ts';
import { startKubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { WebhookSilentError } from '../../src/ports/cluster-errors.ts';
import type { Helm, HelmUpgrade } from '../../src/ports/cli.ts';
import type { ApplyContext } from '../../src/steps/context.ts';
import { readHelmRecord } from '../../src/steps/helm-record.ts';
import { helmStep } from '../../src/steps/helm-release.ts';
import { helmSecret } from '../support/helm-record.ts';

const NAMESPACE = 'default';
const SECRET = 'a licence that nobody may see';
const step = helmStep({
  id: 'test/release',
  title: 'release',
  stage: 'Test',
  cluster: 'tokyo',
  verifyTimeoutMs: 1000,
  rights: [],
  chartRights: [],
  release: 'thing',
  namespace: NAMESPACE,
  chart: './thing',
  version: 'v1.2.3',
  values: () => ({ mode: 'fast', ocm: { enabled: true } }),
  secretValues: () => ({ 'global.license': SECRET }),
  required: ['ocm.enabled'],
  problemCode: 'PGD-030',
  verify: async () => healthy('it runs'),
});
const wanted = { mode: 'fast', ocm: { enabled: true }, global: { license: SECRET } };
const release = { name: 'thing', namespace: NAMESPACE, revision: 1, status: 'deployed', version: 'v1.2.3', config: wanted, ours: true } as const;

let api: Awaited<ReturnType<typeof startKubernetesApi>>;
let cluster: ConnectedCluster;
let calls: string[];
beforeEach(async () => {
  api = await startKubernetesApi({ name: 'tokyo' });
  cluster = connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text: api.kubeconfig }) });
  calls = [];
});
afterEach(async () => {
  await cluster.close();
  await api.close();
});

/** Helm as its contract has it, over the record alone: what the real one does with a chart is its adapter's test. */
const helm = (outcome: { exitCode: number; lastLines: readonly string[] } = { exitCode: 0, lastLines: [] }): Helm => {
  const revisions = async (): Promise<number> => (await readHelmRecord(cluster, 'thing', NAMESPACE))?.revision ?? 0;
  const write = async (call: string, config: Readonly<Record<string, unknown>>, version: string, ours: boolean) => {
    calls.push(call);
    if (outcome.exitCode === 0) await cluster.create(helmSecret({ ...release, revision: (await revisions()) + 1, config, version, ours }));
    return { ...outcome, timedOut: false };
  };
  return {
    upgrade: ({ values, secretValues = {}, labels = {}, version }: HelmUpgrade) =>
      write(
        'upgrade',
        { ...values, global: { license: secretValues['global.license'] } },
        version,
        labels['app.kubernetes.io/managed-by'] === 'pgdist',
      ),
    rollback: () => write('rollback', {}, 'v1.0.0', true),
    async uninstall() {
      calls.push('uninstall');
      for (const { metadata } of (await cluster.list({ apiVersion: 'v1', kind: 'Secret', namespace: NAMESPACE, labelSelector: 'owner=helm' })).items)
        await cluster.delete({ apiVersion: 'v1', kind: 'Secret', namespace: NAMESPACE, name: metadata.name });
      return { exitCode: 0, lastLines: [], timedOut: false };
    },
    version: async () => 'v4.1.4',
  };
};
const contextWith = (tool = helm()): ApplyContext =>
  ({ signal: new AbortController().signal, cluster: () => cluster, helm: tool, progress: () => undefined }) as unknown as ApplyContext;
const store = (changes: Partial<Parameters<typeof helmSecret>[0]>) => cluster.create(helmSecret({ ...release, ...changes }));

test('without a release it is installed, and the plan shows every value but the secret one', async () => {
  const finding = await step.check(contextWith());
  expect(finding).toEqual({
    kind: 'change',
    changes: [
      {
        cluster: 'tokyo',
        action: 'install',
        object: 'Helm release thing v1.2.3',
        command: expect.stringMatching(/^helm upgrade --install .*--values <values> --values <secret values> .* -- thing /),
        fields: [{ path: 'global.license' }, { path: 'mode', to: 'fast' }, { path: 'ocm.enabled', to: true }],
      },
    ],
  });
  await step.apply(contextWith());
  expect(await step.check(contextWith())).toMatchObject({ kind: 'in-place' });
  await step.apply(contextWith());
  expect(calls).toEqual(['upgrade']);
});

test('the newest revision counts, and a secret value that changed is told by its path alone', async () => {
  await store({ revision: 9, config: { ...wanted, global: { license: 'an older licence' } } });
  await store({ revision: 10, config: { mode: 'slow', ocm: { enabled: true }, global: { license: 'another licence' }, left: 1 } });
  const finding = await step.check(contextWith());
  expect(finding).toMatchObject({
    changes: [{ action: 'change', fields: [{ path: 'global.license' }, { path: 'left' }, { path: 'mode', from: 'slow', to: 'fast' }] }],
  });
  expect(JSON.stringify(finding)).not.toMatch(/licen[cs]e that|another licence/);
});

describe('a release of ours that was interrupted', () => {
  test.each([
    ['pending-install', 1, ['uninstall', 'upgrade']],
    ['pending-upgrade', 3, ['rollback', 'upgrade']],
    ['pending-rollback', 3, ['rollback', 'upgrade']],
    ['uninstalling', 2, ['uninstall', 'upgrade']],
    ['failed', 1, ['upgrade']],
  ] as const)('%s at revision %i is repaired first', async (status, revision, done) => {
    await store({ status, revision });
    expect(await step.check(contextWith())).toMatchObject({ kind: 'change' });
    await step.apply(contextWith());
    expect(calls).toEqual(done);
    expect(await step.verify(contextWith())).toMatchObject({ healthy: true });
  });

  test.each([
    ['pending-install', 1, 'uninstall'],
    ['pending-upgrade', 3, 'rollback'],
  ] as const)(
    '%s that its repair leaves pending is not upgraded over: it is read before anything else is done with it',
    async (status, revision, command) => {
      await store({ status, revision });
      const stuck = async () => {
        calls.push(command);
        return { exitCode: 1, lastLines: [], timedOut: false };
      };
      const applying = step.apply(contextWith({ ...helm(), [command]: stuck }));
      await expect(applying).rejects.toThrow(TransientError);
      await expect(applying).rejects.toThrow(`Helm release thing on tokyo is still ${status}: helm ${command} reported a failure`);
      expect(calls).toEqual([command]);
    },
  );

  test('by somebody who killed helm is tried again, and the next attempt reads what that one left', async () => {
    const killed = async () => {
      await store({ status: 'pending-install', revision: 1 });
      return { exitCode: undefined, lastLines: [], timedOut: false };
    };
    await expect(step.apply(contextWith({ ...helm(), upgrade: killed }))).rejects.toThrow(TransientError);
    await step.apply(contextWith());
    expect(calls).toEqual(['uninstall', 'upgrade']);
  });

  test('pending-install past revision 1 is left to a person', async () => {
    await store({ status: 'pending-install', revision: 2 });
    expect(await step.check(contextWith())).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-048' }] });
    await expect(step.apply(contextWith())).rejects.toMatchObject({ problems: [{ code: 'PGD-048' }] });
    expect(calls).toEqual([]);
  });
});

describe('a release of others', () => {
  test('at another version is shown and never changed', async () => {
    await store({ ours: false, version: 'v2.0.0', config: { ...wanted, mode: 'slow' } });
    const finding = await step.check(contextWith());
    expect(finding).toMatchObject({
      kind: 'in-place',
      warnings: [expect.stringContaining('installed by others'), 'it has version v2.0.0, configured is v1.2.3', 'its values differ in mode'],
    });
    await step.apply(contextWith());
    expect(calls).toEqual([]);
    expect(await step.verify(contextWith())).toMatchObject({ healthy: true });
  });

  test('that lacks what is needed blocks the plan', async () => {
    await store({ ours: false, config: { mode: 'fast' } });
    expect(await step.check(contextWith())).toMatchObject({
      kind: 'blocked',
      problems: [{ code: 'PGD-048', evidence: ['ocm.enabled is not set, needed is true'] }],
    });
  });

  test.each(['pending-install', 'pending-upgrade', 'failed'] as const)('that is %s is left to its owner', async (status) => {
    await store({ ours: false, status });
    expect(await step.check(contextWith())).toMatchObject({ kind: 'blocked', problems: [{ code: 'PGD-048' }] });
  });
});

test('helm that fails is told by what the record and its last lines say, with a remedy for what is known', async () => {
  const failing = helm({ exitCode: 1, lastLines: ['Error: unable to build kubernetes objects: no matches for kind "ManifestWorkReplicaSet"'] });
  await expect(step.apply(contextWith(failing))).rejects.toMatchObject({
    problems: [
      {
        code: 'PGD-030',
        evidence: ['the release is missing; helm reported a failure', expect.stringContaining('no matches')],
        remedy: expect.stringContaining('feature gate'),
      },
    ],
  });
});

const REFUSED = 'failed calling webhook "webhook.kubeslice.io": failed to call webhook: dial tcp 10.0.0.1:443: connect: connection refused';
test.each([
  ['as helm ends with it', `Error: UPGRADE FAILED: Internal error occurred: ${REFUSED}`],
  ['as helm logs it', `level=WARN msg="upgrade failed" name=thing error=${JSON.stringify(`Internal error occurred: ${REFUSED}`)}`],
])('a webhook that does not answer is waited for and named, not a chart that cannot be reached: %s', async (_, line) => {
  const applying = step.apply(contextWith(helm({ exitCode: 1, lastLines: ['release "thing"', line, 'the end'] })));
  await expect(applying).rejects.toMatchObject({ cluster: 'tokyo', webhook: 'webhook webhook.kubeslice.io' });
  await expect(applying).rejects.toThrow(WebhookSilentError);
  await expect(applying).rejects.toThrow(/^helm upgrade thing on tokyo: webhook webhook.kubeslice.io cannot be reached: .*connection refused/);
});

test.each([
  'Error: failed to install CRD crds/clusters.yaml: Patch "https://127.0.0.1:6443/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusters?force=false": EOF',
  'Error: UPGRADE FAILED: Post "https://hub:6443/api/v1/namespaces": read tcp 10.0.0.2:51200->10.0.0.1:6443: read: connection reset by peer',
  'Error: Kubernetes cluster unreachable: Get "https://hub:6443/version": dial tcp 10.0.0.1:6443: connect: connection refused',
  'Error: Get "https://hub:6443/api/v1/namespaces": net/http: TLS handshake timeout',
  'Error: the server is currently unable to handle the request (post secrets)',
  'Error: etcdserver: leader changed',
])('helm whose connection was lost is asked again: %s', async (line) => {
  const applying = step.apply(contextWith(helm({ exitCode: 1, lastLines: [line] })));
  await expect(applying).rejects.toThrow(TransientError);
  // Should it stay lost, this is told.
  await expect(applying).rejects.toMatchObject({ problem: { code: 'PGD-030', evidence: ['the release is missing; helm reported a failure', line] } });
});

test.each([
  'Error: Get "https://charts.example.org/index.yaml": dial tcp: lookup charts.example.org: no such host',
  'Error: UPGRADE FAILED: Unable to continue with install: ServiceAccount "a" in namespace "b" exists and cannot be imported',
  'Error: values don\'t meet the specifications of the schema(s): EOF is not a value of "mode"',
])('helm that was refused something is not: %s', async (line) => {
  await expect(step.apply(contextWith(helm({ exitCode: 1, lastLines: [line] })))).rejects.not.toThrow(TransientError);
});
