import { expect, test } from 'vitest';
import { plainText } from '../../src/domain/text.ts';
import { ClusterRefusedError } from '../../src/ports/cluster-errors.ts';
import { problemsOf } from '../../src/walk/problems-of.ts';

const STEP = { title: 'the database exists', cluster: 'tokyo' };
const problemOf = (message: string, code = 403) =>
  problemsOf(new ClusterRefusedError('tokyo', 'comparing Postgres demo/postgres', { code, reason: 'Forbidden', message }), STEP, {
    underWay: false,
  })![0]!;

/** As API servers, Gatekeeper, Kyverno and the plugins of admission word them. */
test.each<[string, string, RegExp]>([
  [
    'a webhook',
    'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] you must provide labels: {"owner"}',
    /policy behind webhook validation\.gatekeeper\.sh on tokyo/,
  ],
  [
    'a policy',
    `postgreses.kubedb.com "postgres" is forbidden: ValidatingAdmissionPolicy 'owners' with binding 'owners-binding' denied request: no owner`,
    /Have ValidatingAdmissionPolicy 'owners' of tokyo allow this/,
  ],
  [
    'a quota',
    'pods "a" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10',
    /room in ResourceQuota compute on tokyo/,
  ],
  ['a quota that wants limits', 'pods "a" is forbidden: failed quota: compute: must specify limits.cpu for: probe', /ResourceQuota compute/],
  ['a LimitRange', 'pods "a" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi', /Change the LimitRange/],
  [
    'Pod Security',
    'pods "a" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    /its Pod Security level is restricted:latest/,
  ],
  [
    'a namespace that is being deleted',
    'configmaps "a" is forbidden: unable to create new content in namespace demo because it is being terminated',
    /Wait until namespace demo of tokyo is gone/,
  ],
])('%s that refuses with 403 is told as what it is, and not as a right that is missing', (_, message, remedy) => {
  const problem = problemOf(message);
  expect(problem).toMatchObject({ code: 'PGD-084', evidence: [expect.stringContaining(message)] });
  expect(plainText(problem.remedy)).toMatch(remedy);
  expect(plainText(problem.remedy)).not.toContain('npm run rbac');
});

test.each([
  'postgreses.kubedb.com "postgres" is forbidden: User "pgdist" cannot patch resource "postgreses" in API group "kubedb.com" in the namespace "demo"',
  'clusterroles.rbac.authorization.k8s.io "a" is forbidden: user "pgdist" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held',
])('a right that is missing is told as that: %s', (message) => {
  expect(problemOf(message).code).toBe('PGD-002');
});
