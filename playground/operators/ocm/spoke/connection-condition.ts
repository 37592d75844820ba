import type { Condition } from '../../../control/objects.ts';
import type { Mutable } from '../../../control/kit.ts';
import { hasEnded } from './agent-certificate.ts';
import { isAccepted, reviewed, tryBootstrap, type HubLink } from './hub-link.ts';
import { hubAccess, secretText } from './kubeconfig.ts';

interface Verdict {
  readonly reason: string;
  readonly message: string;
}

/** The operator asks about each right of the agent on the hub by a review of its own, 25 of them, at two a second after the first five. */
const REVIEWS_MS = 10_000;

/**
 * Condition HubConnectionDegraded: how the bootstrap and the hub kubeconfig fare, reason '<bootstrap>,<hub>'. Told when all reviews are answered: what
 * is True for the agent by then shows with the next look alone.
 */
export const connectionCondition = async (
  link: HubLink,
  {
    clusterName,
    bootstrap,
    hub,
  }: { readonly clusterName: string | undefined; readonly bootstrap: Mutable | undefined; readonly hub: Mutable | undefined },
  pass: (ms: number) => Promise<unknown>,
): Promise<Condition> => {
  const hubVerdict = await judgeHub(link, clusterName, hub);
  if (hubVerdict === undefined) {
    await pass(REVIEWS_MS);
    return { type: 'HubConnectionDegraded', status: 'False', reason: 'HubConnectionFunctional', message: 'Hub kubeconfig is functional' };
  }
  const bootstrapVerdict = await judgeBootstrap(link, bootstrap);
  return {
    type: 'HubConnectionDegraded',
    status: 'True',
    reason: `${bootstrapVerdict.reason},${hubVerdict.reason}`,
    message: `${bootstrapVerdict.message}\n${hubVerdict.message}`,
  };
};

const judgeBootstrap = async (link: HubLink, secret: Mutable | undefined): Promise<Verdict> => {
  const access = hubAccess(secret);
  if (secret === undefined)
    return { reason: 'BootstrapSecretMissing', message: 'Failed to get bootstrap secret: secrets "bootstrap-hub-kubeconfig" not found' };
  if (access?.token === undefined)
    return { reason: 'BootstrapSecretError', message: 'Failed to get config from bootstrap secret: no token in the kubeconfig' };
  const verdict = await tryBootstrap(link, access.server, access.token);
  return verdict.ok ? { reason: 'BootstrapSecretFunctional', message: 'Bootstrap secret is functional' } : verdict;
};

/** undefined: functional. */
const judgeHub = async (link: HubLink, clusterName: string | undefined, secret: Mutable | undefined): Promise<Verdict | undefined> => {
  if (secret === undefined)
    return { reason: 'HubKubeConfigSecretMissing', message: 'Failed to get hub kubeconfig secret: secrets "hub-kubeconfig-secret" not found' };
  const access = hubAccess(secret);
  if (access === undefined) return { reason: 'HubKubeConfigMissing', message: 'Failed to get kubeconfig from the hub kubeconfig secret' };
  const name = secretText(secret, 'cluster-name');
  if (name === undefined) return { reason: 'ClusterNameMissing', message: 'Failed to get cluster name from the hub kubeconfig secret' };
  const denied = {
    reason: 'HubKubeConfigUnauthorized',
    message: `Operation for resource ${reviewed('update', clusterName ?? name)} is not allowed with hub config secret "open-cluster-management-agent"/"hub-kubeconfig-secret" to apiserver ${access.server}`,
  };
  if (clusterName !== undefined && clusterName !== name) return denied;
  const failed = (why: string): Verdict => ({
    reason: 'HubKubeConfigError',
    message: `Failed to create SelfSubjectAccessReview with hub config secret: ${why}`,
  });
  if (hasEnded(secret, new Date())) return failed('Unauthorized');
  try {
    return (await isAccepted(link, access.server, name)) ? undefined : denied;
  } catch (error) {
    return failed(`Post "${access.server}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": ${(error as Error).message}`);
  }
};
