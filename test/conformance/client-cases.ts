import { describe, expect, it } from 'vitest';
import type { ConnectedCluster } from '../../src/adapters/kubernetes/connect-cluster.ts';
import { ApplyConflictError, ClusterRefusedError, ConflictError, KindMissingError } from '../../src/ports/cluster-errors.ts';
import { NotYetError } from '../../src/domain/problem.ts';
import { agentRequest } from '../../playground/operators/ocm/spoke/csr.ts';
import { connectApiServer } from '../../src/kube-api/api-server.ts';
import { APPLY, MERGE, namespaceIn, uniqueName, type Answer, type Target } from '../playground/kubernetes-api/target.ts';
import { askDns } from '../../src/steps/coredns/ask-dns.ts';
import { systemClock } from '../support/system-clock.ts';
import { eventually, patienceMs } from '../support/eventually.ts';

/** A cluster that runs pods, as pgdist's client sees it. */
export interface Served {
  readonly target: Target;
  readonly cluster: ConnectedCluster;
}

const EVERY = { everyMs: 100 };

/** What pgdist's client does with a cluster: each behaviour as the steps rely on it. */
export const clientCases = (served: () => Served): void => {
  const cluster = () => served().cluster;
  const configMap = (namespace: string, data: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace },
    data,
  });
  const settings = (namespace: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' }) as const;

  describe('the client', () => {
    it('is told by a diff what an apply would change, and nothing after it', async () => {
      const namespace = await namespaceIn(served().target);
      expect(await cluster().diff(configMap(namespace, { a: '1' }))).toEqual({ exists: false, changes: [{ path: 'data.a', to: '1' }] });
      await cluster().apply(configMap(namespace, { a: '1', b: '2' }));
      expect(await cluster().diff(configMap(namespace, { a: '1', b: '2' }))).toEqual({ exists: true, changes: [] });
      expect((await cluster().diff(configMap(namespace, { a: '3' }))).changes).toEqual([
        { path: 'data.a', from: '1', to: '3' },
        { path: 'data.b', from: '2' },
      ]);
    });

    it('is told which manager holds a field that it wants', async () => {
      const namespace = await namespaceIn(served().target);
      const at = `/api/v1/namespaces/${namespace}/configmaps/settings`;
      const query = { fieldManager: 'helm', force: 'true' };
      await served().target.api.json('PATCH', at, { body: configMap(namespace, { a: '1' }), type: APPLY, query });
      for (const call of [cluster().diff, cluster().apply]) {
        const error = await call(configMap(namespace, { a: '2' })).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(ApplyConflictError);
        expect((error as ApplyConflictError).conflicts).toEqual([{ manager: 'helm', field: 'data.a' }]);
      }
    });

    it('is told that a field is not declared, in an apply and in its dry run', async () => {
      const namespace = await namespaceIn(served().target);
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's', namespace },
        spec: { ports: [{ port: 80 }], selectors: { a: 'b' } },
      };
      for (const call of [cluster().apply, cluster().diff])
        await expect(call(service)).rejects.toSatisfy((error) => error instanceof Error && error.message.includes('.spec.selectors'));
    });

    it('tells a missing kind, a missing namespace and a missing object apart', async () => {
      const nowhere = uniqueName('nowhere');
      await expect(cluster().read({ apiVersion: 'example.org/v1', kind: 'Nothing', name: 'x', namespace: 'default' })).rejects.toThrow(
        KindMissingError,
      );
      await expect(cluster().diff(configMap(nowhere, {}))).rejects.toThrow(NotYetError);
      expect(await cluster().read(settings(nowhere))).toBeUndefined();
    });

    it('loses a merge to somebody who was faster', async () => {
      const namespace = await namespaceIn(served().target);
      const { metadata } = await cluster().apply(configMap(namespace, { a: '1' }));
      const resourceVersion = metadata.resourceVersion ?? '';
      await cluster().merge(settings(namespace), { data: { a: '2' } }, { resourceVersion });
      await expect(cluster().merge(settings(namespace), { data: { a: '3' } }, { resourceVersion })).rejects.toThrow(ConflictError);
      await expect(cluster().create(configMap(namespace, {}))).rejects.toSatisfy(
        (error) => error instanceof ClusterRefusedError && error.reason === 'AlreadyExists',
      );
    });

    it('watches on from a list', async () => {
      const namespace = await namespaceIn(served().target);
      const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace, fieldSelector: 'metadata.name=settings' };
      const { resourceVersion } = await cluster().list(query);
      await cluster().apply(configMap(namespace, { n: '1' }));
      const end = new AbortController();
      const seen: string[] = [];
      for await (const { type, object } of cluster().watch(query, { resourceVersion, signal: end.signal })) {
        seen.push(`${type} ${(object['data'] as { n: string }).n}`);
        if (type === 'ADDED') await cluster().apply(configMap(namespace, { n: '2' }));
        if (type === 'MODIFIED') await cluster().delete(settings(namespace));
        if (type === 'DELETED') end.abort();
      }
      expect(seen).toEqual(['ADDED 1', 'MODIFIED 2', 'DELETED 2']);
    });

    it('asks for rights and tokens', async () => {
      const namespace = await namespaceIn(served().target);
      expect(await cluster().allowed({ verb: '*', group: '*', resource: '*' })).toBe(true);
      await cluster().create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'agent', namespace } });
      const token = await cluster().token({ namespace, name: 'agent' }, 600);
      const { server, ca } = served().target.connection;
      const agent = connectApiServer({ server, ca, userAgent: 'agent/1', authorization: async () => `Bearer ${token}` });
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const { status } = await agent.json<Answer>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: review });
      await agent.close();
      expect(status.userInfo.username).toBe(`system:serviceaccount:${namespace}:agent`);
    });

    it('approves a certificate request, which is signed then', async () => {
      const name = uniqueName('agent');
      const { request } = await agentRequest(name, 'one');
      const kind = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' } as const;
      const ref = { ...kind, name };
      const spec = {
        request: Buffer.from(request).toString('base64'),
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['digital signature', 'key encipherment', 'client auth'],
      };
      const made = await cluster().create({ ...kind, metadata: { name }, spec });
      const condition = { type: 'Approved', status: 'True', reason: 'Test', message: 'trusted' };
      await cluster().update({ ...made, status: { conditions: [condition] } }, { subresource: 'approval' });
      const certificate = await eventually(async () => {
        const { status } = (await cluster().read(ref)) as { status?: { certificate?: string } };
        expect(status?.certificate).toBeTypeOf('string');
        return Buffer.from(status?.certificate ?? '', 'base64').toString();
      }, EVERY);
      expect(certificate).toContain('-----BEGIN CERTIFICATE-----');
      await cluster().delete(ref);
    });

    it('runs commands in a pod and reads its log', async () => {
      const namespace = await namespaceIn(served().target);
      const container = (name: string, command: string[]) => ({ name, image: process.env['PGDIST_TEST_IMAGE'] ?? 'busybox:1.36', command });
      await cluster().create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'talk', namespace },
        spec: { restartPolicy: 'Never', containers: [container('talk', ['sh', '-c', 'echo one; echo two'])] },
      });
      await cluster().create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'stay', namespace },
        spec: { terminationGracePeriodSeconds: 0, containers: [container('stay', ['sleep', '600'])] },
      });
      const phase = async (name: string): Promise<unknown> =>
        (await served().target.api.json<Answer>('GET', `/api/v1/namespaces/${namespace}/pods/${name}`)).status?.phase;
      await eventually(async () => expect(await phase('stay')).toBe('Running'), EVERY);
      const stay = { namespace, pod: 'stay' };
      expect(await cluster().exec(stay, ['echo', 'a b', 'c&d'])).toEqual({ exitCode: 0, stdout: 'a b c&d\n', stderr: '' });
      expect(await cluster().exec(stay, ['false'])).toMatchObject({ exitCode: 1 });
      expect(await cluster().exec(stay, ['sh', '-c', 'cat nothing'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("can't open") });
      await expect(cluster().exec({ namespace, pod: 'none' }, ['echo'])).rejects.toThrow('not found');
      await expect(cluster().exec({ ...stay, container: 'none' }, ['echo'])).rejects.toThrow('container none is not valid for pod stay');
      await eventually(async () => expect(await phase('talk')).toBe('Succeeded'), EVERY);
      expect(await cluster().logs({ namespace, pod: 'talk' })).toBe('one\ntwo\n');
      expect(await cluster().logs({ namespace, pod: 'talk' }, { tailLines: 1 })).toBe('two\n');
      await expect(cluster().logs({ namespace, pod: 'talk' }, { previous: true })).rejects.toThrow('previous terminated container "talk"');
      await served().target.api.json('DELETE', `/api/v1/namespaces/${namespace}/pods/stay`, { query: { gracePeriodSeconds: '0' } });
    });

    it('asks the DNS of a cluster through a forwarded port', async () => {
      const query = { labelSelector: 'k8s-app=kube-dns' };
      const pod = await eventually(async () => {
        const { items = [] } = await served().target.api.json<Answer>('GET', '/api/v1/namespaces/kube-system/pods', { query });
        const ready = items.find(({ status }: Answer) =>
          status.conditions?.some(({ type, status: value }: { type: string; status: string }) => type === 'Ready' && value === 'True'),
        );
        expect(ready).toBeDefined();
        return ready as Answer;
      }, EVERY);
      const at = { namespace: 'kube-system', pod: pod.metadata['name'] as string, port: 53 };
      const context = { clock: systemClock, signal: AbortSignal.timeout(patienceMs()) };
      const kubernetes = await served().target.api.json<Answer>('GET', '/api/v1/namespaces/default/services/kubernetes');
      expect(await askDns(context, cluster(), at, 'kubernetes.default.svc.cluster.local')).toMatchObject({
        addresses: [kubernetes.spec.clusterIP],
      });
      expect(await askDns(context, cluster(), at, 'nothing.default.svc.cluster.local')).toMatchObject({ rcode: 'NXDOMAIN', addresses: [] });
      const stream = await cluster().forward({ ...at, port: 4 });
      const failure = new Promise((resolve, reject) => {
        stream.on('error', resolve);
        stream.on('end', () => reject(new Error('ended without an error')));
        stream.resume();
      });
      expect(String(await failure)).toMatch(/connection refused|dial tcp/);
    });

    it('counts what it merges into a status as no change of what is wanted', async () => {
      const namespace = await namespaceIn(served().target);
      const at = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
      const body = { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } } };
      const made = await served().target.api.json<Answer>('POST', at, { body });
      const changed = await served().target.api.json<Answer>('PATCH', `${at}/b/status`, { body: { status: { disruptionsAllowed: 3 } }, type: MERGE });
      expect(changed.metadata['generation']).toBe(made.metadata['generation']);
    });
  });
};
