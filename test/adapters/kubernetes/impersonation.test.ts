import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { connectCluster } from '../../../src/adapters/kubernetes/connect-cluster.ts';
import { createHelm } from '../../../src/adapters/cli/helm.ts';
import { connectApiServerBy } from '../../../src/kube-api/api-server.ts';
import { credentialsOf } from '../../../src/kube-api/credentials.ts';
import { loadKubeConfig } from '../../../src/kube-api/kube-config.ts';
import { startKubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import { toolPaths } from '../../../playground/tools.ts';
import { patienceMs } from '../../support/eventually.ts';
import { folderFor } from '../../support/folder.ts';
import { toolOnPath } from '../cli/tool-on-path.ts';

/** A cluster whose kubeconfig acts as alice, who may read and exec in namespace `default` and do nothing else. */
const clusterAsAlice = async () => {
  const api = await startKubernetesApi({ name: 'tokyo' });
  const written = parse(api.kubeconfig) as { users: { user: Record<string, unknown> }[] };
  for (const { user } of written.users)
    Object.assign(user, { as: 'alice', 'as-groups': ['ops', 'night, shift'], 'as-uid': '42', 'as-user-extra': { 'Reason/of it': ['a', 'b'] } });
  const asAlice = stringify(written);
  const cluster = connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text: asAlice }) });
  const users = new Set<string>();
  const stop = api.observe({ authorized: ({ user, verb }) => void (verb !== 'impersonate' && users.add(user)) });
  onTestFinished(async () => {
    stop();
    await cluster.close();
    await api.close();
  });
  const administrator = connectCluster({ name: 'tokyo', kubeConfig: loadKubeConfig({ text: api.kubeconfig }) });
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = { name: 'alice', namespace: 'default' };
  const rules = [{ apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get', 'list', 'watch'] }];
  await administrator.create({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules });
  const roleRef = { apiGroup: rbac, kind: 'Role', name: 'alice' };
  await administrator.create({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef,
    subjects: [{ apiGroup: rbac, kind: 'User', name: 'alice' }],
  });
  await administrator.close();
  users.clear();
  return { asAlice, cluster, users };
};

const CONFIG_MAPS = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' };

test('reads, writes, watches and WebSockets are the other user’s, with no right of who asks', async () => {
  const { cluster, users } = await clusterAsAlice();
  const { resourceVersion } = await cluster.list(CONFIG_MAPS);
  const ending = new AbortController();
  const watching = cluster.watch(CONFIG_MAPS, { resourceVersion, signal: ending.signal })[Symbol.asyncIterator]().next();
  await expect(cluster.create({ ...CONFIG_MAPS, metadata: { name: 'a', namespace: 'default' } })).rejects.toThrow(
    'User "alice" cannot create resource "configmaps"',
  );
  const pod = { namespace: 'default', pod: 'postgres-0' };
  await expect(cluster.exec(pod, ['id'])).rejects.toThrow('User "alice" cannot get resource "pods/exec"');
  await expect(cluster.forward({ ...pod, port: 53 })).rejects.toThrow('User "alice" cannot get resource "pods/portforward"');
  await expect(cluster.logs(pod)).rejects.toThrow('User "alice" cannot get resource "pods/log"');
  ending.abort();
  await watching.catch(() => undefined);
  expect(users).toEqual(new Set(['alice']));
});

test('the API server sees the same user from pgdist as from kubectl, with all groups, UID and extra fields', async () => {
  const { cluster, asAlice } = await clusterAsAlice();
  const kubeconfig = join(await folderFor(), 'kubeconfig');
  await writeFile(kubeconfig, await cluster.kubeconfig());
  const { kubectl } = await toolPaths();
  const { stdout } = await execa(kubectl, ['--kubeconfig', kubeconfig, 'auth', 'whoami', '-o', 'json']);
  const credentials = credentialsOf(loadKubeConfig({ text: asAlice }));
  const api = connectApiServerBy(credentials, { userAgent: 'pgdist' });
  onTestFinished(() => api.close());
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const review = await api.json<{ status: unknown }>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body });
  const expected = {
    username: 'alice',
    uid: '42',
    groups: ['ops', 'night, shift', 'system:authenticated'],
    extra: { 'reason/of it': ['a', 'b'] },
  };
  expect((JSON.parse(stdout) as { status: unknown }).status).toEqual({ userInfo: expected });
  expect(review.status).toEqual({ userInfo: expected });
});

test('helm is the other user, too', async () => {
  const { cluster, users } = await clusterAsAlice();
  const { helm } = await toolPaths();
  await toolOnPath('helm', `exec '${helm}' "$@"`);
  const tool = createHelm({ kubeconfigOf: () => cluster.kubeconfig() });
  const options = { timeoutMs: patienceMs(), signal: new AbortController().signal };
  await tool.uninstall({ cluster: 'tokyo', release: 'kubedb', namespace: 'kubedb' }, options);
  expect(users).toEqual(new Set(['alice']));
});
