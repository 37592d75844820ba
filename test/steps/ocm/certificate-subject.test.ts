import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { agentRequest } from '../../../playground/operators/ocm/spoke/csr.ts';
import { agentRequests } from '../../../src/steps/ocm/certificate-requests.ts';
import { subjectOfRequest } from '../../../src/steps/ocm/certificate-subject.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const csr = async (name: string, more: { cluster?: string; agent?: string; labels?: object; spec?: object; at?: string } = {}) => {
  const { request } = await agentRequest(more.cluster ?? 'osaka', more.agent ?? 'agent');
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: {
      name,
      creationTimestamp: more.at ?? '2026-11-22T10:00:00Z',
      labels: { 'open-cluster-management.io/cluster-name': 'osaka', ...more.labels },
    },
    spec: {
      request: base64(request),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['digital signature', 'key encipherment', 'client auth'],
      username: 'system:serviceaccount:open-cluster-management:agent-registration-bootstrap',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:open-cluster-management', 'system:authenticated'],
      ...more.spec,
    },
  };
};

test('the subject of a request is read', async () => {
  const { request } = await agentRequest('osaka', 'x1y2');
  expect(subjectOfRequest(request)).toEqual({
    commonNames: ['system:open-cluster-management:osaka:x1y2'],
    organizations: ['system:open-cluster-management:osaka', 'system:open-cluster-management:managed-clusters'],
    others: [],
  });
});

test('what is no request has no subject, wherever it is cut or spoilt', async () => {
  const { request } = await agentRequest('osaka', 'x1y2');
  const der = Buffer.from(request.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const pem = (bytes: Buffer): string => `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  expect(subjectOfRequest(pem(der))).toBeDefined();
  for (let length = 0; length < der.length; length += 7) expect(subjectOfRequest(pem(der.subarray(0, length)))).toBeUndefined();
  for (let round = 0; round < 50; round += 1) expect(subjectOfRequest(pem(randomBytes(200)))).toBeUndefined();
  expect(subjectOfRequest('no PEM')).toBeUndefined();
});

test("requests in the cluster's name are listed oldest first, without those of add-ons; what sets one apart stands beside it", async () => {
  const requests = agentRequests(
    [
      await csr('newer', { agent: 'b', at: '2026-11-22T10:05:00Z' }),
      await csr('older', { agent: 'a' }),
      await csr('of-an-addon', { labels: { 'open-cluster-management.io/addon-name': 'kubeslice' } }),
      await csr('of-another-cluster', { cluster: 'kyoto', at: '2026-11-22T10:07:00Z' }),
    ],
    'osaka',
  );
  expect(requests.map(({ name, agent, state, oddities }) => ({ name, agent, state, odd: oddities.length }))).toEqual([
    { name: 'older', agent: 'a', state: 'pending', odd: 0 },
    { name: 'newer', agent: 'b', state: 'pending', odd: 0 },
    { name: 'of-another-cluster', agent: '', state: 'pending', odd: 3 },
  ]);
});
