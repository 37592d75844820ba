import { expect, test } from 'vitest';
import type { ClusterReader } from '../../../src/ports/cluster.ts';
import { type AgentRequest, requestToApprove } from '../../../src/steps/ocm/certificate-requests.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

/** Lines of a registration agent, with the request and the agent in them. */
const LOG = `
I1128 10:00:00.000000       1 agent.go:212] Cluster name is "osaka" and agent name is "x7k2q"
I1128 10:00:00.100000       1 event.go:377] "CSRCreated" type="Normal" reason="A csr osaka-wq8zt. is created for osaka"
I1128 10:00:00.200000       1 leaderelection.go:271] attempting to acquire lease klusterlet-registration-agent-7d9f8b6c5d-m4b8n
W1128 10:00:00.300000   24567 transport.go:10] x-https: http2: client connection lost, https://10.0.0.1:6443
`;

const spoke = (log: string, pods = 1) => {
  const cluster = memoryCluster('osaka');
  const asked: string[] = [];
  for (let index = 0; index < pods; index += 1)
    cluster.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `agent-${index}`, namespace: 'open-cluster-management-agent' } });
  const reader: ClusterReader = {
    ...cluster,
    async logs({ pod }) {
      asked.push(pod);
      return log;
    },
  };
  return { reader, asked };
};
/** On a hub that does not tell with which token it was made. */
const request = (name: string, agent: string): AgentRequest => ({
  name,
  agent,
  createdAt: '2026-11-22T10:00:00Z',
  state: 'pending',
  signed: false,
  oddities: [],
  credentialId: undefined,
  object: { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name } },
});

test.each([
  ['its name', request('osaka-wq8zt', 'zzzzz')],
  ['its agent', request('osaka-zzzzz', 'x7k2q')],
])('a request of which the spoke’s own log tells %s is the one to approve', async (_, told) => {
  expect(await requestToApprove([request('osaka-bbbbb', 'ccccc'), told], spoke(LOG).reader)).toBe(told);
});

test.each([
  ['a letter', request('other-bbbbb', 'x')],
  ['a part of the name', request('osaka-wq8z', 'ccccc')],
  ['a part of the agent', request('osaka-bbbbb', '7k2q')],
  ['the cluster', request('osaka', 'osaka')],
  ['words', request('created', 'name')],
  ['words that are joined', request('klusterlet-registration-agent', 'event.go')],
  ['the end of the pod’s name', request('m4b8n', 'm4b8n')],
  ['numbers', request('10', '271')],
  ['a protocol', request('https', 'http2')],
  ['a protocol behind a name', request('x-https', '24567')],
  ['the level', request('I1128', '1')],
])('another spoke that asks under %s of that log is not', async (_, asked) => {
  expect(await requestToApprove([asked], spoke(LOG).reader)).toBeUndefined();
});

test('a spoke of thousands of agents is asked for a few logs', async () => {
  const { reader, asked } = spoke('', 5_000);
  await requestToApprove([request('osaka-wq8zt', 'x7k2q')], reader);
  expect(asked.length).toBeLessThan(10);
});
