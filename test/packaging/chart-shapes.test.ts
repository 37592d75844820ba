import { expect, test } from 'vitest';
import { parse } from '../../src/config/file.ts';
import type { Fault } from '../../src/config/faults.ts';
import { chart, containerOf, helmWith, named, render, shapes, valuesOf, type PodSpec, type Rendered } from '../support/chart.ts';

const PROCESSES = ['pgdist-bot', 'pgdist-worker'] as const;
const podOf = (objects: readonly Rendered[], name: string) => named(objects, 'Deployment', name)!.spec.template;

test('eleven shapes of an installation are held', () => {
  expect(shapes).toHaveLength(11);
});

test.each(shapes)('%s: lint is content, pods are confined and start slowly if they must, and pgdist takes the configuration', async (shape) => {
  const values = valuesOf(shape);
  expect(await helmWith(values, 'lint', '--strict', chart)).toContain('0 chart(s) failed');
  const objects = await render(values);
  for (const name of PROCESSES) {
    const container = containerOf(objects, name);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      capabilities: { drop: ['ALL'] },
    });
    expect(container.startupProbe).toEqual({ httpGet: { path: '/healthz', port: 'health' }, periodSeconds: 2, failureThreshold: 30 });
    const volumes = new Set(podOf(objects, name).spec.volumes.map((volume) => volume.name));
    expect(container.volumeMounts.filter((mount) => !volumes.has(mount.name))).toEqual([]);
    // A value in sight would be a secret in sight.
    const inSight = container.env.filter((variable) => /TOKEN|SECRET|PASSWORD/.test(variable.name) && variable.valueFrom === undefined);
    expect(inSight).toEqual([]);
  }
  const faults: Fault[] = [];
  parse(named(objects, 'ConfigMap', 'pgdist-config')!.data['pgdist.yaml']!, faults);
  expect(faults).toEqual([]);
});

test.each(shapes)('%s: helm test runs doctor once, confined as the worker is, with what the worker has', async (shape) => {
  const objects = await render(valuesOf(shape));
  const pod = named(objects, 'Pod', 'pgdist-doctor') as unknown as { metadata: object; spec: PodSpec & { restartPolicy: string } };
  expect(pod.metadata).toHaveProperty(['annotations', 'helm.sh/hook'], 'test');
  const [doctor] = pod.spec.containers;
  const worker = containerOf(objects, 'pgdist-worker');
  expect(doctor).toMatchObject({ command: ['pgdist', 'doctor'], image: worker.image, securityContext: worker.securityContext });
  expect(doctor!.env).toEqual(expect.arrayContaining([...worker.env]));
  expect(doctor!.volumeMounts).toEqual(worker.volumeMounts);
  expect(pod.spec).toMatchObject({
    restartPolicy: 'Never',
    serviceAccountName: 'pgdist-worker',
    volumes: podOf(objects, 'pgdist-worker').spec.volumes,
  });
});

test('several-fleets: each fleet has its licence in the worker, and its clusters count for the memory', async () => {
  const objects = await render(valuesOf('several-fleets'));
  const { volumes } = podOf(objects, 'pgdist-worker').spec;
  const items = ['eu.pem', 'us.pem'].map((name) => ({ key: name, path: name }));
  expect(volumes.find(({ name }) => name === 'licence')).toMatchObject({ secret: { secretName: 'licence', items } });
  const files = parse(named(objects, 'ConfigMap', 'pgdist-config')!.data['pgdist.yaml']!, []);
  expect(files?.map(({ kubedb }) => kubedb)).toMatchObject([
    { chart: 'oci://mirror.example/kubedb', licenceFile: '/etc/pgdist/licence/eu.pem' },
    { chart: 'oci://mirror.example/kubedb', licenceFile: '/etc/pgdist/licence/us.pem' },
  ]);
  const ofOne = containerOf(await render(valuesOf('single')), 'pgdist-worker').resources.limits.memory;
  expect(Number.parseInt(containerOf(objects, 'pgdist-worker').resources.limits.memory)).toBeGreaterThan(Number.parseInt(ofOne));
});

