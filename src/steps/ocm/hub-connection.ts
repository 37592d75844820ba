import type { Fleet } from '../../domain/fleet.ts';
import { byTyping, type Problem } from '../../domain/problem.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { type Text, told } from '../../domain/text.ts';
import { type Condition, conditionOf, toldCondition } from '../kube/conditions.ts';
import { AGENT_NAMESPACE, type Klusterlet } from './objects.ts';

/**
 * How a spoke's agent stands with the hub, from Klusterlet's condition HubConnectionDegraded. Its reason is BOOTSTRAP,HUB: what became of the
 * bootstrap kubeconfig that join wrote, and of the one that the agent gets by its certificate. It can be 5 minutes old after a repair.
 */
type HubConnection =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'awaits-acceptance'; readonly told: string }
  /** The agent has no certificate yet, and the token of its join is gone or its address of the hub was replaced in pgdist.yaml: only another join helps. */
  | { readonly kind: 'needs-join'; readonly told: string }
  | { readonly kind: 'broken'; readonly told: string; readonly problem: Problem };

export const hubConnectionOf = (klusterlet: Klusterlet, fleet: Fleet, cluster: string): HubConnection => {
  const condition = conditionOf(klusterlet, 'HubConnectionDegraded');
  if (condition === undefined) return { kind: 'unknown' };
  if (condition.status === 'False') return { kind: 'connected' };
  const told = toldCondition(condition);
  const [bootstrap = '', hub = ''] = condition.reason.split(',');
  const hasCertificate = !['HubKubeConfigSecretMissing', 'HubKubeConfigMissing'].includes(hub);
  const fault = faultIn(condition, fleet, cluster);
  if (hub === 'HubKubeConfigUnauthorized' || (bootstrap === 'BootstrapSecretFunctional' && !hasCertificate))
    return { kind: 'awaits-acceptance', told };
  const [bootstrapMessage = ''] = condition.message.split('\n');
  const tokenIsGone = bootstrap === 'BootstrapSecretMissing' || (bootstrap === 'BootstrapSecretError' && /unauthorized/i.test(bootstrapMessage));
  const otherAddress = fault?.code === 'PGD-017' && !condition.message.includes(new URL(fleet.hubApiServer).host);
  if ((tokenIsGone || otherAddress) && !hasCertificate) return { kind: 'needs-join', told };
  return { kind: 'broken', told, problem: fault ?? unclear(condition, cluster) };
};

interface Fault {
  readonly sign: RegExp;
  readonly code: Problem['code'];
  readonly what: (cluster: string, hub: string) => Text;
  readonly remedy: Text;
}

/** First sign that fits wins; from the network errors that the agent reports and join prints. */
const FAULTS: readonly Fault[] = [
  {
    sign: /connection refused|i\/o timeout|no such host|no route to host|network is unreachable|deadline exceeded/,
    code: 'PGD-017',
    what: (cluster, hub) => told`pods of ${cluster} cannot reach the hub at ${hub}`,
    remedy: told`Make hub.apiServer reachable from pods of the spoke (firewall, DNS, no private address), or set another address in pgdist.yaml, then retry.`,
  },
  {
    sign: /certificate signed by unknown authority/,
    code: 'PGD-021',
    what: (cluster, hub) => told`${cluster} does not trust the certificate of the hub at ${hub}`,
    remedy: told`Put the CA that signed the hub's serving certificate into the worker's kubeconfig for the hub, then retry: the join hands it on.`,
  },
  {
    sign: /certificate is valid for .*, not /,
    code: 'PGD-017',
    what: (_cluster, hub) => told`the hub's certificate does not name ${hub}`,
    remedy: told`Use an address of the hub that its certificate lists as hub.apiServer, or add this one to the API server's certificate, then retry.`,
  },
  {
    sign: /certificate has expired or is not yet valid/,
    code: 'PGD-021',
    what: (cluster) => told`${cluster} sees a certificate of the hub that is not valid at its time`,
    remedy: told`Compare the clocks of both clusters (NTP) and the certificate of the hub, then retry.`,
  },
  {
    sign: /is not allowed|[Ff]orbidden/,
    code: 'PGD-021',
    what: (cluster) => told`the join token does not let ${cluster} register`,
    remedy: told`Restore ClusterRole open-cluster-management:bootstrap and its binding on the hub (clusteradm init makes them), then retry.`,
  },
  {
    sign: /[Uu]nauthorized/,
    code: 'PGD-021',
    what: (cluster) => told`the hub does not accept the join token of ${cluster}`,
    remedy: told`Retry: each join has a new token. If it stays so, the hub address leads to another cluster than the hub.`,
  },
];

/** The fault that a text of join or of the agent tells, with a remedy. */
export const faultToldBy = (text: string, evidence: readonly string[], fleet: Fleet, cluster: string): Problem | undefined => {
  const fault = FAULTS.find(({ sign }) => sign.test(text));
  return fault === undefined ? undefined : { code: fault.code, what: fault.what(cluster, fleet.hubApiServer), evidence, remedy: fault.remedy };
};

const faultIn = (condition: Condition, fleet: Fleet, cluster: string): Problem | undefined =>
  faultToldBy(condition.message, [toldCondition(condition)], fleet, cluster);

const unclear = (condition: Condition, cluster: string): Problem => ({
  code: 'PGD-021',
  what: told`the agent of ${cluster} is not connected to the hub`,
  evidence: [toldCondition(condition)],
  ...byTyping(
    told`Look at the log of its registration agent, then retry:`,
    kubectlIn(cluster, AGENT_NAMESPACE, 'logs deploy/klusterlet-registration-agent --tail=100'),
  ),
});
