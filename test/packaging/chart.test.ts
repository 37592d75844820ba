import { expect, test } from 'vitest';
import { chart, containerOf, helmWith, named, render as rendered, valuesOf, type Container, type Rendered } from '../support/chart.ts';

const least = valuesOf('socket-mode');
const render = (changes: object = {}): Promise<Rendered[]> => rendered({ ...least, ...changes });
const PROCESSES = ['pgdist-bot', 'pgdist-worker'] as const;
const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

test('helm lint --strict accepts the chart as it is, and with the least that has to be set', async () => {
  expect(await helmWith({}, 'lint', '--strict', chart)).toContain('0 chart(s) failed');
  expect(await helmWith(least, 'lint', '--strict', chart)).toContain('0 chart(s) failed');
});

test('the bot gets no cluster credentials and no licence, the worker no signing secret', async () => {
  const objects = await render({ slack: { secretName: 'slack', delivery: 'http' } });
  const [bot, worker] = PROCESSES.map((name) => containerOf(objects, name));
  expect(names(bot!.env)).toContain('SLACK_SIGNING_SECRET');
  expect(names(bot!.env)).not.toContain('KUBECONFIG');
  expect(names(bot!.volumeMounts)).toEqual(['config']);
  expect(names(worker!.env)).toContain('KUBECONFIG');
  expect(names(worker!.env)).not.toContain('SLACK_SIGNING_SECRET');
});

test('both processes get the certificates for Redis as a folder, and the passwords of the Sentinels from the Secret of Redis', async () => {
  const variables = ({ env }: Container): string[] => names(env).filter((name) => name.startsWith('REDIS'));
  expect(variables(containerOf(await render(), 'pgdist-bot'))).toEqual(['REDIS_URL', 'REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD']);
  const secured = await rendered(valuesOf('sentinel-tls'));
  for (const container of PROCESSES.map((name) => containerOf(secured, name))) {
    expect(container.env).toContainEqual({ name: 'REDIS_CA_FILE', value: '/etc/pgdist/redis/ca.crt' });
    expect(variables(container)).toEqual(expect.arrayContaining(['REDIS_CERT_FILE', 'REDIS_KEY_FILE', 'REDIS_TLS_SERVER_NAME']));
    expect(container.volumeMounts).toContainEqual({ name: 'redis-tls', mountPath: '/etc/pgdist/redis', readOnly: true });
  }
});

test('each process has a ServiceAccount of its own, and no token of it', async () => {
  const objects = await render();
  for (const name of PROCESSES) {
    expect(named(objects, 'Deployment', name)?.spec.template.spec).toMatchObject({ serviceAccountName: name, automountServiceAccountToken: false });
    expect(named(objects, 'ServiceAccount', name)?.automountServiceAccountToken).toBe(false);
  }
  expect(objects.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
});

test('an upgrade ends on a cluster that has no room for one more pod: of two one may be away meanwhile, of one none', async () => {
  const objects = await render();
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '50%' } };
  for (const name of PROCESSES) expect(named(objects, 'Deployment', name)).toMatchObject({ spec: { strategy } });
});

test('doctor finds a place on a cluster that is full, may use as much as the worker, and stays until helm has read what it says', async () => {
  const objects = await render();
  const worker = containerOf(objects, 'pgdist-worker') as unknown as { resources: { limits: object } };
  const doctor = named(objects, 'Pod', 'pgdist-doctor') as unknown as { spec: { containers: [{ resources: object }] } };
  expect((doctor as unknown as Rendered).metadata.annotations?.['helm.sh/hook-delete-policy']).toBe('before-hook-creation');
  expect(doctor.spec.containers[0].resources).toEqual({ limits: worker.resources.limits, requests: { cpu: '10m', memory: '64Mi' } });
});

test('network policies let the bot reach DNS, Redis and Slack, the worker the API servers as well, and only Slack by HTTP reaches the bot', async () => {
  const portsOf = (rules: Rendered['spec']['egress']): number[] => [...new Set(rules.flatMap(({ ports }) => ports.map(({ port }) => port)))];
  const policies = async (changes: object = {}) => {
    const objects = await render(changes);
    return PROCESSES.map((name) => named(objects, 'NetworkPolicy', name)).map(
      (policy) => policy && { in: portsOf(policy.spec.ingress), out: portsOf(policy.spec.egress) },
    );
  };
  expect(await policies()).toEqual([
    { in: [8080], out: [53, 6379, 443] },
    { in: [8080], out: [53, 6379, 443, 6443] },
  ]);
  expect(await policies({ slack: { secretName: 'slack', delivery: 'http' }, service: { port: 80 }, networkPolicy: { redisPorts: [6380] } })).toEqual([
    { in: [8080, 3000], out: [53, 6380, 443] },
    { in: [8080], out: [53, 6380, 443, 6443] },
  ]);
  expect(await policies({ networkPolicy: { enabled: false } })).toEqual([undefined, undefined]);
});

test('an image is named by its digest where one is given, and a digest that is none is refused', async () => {
  const image = async (more: object): Promise<string> =>
    containerOf(await render({ image: { repository: 'registry.example/pgdist', tag: '1', ...more } }), 'pgdist-worker').image;
  const digest = `sha256:${'a'.repeat(64)}`;
  expect(await image({})).toBe('registry.example/pgdist:1');
  expect(await image({ digest })).toBe(`registry.example/pgdist@${digest}`);
  await expect(image({ digest: 'latest' })).rejects.toThrow(/digest/);
});

test.each([
  [2, {}, '536Mi'],
  [32, {}, '896Mi'],
  [32, { worker: { memory: { baseMi: 300, perClusterMi: 5 } } }, '460Mi'],
  [32, { worker: { replicas: 1, resources: { limits: { memory: '2Gi', cpu: '1' } } } }, '2Gi'],
])('the memory of a worker follows its fleet of %i clusters, unless it is set', async (count, changes, memory) => {
  const clusters = Array.from({ length: count }, (_, index) => ({ name: `cluster-${index}` }));
  const config = { ...(least['config'] as object), clusters };
  expect(containerOf(await render({ config, ...changes }), 'pgdist-worker').resources.limits.memory).toBe(memory);
});

test('a change of the configuration rolls the pods of both, and a change of replicas does not', async () => {
  const annotations = async (changes: object): Promise<unknown[]> => {
    const objects = await render(changes);
    return PROCESSES.map((name) => named(objects, 'Deployment', name)?.spec.template.metadata.annotations?.['checksum/config']);
  };
  const before = await annotations({});
  expect(await annotations({ config: { ...(least['config'] as object), approvalTimeoutMinutes: 5 } })).not.toEqual(before);
  expect(await annotations({ bot: { replicas: 3 } })).toEqual(before);
  expect(before[0]).toMatch(/^[0-9a-f]{64}$/);
});
