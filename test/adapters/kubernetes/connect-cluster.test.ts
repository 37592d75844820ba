import { createConnection, createServer } from 'node:net';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { connectApiServer } from '../../../src/kube-api/api-server.ts';
import { withLimits } from '../../../src/adapters/kubernetes/connect-cluster.ts';
import { NotYetError } from '../../../src/domain/problem.ts';
import {
  ApplyConflictError,
  ClusterRefusedError,
  ClusterUnreachableError,
  ConflictError,
  KindMissingError,
} from '../../../src/ports/cluster-errors.ts';
import type { NodeBackend } from '../../../playground/kubernetes-api/contract.ts';
import { clusterUnderTest, configMap, type Api } from './cluster-under-test.ts';

const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' } as const;
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default' },
  spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'i' }] },
};

const applyAs = async (api: Api, manager: string, manifest: ReturnType<typeof configMap>): Promise<void> => {
  const other = connectApiServer({ server: api.url, ca: api.caPem, userAgent: manager, authorization: async () => `Bearer ${api.adminToken}` });
  const { namespace, name } = manifest.metadata;
  const query = { fieldManager: manager, force: 'true' };
  await other.json('PATCH', `/api/v1/namespaces/${namespace}/configmaps/${name}`, { body: manifest, type: 'application/apply-patch+yaml', query });
  await other.close();
};

/** A node whose containers run `program` and whose ports are `port` of this machine. */
const node = (program: NodeBackend['exec'], port = 0): NodeBackend => ({
  exec: program,
  logs: async () => 'first\nsecond\n',
  async connect() {
    const socket = createConnection({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return socket;
  },
});

test('a diff tells what an apply would change, and nothing after it', async () => {
  const { cluster } = await clusterUnderTest();
  expect(await cluster.diff(configMap({ a: '1' }))).toEqual({ exists: false, changes: [{ path: 'data.a', to: '1' }] });
  expect(await cluster.read(settings)).toBeUndefined();
  await cluster.apply(configMap({ a: '1', b: '2' }));
  expect(await cluster.diff(configMap({ a: '1', b: '2' }))).toEqual({ exists: true, changes: [] });
  expect((await cluster.diff(configMap({ a: '3' }))).changes).toEqual([
    { path: 'data.a', from: '1', to: '3' },
    { path: 'data.b', from: '2' },
  ]);
});

test('a field of another manager is a conflict that names both', async () => {
  const { api, cluster } = await clusterUnderTest();
  await applyAs(api, 'helm', configMap({ a: '1' }));
  for (const call of [cluster.diff, cluster.apply]) {
    const error = await call(configMap({ a: '2' })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApplyConflictError);
    expect((error as ApplyConflictError).conflicts).toEqual([{ manager: 'helm', field: 'data.a' }]);
  }
});

test('what is missing is told apart: the kind, the namespace, the object', async () => {
  const { cluster } = await clusterUnderTest();
  const postgres = { apiVersion: 'kubedb.com/v1', kind: 'Postgres', namespace: 'default', name: 'postgres' };
  await expect(cluster.read(postgres)).rejects.toThrow(KindMissingError);
  await expect(cluster.read(postgres)).rejects.toThrow('kind Postgres (kubedb.com/v1) on tokyo');
  await expect(cluster.diff(configMap({}, 'a', 'nowhere'))).rejects.toThrow(NotYetError);
  await expect(cluster.diff(configMap({}, 'a', 'nowhere'))).rejects.toThrow('namespace nowhere on tokyo');
  expect(await cluster.read(settings)).toBeUndefined();
  expect(await cluster.serves(postgres)).toBe(false);
});

test('an unknown field is refused by name', async () => {
  const { cluster } = await clusterUnderTest();
  const typo = { ...pod, spec: { ...pod.spec, restartPolcy: 'Never' } };
  await expect(cluster.diff(typo)).rejects.toThrow(ClusterRefusedError);
  await expect(cluster.diff(typo)).rejects.toThrow('restartPolcy');
});

test('a merge with an old resourceVersion is a conflict, and writes nothing', async () => {
  const { cluster } = await clusterUnderTest();
  const { metadata } = await cluster.apply(configMap({ a: '1' }));
  await cluster.merge(settings, { data: { a: '2' } }, { resourceVersion: metadata.resourceVersion ?? '' });
  await expect(cluster.merge(settings, { data: { a: '3' } }, { resourceVersion: metadata.resourceVersion ?? '' })).rejects.toThrow(ConflictError);
  expect((await cluster.read(settings))?.['data']).toEqual({ a: '2' });
});

test('an object that exists cannot be created, and deleting one that is gone is nothing', async () => {
  const { cluster } = await clusterUnderTest();
  await cluster.create(configMap({}));
  await expect(cluster.create(configMap({}))).rejects.toSatisfy((error) => error instanceof ClusterRefusedError && error.reason === 'AlreadyExists');
  await cluster.delete(settings);
  await cluster.delete(settings);
  expect(await cluster.read(settings)).toBeUndefined();
});

test('items of a list know their kind, and a watch from its version misses nothing, over dropped connections and a compaction', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.apply(configMap({ n: '0' }));
  const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' };
  const { items, resourceVersion } = await cluster.list(query);
  expect(items.find(({ metadata }) => metadata.name === 'settings')?.kind).toBe('ConfigMap');
  await cluster.apply(configMap({ n: '1' }));
  const end = new AbortController();
  const seen: unknown[] = [];
  for await (const { object } of cluster.watch(query, { resourceVersion, signal: end.signal })) {
    if (object.metadata.name !== 'settings') continue;
    const { n } = object['data'] as { n: string };
    seen.push(n);
    if (n === '1') {
      api.faults.dropConnections();
      await cluster.apply(configMap({ n: '2' }));
    }
    if (n === '2') {
      await cluster.apply(configMap({ n: '3' }));
      api.faults.compact();
      api.faults.dropConnections();
    }
    if (n === '3') end.abort();
  }
  expect(seen.at(-1)).toBe('3');
});

test('throttled reads and applies wait and go on', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.version();
  api.faults.throttleNext = 2;
  expect(await cluster.version()).toBe('v1.35.4');
});

