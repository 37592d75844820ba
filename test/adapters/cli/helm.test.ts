import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createHelm } from '../../../src/adapters/cli/helm.ts';
import { connectCluster, type ConnectedCluster } from '../../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../../src/kube-api/kube-config.ts';
import { startKubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import { toolPaths } from '../../../playground/tools.ts';
import type { Helm } from '../../../src/ports/cli.ts';

const TEMPLATE = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  colour: {{ .Values.colour | quote }}
  licence: {{ .Values.global.licence | quote }}
`;
const release = { cluster: 'tokyo', release: 'paint', namespace: 'art' };
const options = { signal: new AbortController().signal, timeoutMs: 60_000 };

let helm: Helm;
let cluster: ConnectedCluster;
let chart: string;

beforeEach(async () => {
  const paths = await toolPaths();
  vi.stubEnv('PATH', `${dirname(paths.helm)}${delimiter}${process.env['PATH'] ?? ''}`);
  chart = await mkdtemp(join(tmpdir(), 'pgdist-test-'));
  await mkdir(join(chart, 'templates'));
  await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: paint\nversion: 1.2.3\n');
  await writeFile(join(chart, 'templates', 'config.yaml'), TEMPLATE);
  const api = await startKubernetesApi({ name: 'tokyo' });
  cluster = connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text: api.kubeconfig }) });
  helm = createHelm({ kubeconfigOf: () => cluster.kubeconfig() });
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await cluster.close();
    await api.close();
    await rm(chart, { recursive: true, force: true });
  });
});

const upgrade = (colour: string) =>
  helm.upgrade(
    {
      ...release,
      chart,
      version: '9.9.9',
      values: { colour },
      secretValues: { 'global.licence': 'very-secret-licence' },
      labels: { 'app.kubernetes.io/managed-by': 'pgdist' },
    },
    options,
  );
const settings = () => cluster.read({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'art', name: 'paint' });
const records = async () => (await cluster.list({ apiVersion: 'v1', kind: 'Secret', namespace: 'art', labelSelector: 'owner=helm' })).items;

test('the real helm installs, upgrades, rolls back and uninstalls a release that is labelled as ours', async () => {
  const installed = await upgrade('red');
  expect(installed).toMatchObject({ exitCode: 0, timedOut: false });
  expect((await settings())?.['data']).toEqual({ colour: 'red', licence: 'very-secret-licence' });
  await upgrade('blue');
  expect((await settings())?.['data']).toMatchObject({ colour: 'blue' });
  expect((await records()).map(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'])).toEqual(['pgdist', 'pgdist']);
  expect(await helm.rollback(release, options)).toMatchObject({ exitCode: 0 });
  expect((await settings())?.['data']).toMatchObject({ colour: 'red' });
  expect(await helm.uninstall(release, options)).toMatchObject({ exitCode: 0 });
  expect(await settings()).toBeUndefined();
  expect(await helm.uninstall(release, options)).toMatchObject({ exitCode: 0 });
});

test('a refused release tells its reason and no secret', async () => {
  await writeFile(join(chart, 'templates', 'broken.yaml'), '{{ fail (printf "licence %s is refused" .Values.global.licence) }}');
  const { exitCode, lastLines } = await upgrade('red');
  expect(exitCode).toBe(1);
  expect(lastLines.join('\n')).toContain('licence (hidden) is refused');
});

test('the version is the one of the binary', async () => {
  expect(await helm.version(options.signal)).toMatch(/^v\d+\.\d+\.\d+/);
});
