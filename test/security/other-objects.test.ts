import { expect, onTestFinished, test } from 'vitest';
import { connectCluster, type ConnectedCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { loadKubeConfig } from '../../src/kube-api/kube-config.ts';
import { ClusterRefusedError } from '../../src/ports/cluster-errors.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import { startHostileApiServer, type HostileApiServer } from '../support/hostile-api-server.ts';

interface Hostile {
  readonly server: HostileApiServer;
  readonly cluster: ConnectedCluster;
}

const hostile = async (): Promise<Hostile> => {
  const server = await startHostileApiServer();
  const cluster = connectCluster({ name: 'osaka', kubeConfig: loadKubeConfig({ text: server.kubeconfig }), random: () => 0 });
  onTestFinished(async () => {
    await cluster.close();
    await server.close();
  });
  return { server, cluster: cluster.withLimits({ timeoutMs: 5_000 }) };
};

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };
const good = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default', resourceVersion: '1' } };
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } };

/** Answers that are well made and not what was asked for, or no objects at all. */
const OTHERS: readonly [what: string, object: unknown][] = [
  ['another name', { ...good, metadata: { ...good.metadata, name: 'b' } }],
  ['another namespace', { ...good, metadata: { ...good.metadata, namespace: 'kube-system' } }],
  ['another kind', { ...good, kind: 'Secret' }],
  ['another version', { ...good, apiVersion: 'v2' }],
  ['a name that leads elsewhere', { ...good, metadata: { ...good.metadata, name: '../../secrets/a' } }],
  ['a name for a shell', { ...good, metadata: { ...good.metadata, name: 'a; rm -rf ~' } }],
  ['a name of two lines', { ...good, metadata: { ...good.metadata, name: 'a\nb' } }],
  ['a name of a megabyte', { ...good, metadata: { ...good.metadata, name: 'a'.repeat(2 ** 20) } }],
  ['a namespace with a query', { ...good, metadata: { ...good.metadata, namespace: 'default?x=1' } }],
  ['a version that is a number', { ...good, metadata: { ...good.metadata, resourceVersion: 7 } }],
  ['a failure', { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 403, metadata: {} }],
  ['null', null],
  ['a text', 'a'],
  ['a list', [good]],
];
const CALLS: Readonly<Record<string, (cluster: ClusterClient) => Promise<unknown>>> = {
  read: (cluster) => cluster.read(ref),
  apply: (cluster) => cluster.apply(manifest),
  merge: (cluster) => cluster.merge(ref, { data: { a: '2' } }),
  create: (cluster) => cluster.create(manifest),
  update: (cluster) => cluster.update(manifest),
  diff: (cluster) => cluster.diff(manifest),
};

test.each(Object.keys(CALLS).flatMap((call) => OTHERS.map(([what, object]) => ({ call, what, object }))))(
  '$call that is answered with $what is refused',
  async ({ call, object }) => {
    const { server, cluster } = await hostile();
    server.answers(/\/configmaps/, (answer) => void answer.end(JSON.stringify(object)));
    const refused = await CALLS[call]!(cluster).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ClusterRefusedError);
    expect((refused as Error).message.length).toBeLessThan(500);
  },
);

test.each(OTHERS.filter(([what]) => what !== 'another name'))('a list with one item that is %s is refused', async (_, item) => {
  const { server, cluster } = await hostile();
  server.answers(/\/configmaps/, (answer) => void answer.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [good, item] })));
  await expect(cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' })).rejects.toThrow(ClusterRefusedError);
});

test('a list of one name holds no other, and a watch tells of none', async ({ signal }) => {
  const { server, cluster } = await hostile();
  const other = { ...good, metadata: { ...good.metadata, name: 'b' } };
  const one = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', fieldSelector: 'metadata.name=a' };
  server.answers(/\/configmaps/, (answer) => void answer.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [other] })));
  await expect(cluster.list(one)).rejects.toThrow('another object');
  server.answers(/watch=true/, (answer) => void answer.end(`${JSON.stringify({ type: 'MODIFIED', object: other })}\n`));
  const watched = Array.fromAsync(cluster.watch(one, { resourceVersion: '1', signal }));
  await expect(watched).rejects.toThrow('another object');
});

test('lists of metadata come under a kind of their own', async () => {
  const { server, cluster } = await hostile();
  const item = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: good.metadata };
  server.answers(/\/configmaps/, (answer) => void answer.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [item] })));
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', metadataOnly: true });
  expect(items).toMatchObject([{ kind: 'ConfigMap', metadata: { name: 'a' } }]);
});

const NO_NAMES = ['../../../api/v1/secrets', '..', '.', '', 'a/b', 'a%2Fb', 'a?b=c', 'a#b', 'a b', 'a\nb', 'a\0', '-a', '{a}', 'ä', 'a'.repeat(254)];
const PLACES: Readonly<Record<string, (cluster: ClusterClient, name: string) => Promise<unknown>>> = {
  'read by name': (cluster, name) => cluster.read({ ...ref, name }),
  'read by namespace': (cluster, name) => cluster.read({ ...ref, namespace: name }),
  'list by namespace': (cluster, name) => cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: name }),
  merge: (cluster, name) => cluster.merge({ ...ref, name }, { data: {} }),
  delete: (cluster, name) => cluster.delete({ ...ref, name }),
  logs: (cluster, name) => cluster.logs({ namespace: 'default', pod: name }),
  'logs by namespace': (cluster, name) => cluster.logs({ namespace: name, pod: 'p' }),
  exec: (cluster, name) => cluster.exec({ namespace: 'default', pod: name }, ['true']),
  forward: (cluster, name) => cluster.forward({ namespace: 'default', pod: name, port: 53 }),
  token: (cluster, name) => cluster.token({ namespace: 'default', name }, 600),
};

test.each(Object.keys(PLACES))('%s sends nothing under a name that is none', async (place) => {
  const { server, cluster } = await hostile();
  for (const name of NO_NAMES) await expect(PLACES[place]!(cluster, name), JSON.stringify(name)).rejects.toThrow(/is no name of an object/);
  expect(server.requests.filter((line) => !/ \/(api|apis)\/(apps\/)?v1$/.test(line))).toEqual([]);
});

test('names that roles and users have are sent encoded', async () => {
  const { server, cluster } = await hostile();
  await cluster.read({ ...ref, name: 'system:node@x' });
  expect(server.requests.at(-1)).toBe('GET /api/v1/namespaces/default/configmaps/system:node@x');
});

test.each(['a b', 'a\nb', 'a\0b', '', 'ä', '"a"'])('a token such as %j, which is none, is not taken', async (token) => {
  const { server, cluster } = await hostile();
  server.answers(/\/token/, (answer) => void answer.end(JSON.stringify({ status: { token } })));
  await expect(cluster.token({ namespace: 'default', name: 'a' }, 600)).rejects.toThrow(ClusterRefusedError);
});
