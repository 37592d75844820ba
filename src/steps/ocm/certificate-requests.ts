import { z } from 'zod';
import type { KubeObject } from '../../kube-api/objects.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { conditions } from '../kube/conditions.ts';
import { objectMeta, part, text, texts } from '../kube/lenient.ts';
import { subjectOfRequest } from './certificate-subject.ts';
import { BOOTSTRAP_ACCOUNT } from './join.ts';
import { AGENT_NAMESPACE } from './objects.ts';

const CSR = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' } as const;
const SIGNER = 'kubernetes.io/kube-apiserver-client';
const NAME_LABEL = 'open-cluster-management.io/cluster-name';
/** Certificate requests of add-ons carry the cluster's label as well. */
const ADDON_LABEL = 'open-cluster-management.io/addon-name';

const csrSchema = z.object({
  metadata: objectMeta,
  spec: z.object({ request: z.base64(), signerName: z.string(), username: text, groups: texts }),
  status: part({ certificate: text, conditions }),
});

/** A request of a spoke's agent for the certificate with which it acts on the hub. */
export interface AgentRequest {
  readonly name: string;
  /** Of the agent, new with each restart before acceptance. */
  readonly agent: string;
  readonly createdAt: string;
  readonly state: 'pending' | 'approved' | 'refused';
  readonly signed: boolean;
  readonly object: KubeObject;
}

export const requestsQuery = (cluster: string) => ({ ...CSR, labelSelector: `${NAME_LABEL}=${cluster}` });

/** Requests that an agent of this cluster made with a join token, oldest first. Anyone may put the label on a request, so requester and subject are checked. */
export const agentRequests = (objects: readonly KubeObject[], cluster: string): AgentRequest[] =>
  objects
    .flatMap((object) => {
      const parsed = csrSchema.safeParse(object);
      return parsed.success ? [{ object, ...parsed.data }] : [];
    })
    .filter(({ metadata, spec }) => metadata.labels[ADDON_LABEL] === undefined && spec.signerName === SIGNER && isJoining(spec))
    .flatMap(({ object, metadata, spec, status }) => {
      const agent = agentIn(spec.request, cluster);
      if (agent === undefined) return [];
      const has = (type: string): boolean => status.conditions.some((condition) => condition.type === type);
      const state = has('Denied') || has('Failed') ? ('refused' as const) : has('Approved') ? ('approved' as const) : ('pending' as const);
      return [{ name: metadata.name, agent, createdAt: metadata.creationTimestamp ?? '', state, signed: status.certificate !== '', object }];
    })
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.name.localeCompare(b.name));

/** As clusteradm accept judges requesters: bootstrap tokens, or the ServiceAccount whose tokens join uses. */
const isJoining = ({ username, groups }: { readonly username: string; readonly groups: readonly string[] }): boolean =>
  (username.startsWith('system:bootstrap:') && groups.includes('system:bootstrappers:managedcluster')) ||
  (username === `system:serviceaccount:${BOOTSTRAP_ACCOUNT.namespace}:${BOOTSTRAP_ACCOUNT.name}` &&
    groups.includes(`system:serviceaccounts:${BOOTSTRAP_ACCOUNT.namespace}`));

/** Name of the agent of a request with CN system:open-cluster-management:CLUSTER:AGENT and the cluster's group as O; undefined for any other subject. */
const agentIn = (request: string, cluster: string): string | undefined => {
  const subject = subjectOfRequest(Buffer.from(request, 'base64').toString('utf8'));
  const group = `system:open-cluster-management:${cluster}`;
  const [commonName = '', ...others] = subject?.commonNames ?? [];
  if (others.length > 0 || !commonName.startsWith(`${group}:`) || subject?.organizations.includes(group) !== true) return undefined;
  const agent = commonName.slice(group.length + 1);
  return agent === '' || agent.includes(':') ? undefined : agent;
};

/**
 * The pending request of the spoke's newest agent. Of several agents the one that the log of the spoke's own registration agent tells of, else the newest:
 * an earlier one comes from an agent that was restarted before acceptance.
 */
export const requestToApprove = async (requests: readonly AgentRequest[], spoke: ClusterReader): Promise<AgentRequest | undefined> => {
  const pending = requests.filter(({ state }) => state === 'pending');
  if (new Set(pending.map(({ agent }) => agent)).size < 2) return pending.at(-1);
  const log = await registrationLog(spoke);
  return pending.findLast(({ name, agent }) => log.includes(agent) || log.includes(name)) ?? pending.at(-1);
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
