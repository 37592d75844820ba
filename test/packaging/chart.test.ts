import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readFileSync } from 'node:fs';
import { toolPaths } from '../../playground/tools.ts';

const run = promisify(execFile);
const chart = new URL('../../helm/pgdist', import.meta.url).pathname;
const example = parse(readFileSync(new URL('../../examples/pgdist.yaml', import.meta.url), 'utf8')) as Record<string, unknown>;
let folder: string;
let helm: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdist-chart-'));
  ({ helm } = await toolPaths());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const valuesFile = async (changes: Record<string, unknown> = {}): Promise<string> => {
  const path = join(folder, 'values.json');
  const secret = (secretName: string) => ({ secretName });
  const values = {
    image: { repository: 'registry.example/pgdist', tag: '1' },
    config: example,
    slack: { ...secret('slack'), delivery: 'socket' },
    redis: secret('redis'),
    kubeconfig: secret('clusters'),
    licence: secret('licence'),
    ...changes,
  };
  await writeFile(path, JSON.stringify(values));
  return path;
};

interface Container {
  image: string;
  env: { name: string }[];
  volumeMounts: { name: string }[];
  securityContext: unknown;
  resources: { limits: { memory: string } };
}
interface Rendered {
  kind: string;
  metadata: { name: string };
  automountServiceAccountToken?: boolean;
  spec: {
    template: { spec: { containers: Container[]; serviceAccountName: string; automountServiceAccountToken: boolean; securityContext: unknown } };
    ingress: { ports: { port: number }[] }[];
    egress: { ports: { port: number }[] }[];
  };
}
const render = async (changes?: Record<string, unknown>): Promise<Rendered[]> => {
  const { stdout } = await run(helm, ['template', 'pgdist', chart, '-f', await valuesFile(changes)]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Rendered);
};

test('helm lint --strict accepts the chart', async () => {
  const { stdout } = await run(helm, ['lint', '--strict', chart, '-f', await valuesFile()]);
  expect(stdout).toContain('0 chart(s) failed');
});

test('the bot gets no cluster credentials and no licence, the worker no signing secret', async () => {
  const objects = await render({ slack: { secretName: 'slack', delivery: 'http' } });
  const containerOf = (name: string) =>
    objects.find((object) => object.kind === 'Deployment' && object.metadata.name === name)!.spec.template.spec.containers[0]!;
  const names = (list: { name: string }[]) => list.map(({ name }) => name);
  expect(names(containerOf('pgdist-bot').env)).toContain('SLACK_SIGNING_SECRET');
  expect(names(containerOf('pgdist-bot').env)).not.toContain('KUBECONFIG');
  expect(names(containerOf('pgdist-bot').volumeMounts)).toEqual(['config']);
  expect(names(containerOf('pgdist-worker').env)).toContain('KUBECONFIG');
  expect(names(containerOf('pgdist-worker').env)).not.toContain('SLACK_SIGNING_SECRET');
});

test('both processes get the certificates for Redis as a folder, and the passwords of the Sentinels from the Secret of Redis', async () => {
  const containers = async (redis: object) =>
    (await render({ redis })).filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.template.spec.containers[0]!);
  const variables = ({ env }: Container) => env.map(({ name }) => name).filter((name) => name.startsWith('REDIS'));
  const [plain] = await containers({ secretName: 'redis' });
  expect(variables(plain!)).toEqual(['REDIS_URL', 'REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD']);
  const secured = await containers({ secretName: 'redis', tls: { secretName: 'redis-tls', clientCertificate: true, serverName: 'redis.test' } });
  expect(secured).toHaveLength(2);
  for (const container of secured) {
    expect(container.env).toContainEqual({ name: 'REDIS_CA_FILE', value: '/etc/pgdist/redis/ca.crt' });
    expect(variables(container)).toEqual(expect.arrayContaining(['REDIS_CERT_FILE', 'REDIS_KEY_FILE', 'REDIS_TLS_SERVER_NAME']));
    expect(container.volumeMounts).toContainEqual({ name: 'redis-tls', mountPath: '/etc/pgdist/redis', readOnly: true });
  }
});

const PROCESSES = ['pgdist-bot', 'pgdist-worker'] as const;
const named = (objects: readonly Rendered[], kind: string, name: string): Rendered =>
  objects.find((object) => object.kind === kind && object.metadata.name === name)!;

test('each process has a ServiceAccount of its own, and no token of it', async () => {
  const objects = await render();
  for (const name of PROCESSES) {
    const { spec } = named(objects, 'Deployment', name).spec.template;
    expect(spec).toMatchObject({ serviceAccountName: name, automountServiceAccountToken: false });
    expect(named(objects, 'ServiceAccount', name).automountServiceAccountToken).toBe(false);
  }
  expect(objects.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
});

test('containers run as nobody, write nowhere but to their scratch, and have no capabilities', async () => {
  const objects = await render();
  for (const name of PROCESSES)
    for (const { securityContext } of named(objects, 'Deployment', name).spec.template.spec.containers)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
        capabilities: { drop: ['ALL'] },
      });
});

test('network policies let the bot reach DNS, Redis and Slack, the worker the API servers as well, and only Slack by HTTP reaches the bot', async () => {
  const portsOf = (rules: Rendered['spec']['egress']): number[] => [...new Set(rules.flatMap(({ ports }) => ports.map(({ port }) => port)))];
  const policies = async (changes: Record<string, unknown> = {}) => {
    const objects = await render(changes);
    return PROCESSES.map((name) => named(objects, 'NetworkPolicy', name)).map(
      (policy) => policy && { in: portsOf(policy.spec.ingress), out: portsOf(policy.spec.egress) },
    );
  };
  expect(await policies()).toEqual([
    { in: [8080], out: [53, 6379, 443] },
    { in: [8080], out: [53, 6379, 443, 6443] },
  ]);
  expect(await policies({ slack: { secretName: 'slack', delivery: 'http' }, networkPolicy: { redisPorts: [6380] } })).toEqual([
    { in: [8080, 3000], out: [53, 6380, 443] },
    { in: [8080], out: [53, 6380, 443, 6443] },
  ]);
  expect(await policies({ networkPolicy: { enabled: false } })).toEqual([undefined, undefined]);
});

test('an image is named by its digest where one is given, and a digest that is none is refused', async () => {
  const image = async (more: object): Promise<string> =>
    named(await render({ image: { repository: 'registry.example/pgdist', tag: '1', ...more } }), 'Deployment', 'pgdist-worker').spec.template.spec
      .containers[0]!.image;
  const digest = `sha256:${'a'.repeat(64)}`;
  expect(await image({})).toBe('registry.example/pgdist:1');
  expect(await image({ digest })).toBe(`registry.example/pgdist@${digest}`);
  await expect(image({ digest: 'latest' })).rejects.toThrow(/digest/);
});

test('values without an image are refused with the path of what is missing', async () => {
  await expect(render({ image: { tag: '1' } })).rejects.toThrow(/repository/);
});

test.each([
  [2, {}, '536Mi'],
  [32, {}, '896Mi'],
  [32, { worker: { replicas: 1, resources: { limits: { memory: '2Gi', cpu: '1' } } } }, '2Gi'],
])('the memory of a worker follows its fleet of %i clusters, unless it is set', async (count, changes, memory) => {
  const clusters = Array.from({ length: count }, (_, index) => ({ name: `cluster-${index}` }));
  const documents = await render({ config: { ...example, clusters }, ...changes });
  const worker = documents.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'pgdist-worker');
  expect(worker?.spec.template.spec.containers[0]?.resources.limits.memory).toBe(memory);
});
