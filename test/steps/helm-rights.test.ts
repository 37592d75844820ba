import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { startKubernetesApi, type KubernetesApi } from '../../playground/kubernetes-api/index.ts';
import { toolPaths } from '../../playground/tools.ts';
import { createHelm } from '../../src/adapters/cli/helm.ts';
import { neededOn } from '../../src/domain/right.ts';
import { helmRights, kubedbChart } from '../../src/steps/installer-rights.ts';
import { deployment } from '../playground/kubernetes-api/target.ts';
import { kubeconfigWith } from '../support/limited-user.ts';
import { patienceMs } from '../support/eventually.ts';

const NAMESPACE = 'kubedb';
const RBAC = 'rbac.authorization.k8s.io';
const webhooks = (prefix: string) => [
  {
    name: `${prefix}.example.org`,
    clientConfig: { url: 'https://127.0.0.1:1/' },
    rules: [{ operations: ['CREATE'], apiGroups: ['none.example.org'], apiVersions: ['v1'], resources: ['nothings'] }],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  },
];
const account = { kind: 'ServiceAccount', name: 'operator', namespace: NAMESPACE };
const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
const role = (kind: string, name: string) => ({ apiGroup: RBAC, kind, name });

/** A chart with the kinds of KubeDB's real one. */
const OBJECTS = (label: string): object[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'licence' }, stringData: { key: label } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { label } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'webhook', labels: { label } }, spec: { ports: [{ port: 443 }] } },
  { ...deployment('operator'), metadata: { name: 'operator', labels: { label } } },
  { ...deployment('provisioner', { serviceName: 'provisioner' }), kind: 'StatefulSet', metadata: { name: 'provisioner', labels: { label } } },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'cleaner', labels: { label } },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'example.org/app:1' }] } } },
  },
  { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: 'operator', labels: { label } }, rules: everything },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'operator', labels: { label } },
    roleRef: role('ClusterRole', 'cluster-admin'),
    subjects: [account],
  },
  { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name: 'operator', labels: { label } }, rules: everything },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'operator', labels: { label } },
    roleRef: role('Role', 'operator'),
    subjects: [account],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'operator-reader', namespace: 'kube-system', labels: { label } },
    roleRef: role('Role', 'extension-apiserver-authentication-reader'),
    subjects: [account],
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'operator', labels: { label } },
    webhooks: webhooks('m'),
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'operator', labels: { label } },
    webhooks: webhooks('v'),
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.validators.example.org', labels: { label } },
    spec: {
      group: 'validators.example.org',
      version: 'v1',
      groupPriorityMinimum: 1,
      versionPriority: 1,
      service: { name: 'webhook', namespace: NAMESPACE },
    },
  },
];

let api: KubernetesApi;
let folder: string;
let helm: ReturnType<typeof createHelm>;
const refused: string[] = [];
beforeAll(async () => {
  api = await startKubernetesApi({ name: 'tokyo' });
  folder = await mkdtemp(join(tmpdir(), 'pgdist-helm-'));
  vi.stubEnv('PATH', [dirname((await toolPaths()).helm), process.env['PATH']].join(delimiter));
  const rights = neededOn('tokyo', [{ by: 'helm', rights: helmRights('tokyo', 'kubedb', NAMESPACE, kubedbChart(NAMESPACE)) }]);
  const kubeconfig = await kubeconfigWith(api, rights, 'helm');
  api.observe({ authorized: ({ allowed, verb, resource }) => void (!allowed && refused.push(`${verb} ${resource}`)) });
  helm = createHelm({ kubeconfigOf: async () => kubeconfig });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api?.close();
  await rm(folder, { recursive: true, force: true });
});

const chartWith = async (label: string): Promise<string> => {
  const chart = join(folder, label);
  await mkdir(join(chart, 'templates'), { recursive: true });
  await writeFile(join(chart, 'Chart.yaml'), stringify({ apiVersion: 'v2', name: 'kubedb', version: '1.0.0' }));
  await writeFile(
    join(chart, 'templates', 'all.yaml'),
    OBJECTS(label)
      .map((object) => stringify(object))
      .join('---\n'),
  );
  return chart;
};
const target = { cluster: 'tokyo', release: 'kubedb', namespace: NAMESPACE };
const options = () => ({ signal: AbortSignal.timeout(patienceMs()), timeoutMs: patienceMs() });
const upgrade = async (label: string) => helm.upgrade({ ...target, chart: await chartWith(label), version: '1.0.0', values: {} }, options());
const done = ({ exitCode, lastLines }: Awaited<ReturnType<typeof upgrade>>) => (exitCode === 0 ? 'done' : lastLines.join('\n'));

test('helm installs every kind that is declared, upgrades it and takes it away', async () => {
  expect(done(await upgrade('one'))).toBe('done');
  expect(done(await upgrade('two'))).toBe('done');
  expect(done(await helm.uninstall(target, options()))).toBe('done');
  expect(refused).toEqual([]);
});

test('helm takes an interrupted install back with the declared rights alone', async () => {
  expect(done(await upgrade('one'))).toBe('done');
  expect(done(await upgrade('two'))).toBe('done');
  expect(done(await helm.rollback(target, options()))).toBe('done');
  expect(done(await helm.uninstall(target, options()))).toBe('done');
  expect(refused).toEqual([]);
});
