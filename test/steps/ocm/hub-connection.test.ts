import { expect, test } from 'vitest';
import { hubConnectionOf } from '../../../src/steps/ocm/hub-connection.ts';
import { klusterletSchema } from '../../../src/steps/ocm/objects.ts';
import { testFleet } from '../../support/fleet.ts';

const HUB = new URL(testFleet.hubApiServer).host;
const klusterlet = (status: string, reason: string, message = '') =>
  klusterletSchema.parse({
    metadata: { name: 'klusterlet', resourceVersion: '1' },
    spec: { clusterName: 'osaka' },
    status: { conditions: [{ type: 'HubConnectionDegraded', status, reason, message }] },
  });
const at = (error: string) =>
  `Failed to create SelfSubjectAccessReview: Post "https://${HUB}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": ${error}\nsecrets "hub-kubeconfig-secret" not found`;

/** Signs as OCM v1.3.1 writes them. */
test.each([
  ['works', 'False', 'HubConnectionFunctional', '', 'connected'],
  ['waits for its approval', 'True', 'BootstrapSecretFunctional,HubKubeConfigSecretMissing', '', 'awaits-acceptance'],
  ['is approved and not accepted', 'True', 'BootstrapSecretFunctional,HubKubeConfigUnauthorized', '', 'awaits-acceptance'],
  ['lost its bootstrap Secret', 'True', 'BootstrapSecretMissing,HubKubeConfigSecretMissing', '', 'needs-join'],
  ['has an expired token', 'True', 'BootstrapSecretError,HubKubeConfigSecretMissing', at('Unauthorized'), 'needs-join'],
  [
    'was joined by an address that was replaced since',
    'True',
    'BootstrapSecretError,HubKubeConfigSecretMissing',
    at('connection refused').replace(HUB, '127.0.0.1:6443'),
    'needs-join',
  ],
] as const)('an agent that %s is %s', (_what, status, reason, message, kind) => {
  expect(hubConnectionOf(klusterlet(status, reason, message), testFleet, 'osaka').kind).toBe(kind);
});

test.each([
  ['dial tcp 10.0.0.1:6443: connect: connection refused', 'PGD-017', 'pods of osaka cannot reach the hub'],
  ['dial tcp: lookup hub.example: no such host', 'PGD-017', 'pods of osaka cannot reach the hub'],
  ['dial tcp 10.0.0.1:6443: i/o timeout', 'PGD-017', 'pods of osaka cannot reach the hub'],
  ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'PGD-021', 'osaka does not trust the certificate'],
  ['x509: certificate is valid for 10.96.0.1, not 10.0.0.1', 'PGD-017', "the hub's certificate does not name"],
  ['x509: certificate has expired or is not yet valid', 'PGD-021', 'not valid at its time'],
  ['something else', 'PGD-021', 'is not connected to the hub'],
])('%s: %s', (error, code, what) => {
  const connection = hubConnectionOf(klusterlet('True', 'BootstrapSecretError,HubKubeConfigSecretMissing', at(error)), testFleet, 'osaka');
  expect(connection).toMatchObject({
    kind: 'broken',
    problem: { code, what: expect.stringContaining(what) as unknown, evidence: [expect.stringContaining(error)] },
  });
});
