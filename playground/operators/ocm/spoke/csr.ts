import * as x509 from '../../../control/x509.ts';
import { webcrypto } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

interface AgentRequest {
  /** PEM. */
  readonly request: string;
  /** PEM. */
  readonly key: string;
}

/** Certificate request of a cluster's agent: CN names the agent, O the groups that the hub gives rights to. */
export const agentRequest = async (cluster: string, agent: string): Promise<AgentRequest> => {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const group = `system:open-cluster-management:${cluster}`;
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: new x509.Name([{ O: [group] }, { O: ['system:open-cluster-management:managed-clusters'] }, { CN: [`${group}:${agent}`] }]).toString(),
    keys,
    signingAlgorithm: ALGORITHM,
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { request: `${csr.toString('pem')}\n`, key: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n` };
};
