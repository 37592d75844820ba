import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKubernetesApi, type KubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import { connectApiServer, type ApiError } from '../../../src/kube-api/api-server.ts';
import { execIn } from '../../../src/kube-api/exec.ts';
import { runPod, smallNode } from './pods.ts';
import { namespaceIn, refusal, targetOf, type Answer, type Target } from './target.ts';
import { patienceMs } from '../../support/eventually.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

describe.each([
  { version: 'v1.34.2', withGet: 'hello\n' },
  { version: 'v1.35.4', withGet: 'pods "pod" is forbidden: ' },
])('the rights to enter a pod of the API double at $version', ({ version, withGet }) => {
  let double: KubernetesApi;
  let target: Target;
  let node: Awaited<ReturnType<typeof smallNode>>;
  beforeAll(async () => {
    double = await startKubernetesApi({ name: 'tokyo', version });
    target = targetOf({ name: 'tokyo', server: double.url, ca: double.caPem, token: double.adminToken }, () => double.close());
    node = await smallNode();
    double.setNodeBackend(node.backend);
  });
  afterAll(async () => {
    await target.close();
    await node.close();
  });

  const echoAs = async (verbs: readonly string[]): Promise<string> => {
    const namespace = await namespaceIn(target);
    const { api } = target;
    await runPod(target, namespace, 'pod');
    await api.json('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { body: { metadata: { name: 'robot' } } });
    const rules = [{ apiGroups: [''], resources: ['pods/exec'], verbs }];
    await api.json('POST', `${RBAC}/namespaces/${namespace}/roles`, { body: { metadata: { name: 'robot' }, rules } });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'robot' };
    const subjects = [{ kind: 'ServiceAccount', name: 'robot', namespace }];
    await api.json('POST', `${RBAC}/namespaces/${namespace}/rolebindings`, { body: { metadata: { name: 'robot' }, roleRef, subjects } });
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const { status } = await api.json<Answer>('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/robot/token`, { body: request });
    const own = connectApiServer({
      server: double.url,
      ca: double.caPem,
      userAgent: 'conformance/1',
      authorization: async () => `Bearer ${status.token}`,
    });
    const signal = AbortSignal.timeout(patienceMs());
    try {
      return (await execIn(own, { target: { namespace, pod: 'pod' }, command: ['echo', 'hello'], signal, timeoutMs: 10_000 })).stdout;
    } finally {
      await own.close();
    }
  };

  it('exec by WebSocket asks for get and, since 1.35, for create', async () => {
    expect(await echoAs(['get', 'create'])).toBe('hello\n');
    expect((await refusal(echoAs(['create']))).message).toContain('cannot get resource "pods/exec" in API group ""');
    const outcome = await echoAs(['get']).catch((error: unknown) => (error as ApiError).status.message);
    expect(outcome).toBe(withGet);
  });
});