test('http-ingress: Slack reaches one path of the bot, and the bot no Socket Mode token', async () => {
  const objects = await render(valuesOf('http-ingress'));
  expect(named(objects, 'Ingress', 'pgdist-bot')).toMatchObject({
    metadata: { annotations: { 'cert-manager.io/cluster-issuer': 'public' } },
    spec: {
      ingressClassName: 'nginx',
      rules: [{ host: 'pgdist.example', http: { paths: [{ path: '/slack/events', pathType: 'Exact' }] } }],
      tls: [{ hosts: ['pgdist.example'], secretName: 'pgdist-tls' }],
    },
  });
  expect(named(objects, 'Service', 'pgdist-bot')).toMatchObject({ spec: { type: 'ClusterIP', ports: [{ port: 3000, targetPort: 'slack' }] } });
  expect(containerOf(objects, 'pgdist-bot').env.map(({ name }) => name)).not.toContain('SLACK_APP_TOKEN');
});

test('proxy: both processes and their tools trust the authority, and may reach the proxy', async () => {
  const objects = await render(valuesOf('proxy'));
  for (const name of PROCESSES) {
    expect(containerOf(objects, name).env).toEqual(
      expect.arrayContaining([
        { name: 'NODE_EXTRA_CA_CERTS', value: '/etc/pgdist/ca/ca.crt' },
        { name: 'SSL_CERT_DIR', value: '/etc/ssl/certs:/etc/pgdist/ca' },
        { name: 'HTTPS_PROXY', value: 'http://proxy.example:3128' },
      ]),
    );
    expect(podOf(objects, name).spec.volumes).toContainEqual({
      name: 'extra-ca',
      configMap: { name: 'authorities', items: [{ key: 'bundle.pem', path: 'ca.crt' }] },
    });
    expect(named(objects, 'NetworkPolicy', name)?.spec.egress).toContainEqual({ ports: [{ protocol: 'TCP', port: 3128 }] });
  }
});

test('scheduling: pods go where they are told; without a word they avoid the node of their sister', async () => {
  const objects = await render(valuesOf('scheduling'));
  for (const name of PROCESSES)
    expect(podOf(objects, name).spec).toMatchObject({
      nodeSelector: { pool: 'operations' },
      tolerations: [{ key: 'dedicated' }],
      priorityClassName: 'operations',
      topologySpreadConstraints: [{ topologyKey: 'topology.kubernetes.io/zone' }],
    });
  expect(podOf(objects, 'pgdist-worker').spec).toHaveProperty('affinity.nodeAffinity');
  const [spread] = podOf(await render(valuesOf('socket-mode')), 'pgdist-bot').spec.topologySpreadConstraints;
  expect(spread).toMatchObject({ topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' });
});

test('single: one pod has no disruption budget, which would keep its node from being drained; two have one', async () => {
  const budgets = async (shape: string): Promise<string[]> =>
    (await render(valuesOf(shape))).filter(({ kind }) => kind === 'PodDisruptionBudget').map(({ metadata }) => metadata.name);
  expect(await budgets('single')).toEqual([]);
  expect(await budgets('socket-mode')).toEqual([...PROCESSES]);
});

test('cloud-identity: the identity reaches the worker alone', async () => {
  const objects = await render(valuesOf('cloud-identity'));
  expect(named(objects, 'ServiceAccount', 'pgdist-worker')?.metadata.annotations).toHaveProperty(['eks.amazonaws.com/role-arn']);
  expect(named(objects, 'ServiceAccount', 'pgdist-bot')?.metadata.annotations).toBeUndefined();
  expect(podOf(objects, 'pgdist-worker').metadata.labels).toMatchObject({ 'azure.workload.identity/use': 'true' });
  expect(containerOf(objects, 'pgdist-worker').envFrom).toEqual([{ configMapRef: { name: 'aws' } }]);
  expect(podOf(objects, 'pgdist-worker').spec.automountServiceAccountToken).toBe(true);
});

test('mirrored-charts: a chart may lie in a folder that is mounted, and the printed roles are installed with the release', async () => {
  const objects = await render(valuesOf('mirrored-charts'));
  expect(containerOf(objects, 'pgdist-worker').volumeMounts).toContainEqual({ name: 'charts', mountPath: '/charts', readOnly: true });
  expect(named(objects, 'ClusterRole', 'pgdist')).toBeDefined();
});