test('a cluster that is down or silent is told so, in time', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.version();
  api.faults.hanging = true;
  const hanging = withLimits(cluster, { timeoutMs: 200 }).version();
  await expect(hanging).rejects.toThrow(ClusterUnreachableError);
  await expect(hanging).rejects.toThrow('asking for the version on tokyo: no answer within 0.2 s');
  api.faults.hanging = false;
  api.faults.down = true;
  await expect(withLimits(cluster, { timeoutMs: 400 }).version()).rejects.toThrow(
    /asking for the version on tokyo: connection (refused|reset|closed)/,
  );
});

test("the caller's signal ends a call with its own reason", async () => {
  const { api, cluster } = await clusterUnderTest();
  api.faults.hanging = true;
  const cancel = new AbortController();
  const call = withLimits(cluster, { signal: cancel.signal }).version();
  cancel.abort(new Error('cancelled by alice'));
  await expect(call).rejects.toThrow('cancelled by alice');
});

test('who gives a signal ends calls with it: no time-out of the adapter or of the connection runs besides', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.version();
  api.faults.hanging = true;
  const end = new AbortController();
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  const call = withLimits(cluster, { signal: end.signal, timeoutMs: 20 }).version();
  call.then(settle, settle);
  await expect(withLimits(cluster, { timeoutMs: 200 }).version()).rejects.toThrow('no answer within 0.2 s');
  expect(settled).toBe(false);
  end.abort(new Error('no answer in 0.02 s'));
  await expect(call).rejects.toThrow('no answer in 0.02 s');
});

test('a pause that the time of a call cannot hold is not begun: what the server said is told at once', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.version();
  api.faults.throttleNext = 1;
  const limits = { signal: new AbortController().signal, timeoutMs: 20 };
  await expect(withLimits(cluster, limits).version()).rejects.toThrow(/asking for the version on tokyo: .*\(HTTP 429\)/s);
});

