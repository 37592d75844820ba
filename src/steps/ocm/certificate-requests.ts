import { z } from 'zod';
import type { KubeObject } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditions } from '../kube/conditions.ts';
import { objectMeta, part, text } from '../kube/lenient.ts';
import { joinCredential } from './join-token.ts';
import { AGENT_NAMESPACE } from './objects.ts';
import { oddities } from './oddities-of-request.ts';

export const CSR = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' } as const;
const NAME_LABEL = 'open-cluster-management.io/cluster-name';
/** Certificate requests of add-ons carry the cluster's label as well; OCM approves those itself. */
const ADDON_LABEL = 'open-cluster-management.io/addon-name';
/** Since Kubernetes 1.30 (beta) and 1.32: with which token something was made. */
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

const csrSchema = z.object({
  metadata: objectMeta,
  // Strictly, so that nothing which is asked for goes unseen: a request that cannot be read is none of the agent's.
  spec: z.object({
    request: z.string().default(''),
    signerName: z.string().default(''),
    usages: z.array(z.string()).default([]),
    expirationSeconds: z.number().optional(),
    username: z.string().default(''),
    groups: z.array(z.string()).default([]),
    extra: z.record(z.string(), z.array(z.string())).default({}),
  }),
  status: part({ certificate: text, conditions }),
});

/** A request in the name of a cluster for the certificate with which its agent acts on the hub. */
export interface AgentRequest {
  readonly name: string;
  /** Of the agent, new with each restart before acceptance. */
  readonly agent: string;
  readonly createdAt: string;
  readonly state: 'pending' | 'approved' | 'refused';
  readonly signed: boolean;
  /** What sets it apart from what this cluster's agent asks for; only a request without any may be approved. */
  readonly oddities: readonly string[];
  /** Of the token with which it was made; undefined on hubs that do not tell. */
  readonly credentialId: string | undefined;
  readonly object: KubeObject;
}

export const requestsQuery = (cluster: string) => ({ ...CSR, labelSelector: `${NAME_LABEL}=${cluster}` });

/** Requests in the name of this cluster, oldest first. Anyone who may ask at all may put the label on a request: see `oddities`. */
export const agentRequests = (objects: readonly KubeObject[], cluster: string): AgentRequest[] =>
  objects
    .flatMap((object) => {
      const parsed = csrSchema.safeParse(object);
      return parsed.success && parsed.data.metadata.labels[ADDON_LABEL] === undefined ? [{ object, ...parsed.data }] : [];
    })
    .map(({ object, metadata, spec, status }) => {
      const { extra, ...asked } = spec;
      const has = (type: string): boolean => status.conditions.some((condition) => condition.type === type);
      return {
        name: metadata.name,
        createdAt: metadata.creationTimestamp ?? '',
        state: has('Denied') || has('Failed') ? ('refused' as const) : has('Approved') ? ('approved' as const) : ('pending' as const),
        signed: status.certificate !== '',
        ...oddities(asked, cluster),
        credentialId: extra[CREDENTIAL_ID]?.[0],
        object,
      };
    })
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.name.localeCompare(b.name));

/** Pending requests that look like an agent's, and those that do not. */
export const pendingRequests = (
  requests: readonly AgentRequest[],
): { readonly fit: readonly AgentRequest[]; readonly odd: readonly AgentRequest[] } => {
  const pending = requests.filter(({ state }) => state === 'pending');
  return { fit: pending.filter((request) => request.oddities.length === 0), odd: pending.filter((request) => request.oddities.length > 0) };
};

/**
 * The request of the spoke's own agent, proven by the spoke: made with the join token that lies there, or, on a hub that does not tell with what a
 * request was made, told of in the log of the spoke's registration agent. Of several the newest, for an earlier one comes from an agent that was
 * restarted since. A cluster's name alone proves nothing: every spoke's token may ask in the name of every other.
 */
export const requestToApprove = async (requests: readonly AgentRequest[], spoke: ClusterReader): Promise<AgentRequest | undefined> => {
  const { fit } = pendingRequests(requests);
  if (fit.length === 0) return undefined;
  const own = await joinCredential(spoke);
  const proven = fit.filter(({ credentialId }) => credentialId !== undefined && credentialId === own);
  const untold = fit.filter(({ credentialId }) => credentialId === undefined);
  const log = proven.length > 1 || untold.length > 0 ? await registrationLog(spoke) : '';
  const isTold = ({ name, agent }: AgentRequest): boolean => log.includes(agent) || log.includes(name);
  return proven.findLast(isTold) ?? proven.at(-1) ?? untold.findLast(isTold);
};

const registrationLog = async (spoke: ClusterReader): Promise<string> => {
  const { items } = await spoke.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: AGENT_NAMESPACE,
    labelSelector: 'app=klusterlet-registration-agent',
  });
  const logs = await Promise.all(items.map(({ metadata }) => spoke.logs({ namespace: AGENT_NAMESPACE, pod: metadata.name }).catch(() => '')));
  return logs.join('\n');
};
