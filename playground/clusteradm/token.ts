import { ApiError } from '../../src/kube-api/api-server.ts';
import { CLUSTER_MANAGER, OPERATOR_NAMESPACE } from '../operators/ocm/names.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { Console } from './console.ts';
import type { Flags, FlagSpec } from './flags.ts';
import { BOOTSTRAP_ACCOUNT } from './manifests.ts';

export const TOKEN_FLAGS: Readonly<Record<string, FlagSpec>> = { output: { kind: 'string', short: 'o' }, 'use-bootstrap-token': { kind: 'bool' } };
const LIFE_SECONDS = 3600;

/** `clusteradm get token`: the address is the kubeconfig's, useful to spokes or not. */
export const getToken = async (cluster: ClusterAccess, flags: Flags, { out }: Console): Promise<void> => {
  await requireHub(cluster);
  const token = await mintToken(cluster);
  if (flags.text('output') === 'json') return out(`${JSON.stringify({ 'hub-token': token, 'hub-apiserver': cluster.server })}\n`);
  out(`token=${token}\nplease log on spoke and run:\n`);
  out(`clusteradm join --hub-token ${token} --hub-apiserver ${cluster.server} --cluster-name <cluster_name>\n`);
};

export const requireHub = async (cluster: ClusterAccess): Promise<void> => {
  const manager = await cluster.get({ ...CLUSTER_MANAGER, name: 'cluster-manager' });
  if (manager === undefined) throw new Error('hub oriented command should not running against non-hub cluster');
};

/** A token of the bootstrap account, good for an hour. */
export const mintToken = async (cluster: ClusterAccess): Promise<string> => {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: OPERATOR_NAMESPACE, name: BOOTSTRAP_ACCOUNT };
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: LIFE_SECONDS } };
  try {
    return (await cluster.send('POST', account, 'token', request)).status.token;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Error(`failed to get token from sa ${OPERATOR_NAMESPACE}/${BOOTSTRAP_ACCOUNT}: ${error.message}`, { cause: error });
  }
};