test('calls one after another share their connections', async () => {
  const { api, cluster } = await clusterUnderTest();
  let connections = 0;
  const count = (): void => {
    connections += 1;
  };
  subscribe('undici:client:connected', count);
  onTestFinished(() => void unsubscribe('undici:client:connected', count));
  for (let call = 0; call < 40; call += 1) await cluster.read(settings);
  expect(api.requests.filter((request) => request.includes('configmaps/settings'))).toHaveLength(40);
  expect(connections).toBeLessThanOrEqual(2);
});

test('exec gives both outputs and the exit code, and ends the input', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.create(pod);
  api.setNodeBackend(
    node(async ({ command, stdin, stdout, stderr }) => {
      if (command[0] === 'cat') for await (const chunk of stdin ?? []) stdout.write(chunk);
      else stdout.write(command.join(' '));
      stderr.write('and an error');
      return command[0] === 'false' ? 3 : 0;
    }),
  );
  const target = { namespace: 'default', pod: 'p' };
  expect(await cluster.exec(target, ['echo', 'a b', 'c&d'])).toEqual({ exitCode: 0, stdout: 'echo a b c&d', stderr: 'and an error' });
  expect(await cluster.exec(target, ['cat'], { stdin: 'select 1;\n' })).toEqual({ exitCode: 0, stdout: 'select 1;\n', stderr: 'and an error' });
  expect(await cluster.exec(target, ['false'])).toMatchObject({ exitCode: 3 });
  await expect(cluster.exec({ ...target, pod: 'none' }, ['echo'])).rejects.toThrow('running echo in pod default/none on tokyo');
  await expect(cluster.exec({ ...target, container: 'none' }, ['echo'])).rejects.toThrow('container none is not valid for pod p');
});

test('a connection that drops during exec leaves the exit code unknown', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.create(pod);
  api.setNodeBackend(
    node(async ({ signal }) => {
      api.faults.dropConnections();
      await once(signal, 'abort');
      return 0;
    }),
  );
  expect(await cluster.exec({ namespace: 'default', pod: 'p' }, ['sleep'])).toMatchObject({ exitCode: undefined });
});

test('an exec that does not end in time is told so', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.create(pod);
  api.setNodeBackend(node(({ signal }) => once(signal, 'abort').then(() => 0)));
  await expect(cluster.exec({ namespace: 'default', pod: 'p' }, ['sleep'], { timeoutMs: 200 })).rejects.toThrow('no answer within 0.2 s');
});

test('logs come as text', async () => {
  const { api, cluster } = await clusterUnderTest();
  await cluster.create(pod);
  api.setNodeBackend(node(async () => 0));
  expect(await cluster.logs({ namespace: 'default', pod: 'p' })).toBe('first\nsecond\n');
  expect(await cluster.logs({ namespace: 'default', pod: 'p' }, { tailLines: 1 })).toBe('second\n');
});

test('a forwarded port carries bytes both ways until either side ends', async () => {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  onTestFinished(() => void echo.close());
  const { api, cluster } = await clusterUnderTest();
  await cluster.create(pod);
  api.setNodeBackend(node(async () => 0, (echo.address() as { port: number }).port));
  const stream = await cluster.forward({ namespace: 'default', pod: 'p', port: 53 });
  stream.write('ping');
  const [answer] = (await once(stream, 'data')) as [Buffer];
  expect(answer.toString()).toBe('ping');
  stream.end();
  await once(stream, 'close');
});

test('rights and tokens are asked of the cluster', async () => {
  const { cluster } = await clusterUnderTest();
  expect(await cluster.allowed({ verb: '*', group: '*', resource: '*' })).toBe(true);
  await cluster.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'agent', namespace: 'default' } });
  expect(await cluster.token({ namespace: 'default', name: 'agent' }, 600)).not.toBe('');
  await expect(cluster.token({ namespace: 'default', name: 'nobody' }, 600)).rejects.toThrow(
    'asking for a token of ServiceAccount default/nobody on tokyo',
  );
});
