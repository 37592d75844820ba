import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeServingCertificate } from '../../../playground/kubernetes-api/auth/certificates.ts';
import { namespaceIn, refusal, startDouble, type Answer, type Target } from './target.ts';

type Review = { request: { uid: string; operation: string; name: string; dryRun: boolean; object: Answer | null; userInfo: { username: string } } };

describe('admission webhooks of the API double', () => {
  let target: Target;
  let double: Awaited<ReturnType<typeof startDouble>>['double'];
  let server: Server;
  let caBundle: string;
  let answer: (review: Review) => object | Promise<object>;
  let asked: Review[];
  let namespace: string;
  const configMap = (name: string, query: Record<string, string> = {}) =>
    target.api.json<Answer>('POST', `/api/v1/namespaces/${namespace}/configmaps`, {
      body: { metadata: { name, labels: { checked: 'yes' } }, data: { a: '1' } },
      query,
    });
  const url = (path = '/check') => `https://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  const configure = async (kind: 'Validating' | 'Mutating', change: Record<string, unknown> = {}): Promise<() => Promise<unknown>> => {
    const at = `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`;
    const webhook = {
      name: 'check.example.org',
      clientConfig: { url: url(), caBundle },
      rules: [{ operations: ['CREATE', 'UPDATE', 'DELETE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
      objectSelector: { matchLabels: { checked: 'yes' } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      ...change,
    };
    await target.api.json('POST', at, { body: { metadata: { name: 'checks' }, webhooks: [webhook] } });
    return () => target.api.json('DELETE', `${at}/checks`);
  };

  beforeAll(async () => {
    ({ target, double } = await startDouble());
    const certificate = await makeServingCertificate('webhook', ['hook.example.svc']);
    caBundle = Buffer.from(certificate.caPem).toString('base64');
    server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (request, response) => {
      void json(request).then(async (body) => {
        const review = body as Review;
        asked.push(review);
        const said = await answer(review);
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: review.request.uid, ...said } }));
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
  beforeEach(async () => {
    asked = [];
    answer = () => ({ allowed: true });
    namespace = await namespaceIn(target);
  });
  afterAll(async () => {
    await target.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('refuse with their message, code and reason, in dry runs too', async () => {
    const remove = await configure('Validating');
    answer = () => ({ allowed: false, status: { code: 422, reason: 'Invalid', message: 'the colour is wrong' } });
    const denied = { code: 422, reason: 'Invalid', message: 'admission webhook "check.example.org" denied the request: the colour is wrong' };
    expect(await refusal(configMap('one'))).toMatchObject(denied);
    expect(await refusal(configMap('one', { dryRun: 'All' }))).toMatchObject(denied);
    expect(asked.map(({ request }) => [request.operation, request.name, request.dryRun, request.userInfo.username])).toEqual([
      ['CREATE', 'one', false, 'kubernetes-admin'],
      ['CREATE', 'one', true, 'kubernetes-admin'],
    ]);
    answer = () => ({ allowed: false });
    expect(await refusal(configMap('one'))).toMatchObject({
      code: 400,
      message: 'admission webhook "check.example.org" denied the request without explanation',
    });
    await remove();
  });

  it('let two applies that both found nothing come out as one object with the fields of both', async () => {
    const remove = await configure('Validating');
    const path = `/api/v1/namespaces/${namespace}/configmaps/both`;
    const apply = (manager: string) =>
      target.api.json<Answer>('PATCH', path, {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'both', labels: { checked: 'yes' } }, data: { [manager]: '1' } },
        type: 'application/apply-patch+yaml',
        query: { fieldManager: manager },
      });
    // Both are to be made before either is there.
    const both = Promise.withResolvers<void>();
    answer = async ({ request }) => {
      if (asked.length === 2) both.resolve();
      if (request.operation === 'CREATE') await both.promise;
      return { allowed: true };
    };
    await Promise.all([apply('one'), apply('other')]);
    expect(await target.api.json<Answer>('GET', path)).toMatchObject({ data: { one: '1', other: '1' } });
    await remove();
  });

  it('are asked only about what their rules and selectors name', async () => {
    const remove = await configure('Validating', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } });
    answer = () => ({ allowed: false });
    await target.api.json('POST', `/api/v1/namespaces/${namespace}/configmaps`, { body: { metadata: { name: 'unlabelled' } } });
    await target.api.json('POST', `/api/v1/namespaces/${namespace}/secrets`, { body: { metadata: { name: 'secret', labels: { checked: 'yes' } } } });
    const inside = namespace;
    namespace = await namespaceIn(target);
    await configMap('elsewhere');
    expect(asked).toEqual([]);
    namespace = inside;
    expect(await refusal(configMap('one'))).toMatchObject({ code: 400 });
    await remove();
  });

  it('change objects before they are validated, and refuse deletions', async () => {
    const remove = await configure('Mutating');
    answer = () => ({
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify([{ op: 'add', path: '/data/b', value: '2' }])).toString('base64'),
    });
    expect((await configMap('one')).data).toEqual({ a: '1', b: '2' });
    await remove();
    const removeValidating = await configure('Validating');
    answer = ({ request }) => ({ allowed: request.operation !== 'DELETE', status: { code: 403, message: 'it is needed' } });
    expect(await refusal(target.api.json('DELETE', `/api/v1/namespaces/${namespace}/configmaps/one`))).toMatchObject({
      code: 403,
      message: expect.stringContaining('it is needed'),
    });
    await removeValidating();
  });

  it('block writes when they cannot be reached, unless their failure is to be ignored', async () => {
    const closed = { clientConfig: { url: 'https://127.0.0.1:1/check', caBundle } };
    const remove = await configure('Validating', closed);
    expect(await refusal(configMap('one'))).toMatchObject({
      code: 500,
      reason: 'InternalError',
      message:
        'Internal error occurred: failed calling webhook "check.example.org": failed to call webhook: Post "https://127.0.0.1:1/check?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused',
    });
    await remove();
    const removeIgnored = await configure('Validating', { ...closed, failurePolicy: 'Ignore' });
    await configMap('one');
    await removeIgnored();
  });

  it('are found through their Service, and missed when it has no endpoints', async () => {
    const service = { namespace: 'example', name: 'hook', path: '/check' };
    await target.api.json('POST', '/api/v1/namespaces', { body: { metadata: { name: 'example' } } });
    await target.api.json('POST', '/api/v1/namespaces/example/services', { body: { metadata: { name: 'hook' }, spec: { ports: [{ port: 443 }] } } });
    const remove = await configure('Validating', { clientConfig: { service, caBundle } });
    expect(await refusal(configMap('one'))).toMatchObject({
      code: 500,
      message: expect.stringContaining('Post "https://hook.example.svc:443/check?timeout=10s": no endpoints available for service "hook"'),
    });
    double.setServiceResolver((inNamespace, name, port) => (inNamespace === 'example' && name === 'hook' && port === 443 ? url('') : undefined));
    await configMap('one');
    expect(asked.map(({ request }) => request.name)).toEqual(['one']);
    await remove();
  });
});
