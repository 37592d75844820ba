import { expect, test } from 'vitest';
import { ApiError } from '../../../src/kube-api/api-server.ts';
import { ExecRefusedError } from '../../../src/kube-api/exec.ts';
import { failureOf } from '../../../src/adapters/kubernetes/failures.ts';
import { NotYetError, TransientError } from '../../../src/domain/problem.ts';
import { plainText } from '../../../src/domain/text.ts';
import { problemsOf } from '../../../src/walk/problems-of.ts';
import { ClusterRefusedError, ClusterUnreachableError, DryRunFailedError, PodUnreachableError } from '../../../src/ports/cluster-errors.ts';

const applying = { cluster: 'tokyo', text: 'applying SliceConfig kubeslice-demo/demo', kind: { apiVersion: 'v1', kind: 'SliceConfig' } };
const refused = (code: number, reason: string, message: string) => new ApiError({ code, reason, message });
const noWebhook = refused(
  500,
  'InternalError',
  'Internal error occurred: failed calling webhook "vsliceconfig.kb.io": failed to call webhook: Post "https://kubeslice-webhook.kubeslice-controller.svc:443/validate": no endpoints available for service "kubeslice-webhook"',
);

test('a webhook that cannot be reached is not there yet for a plan, and passes for an apply', () => {
  const planned = failureOf(noWebhook, { ...applying, planning: true });
  expect(planned).toBeInstanceOf(NotYetError);
  expect((planned as NotYetError).missing).toBe('webhook vsliceconfig.kb.io of tokyo');
  expect(failureOf(noWebhook, applying)).toBeInstanceOf(TransientError);
});

test('a webhook that says no is a refusal, in its own words', () => {
  const error = failureOf(
    refused(400, 'BadRequest', 'admission webhook "vsliceconfig.kb.io" denied the request: must be a private subnet'),
    applying,
  );
  expect(error).toBeInstanceOf(ClusterRefusedError);
  expect(error.message).toBe(
    'applying SliceConfig kubeslice-demo/demo on tokyo: admission webhook "vsliceconfig.kb.io" denied the request: must be a private subnet',
  );
});

/** What comes back from a dry run, and what it says: only silence of the cluster may be called that. */
test.each([
  [
    'a webhook that denies with a code of its own choice',
    refused(500, 'InternalError', 'admission webhook "vpostgres.kubedb.com" denied the request: no'),
    ClusterRefusedError,
  ],
  [
    'a webhook that cannot be dry run',
    refused(400, 'BadRequest', 'admission webhook "vpostgres.kubedb.com" does not support dry run'),
    ClusterRefusedError,
  ],
  ['a webhook that held the answer up', refused(504, 'Timeout', 'Timeout: request did not complete within requested timeout'), DryRunFailedError],
  ['an error of the API server', refused(500, 'InternalError', 'Internal error occurred: quota evaluation timed out'), DryRunFailedError],
  ['a closed port', new Error('x', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }), ClusterUnreachableError],
])('of a dry run, %s is told as what it is', (what, error, kind) => {
  const failure = failureOf(error, { ...applying, planning: true });
  expect(failure).toBeInstanceOf(kind);
  const problems = problemsOf(failure, { title: 'the slice is there', cluster: 'tokyo' }, { underWay: false });
  expect(problems?.map(({ code }) => code)).toEqual([
    what.includes('cannot be dry run')
      ? 'PGD-089'
      : { ClusterRefusedError: 'PGD-084', DryRunFailedError: 'PGD-089', ClusterUnreachableError: 'PGD-001' }[kind.name],
  ]);
});

test.each([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'the host name is not known'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not signed by the authority in the kubeconfig'],
])('%s is told in words, however deep it lies', (code, words) => {
  const error = failureOf(new Error('request failed', { cause: new AggregateError([Object.assign(new Error('x'), { code })]) }), applying);
  expect(error).toBeInstanceOf(ClusterUnreachableError);
  expect(error.message).toBe(`applying SliceConfig kubeslice-demo/demo on tokyo: ${words}`);
});

test('a server that is overwhelmed is a passing failure, missing rights are a refusal', () => {
  expect(failureOf(refused(503, 'ServiceUnavailable', 'etcd is busy'), applying)).toBeInstanceOf(TransientError);
  expect(failureOf(refused(403, 'Forbidden', 'sliceconfigs is forbidden'), applying)).toMatchObject({
    name: 'ClusterRefusedError',
    code: 403,
    reason: 'Forbidden',
  });
});

const KUBELET_SAID: readonly (readonly [number, string, boolean])[] = [
  [500, 'unable to upgrade connection: container not found ("postgres")', true],
  [
    500,
    'Internal error occurred: error executing command in container: failed to exec in container: failed to load task: no running task found: task 3f not found',
    true,
  ],
  [500, 'cannot exec in a stopped container', true],
  [400, 'container "postgres" in pod "postgres-0" is waiting to start: ContainerCreating', true],
  [500, 'error dialing backend: dial tcp 10.250.0.11:10250: connect: connection refused', false],
  [502, 'error dialing backend: EOF', false],
  [504, 'error dialing backend: net/http: TLS handshake timeout', false],
];

test.each(KUBELET_SAID)('what a kubelet says (%i, %s) is about the pod: the cluster answers', (code, message, stopped) => {
  const entering = { cluster: 'tokyo', text: 'running psql in pod demo/postgres-0', throughKubelet: true };
  const error = failureOf(refused(code, 'InternalError', message), entering);
  expect(error).toBeInstanceOf(PodUnreachableError);
  expect(error).not.toBeInstanceOf(ClusterUnreachableError);
  expect(error).toMatchObject({ stopped, obstacle: `${message} (HTTP ${code})` });
});

test.each(KUBELET_SAID.filter(([, , stopped]) => stopped))(
  'the same said after the connection was taken (%i, %s) is about the pod too',
  (code, message) => {
    const error = failureOf(new ExecRefusedError({ code, reason: 'InternalError', message }), {
      cluster: 'tokyo',
      text: 'running psql',
      throughKubelet: true,
    });
    expect(error).toMatchObject({ name: 'PodUnreachableError', stopped: true });
  },
);

test.each([429, 503])('an API server that takes no request to a kubelet either (%i) is the one that does not answer', (code) => {
  expect(
    failureOf(refused(code, 'TooManyRequests', 'busy'), { cluster: 'tokyo', text: 'running psql in pod demo/postgres-0', throughKubelet: true }),
  ).toBeInstanceOf(ClusterUnreachableError);
});

test.each([429, 500, 502, 503, 504])('an API server that answers with an error of its own (%i) is not told as one that does not answer', (code) => {
  const error = failureOf(refused(code, 'InternalError', 'conversion of Postgres failed'), { cluster: 'tokyo', text: 'listing Postgres' });
  const wordsOf = (underWay: boolean): string =>
    (problemsOf(error, { title: 'the database is there', cluster: 'tokyo' }, { underWay }) ?? []).map(({ what }) => plainText(what)).join();
  expect(wordsOf(false)).toBe(`tokyo answers with an error of its own (HTTP ${code}) where this is asked for: the database is there`);
  expect(wordsOf(true)).toBe(`tokyo answered with an error of its own (HTTP ${code}) while this was under way: the database is there`);
});
