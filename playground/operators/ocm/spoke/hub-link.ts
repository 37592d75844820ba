import { ApiError } from '../../../../src/kube-api/api-server.ts';
import type { FleetNetwork } from '../../../control/network.ts';
import { operatorClient, type OperatorClient } from '../../../control/kit.ts';
import { MANAGED_CLUSTER } from '../names.ts';

/** How a spoke's agents get to the hub. */
export interface HubLink {
  readonly network: FleetNetwork;
  /** Name of the spoke's cluster in the network. */
  readonly from: string;
}

/** A client of the hub behind an advertised address: with the given token, or with the agent's own rights. Throws when there is no way. */
export const openHub = ({ network, from }: HubLink, server: string, token: string | undefined, agent: string): OperatorClient => {
  const connection = network.resolve(server);
  if (connection === undefined || !network.reachable(from, server)) throw new Error(noWay({ network, from }, server));
  return operatorClient(token === undefined ? connection : { ...connection, token }, agent);
};

/** Go's words for a connection that does not come about. */
const noWay = ({ network }: HubLink, server: string): string => {
  const host = new URL(server).host;
  return network.resolve(server) === undefined ? `dial tcp ${host}: connect: connection refused` : `dial tcp ${host}: i/o timeout`;
};

/** A review of a right as Go prints it, which is how the operator tells of one. */
export const reviewed = (verb: string, name = ''): string =>
  `&ResourceAttributes{Namespace:,Verb:${verb},Group:cluster.open-cluster-management.io,Version:,Resource:managedclusters,Subresource:,Name:${name},FieldSelector:nil,LabelSelector:nil,}`;

type BootstrapVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string; readonly message: string };

/** Tries a bootstrap token as the agent would use it: may it create its ManagedCluster? */
export const tryBootstrap = async (link: HubLink, server: string, token: string): Promise<BootstrapVerdict> => {
  const failed = (reason: string, cause: string): BootstrapVerdict => ({
    ok: false,
    reason,
    message: `Failed to create &SelfSubjectAccessReview{ObjectMeta:{      0 0001-01-01 00:00:00 +0000 UTC <nil> <nil> map[] map[] [] [] []},Spec:SelfSubjectAccessReviewSpec{ResourceAttributes:${reviewed('create')},NonResourceAttributes:nil,},Status:SubjectAccessReviewStatus{Allowed:false,Reason:,EvaluationError:,Denied:false,},} with bootstrap secret "open-cluster-management-agent" "bootstrap-hub-kubeconfig": Post "${server}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": ${cause}`,
  });
  let client: OperatorClient | undefined;
  try {
    client = openHub(link, server, token, 'klusterlet-operator');
    const review = await client.api.json<{ status: { allowed: boolean } }>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { group: MANAGED_CLUSTER.apiVersion.split('/')[0], resource: 'managedclusters', verb: 'create' } },
      },
    });
    if (review.status.allowed) return { ok: true };
    return {
      ok: false,
      reason: 'BootstrapSecretUnauthorized',
      message: `Operation for resource ${reviewed('create')} is not allowed with bootstrap secret "open-cluster-management-agent"/"bootstrap-hub-kubeconfig" to apiserver ${server}`,
    };
  } catch (error) {
    return failed('BootstrapSecretError', error instanceof ApiError && error.status.code === 401 ? 'Unauthorized' : (error as Error).message);
  } finally {
    await client?.close();
  }
};

/** Whether the hub accepts this cluster now; throws when the hub cannot be asked. */
export const isAccepted = async (link: HubLink, server: string, cluster: string): Promise<boolean> => {
  const client = openHub(link, server, undefined, 'klusterlet-operator');
  try {
    return (await client.get({ ...MANAGED_CLUSTER, name: cluster }))?.spec.hubAcceptsClient === true;
  } finally {
    await client.close();
  }
};
