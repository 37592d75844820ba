import { byTyping, type Problem } from './problem.ts';
import type { PodReport, PrimaryReport } from './replication-report.ts';
import { kubectlIn } from './terminal.ts';
import { told } from './text.ts';

/** By which KubeDB's Services find the primary and the standbys; pg-coordinator writes it on its own pod. */
export const ROLE_LABEL = 'kubedb.com/role';

/** Writes go where the label says primary, whatever the servers are. Nothing is told where no pod has the label. */
export const labelledOtherwise = (name: string, namespace: string, primary: PrimaryReport, pods: readonly PodReport[]): Problem[] => {
  const used = pods.some(({ role }) => role !== undefined);
  const wrong = pods.filter(({ pod, answer, role }) =>
    pod === primary.pod ? used && role !== 'primary' : answer?.inRecovery === true && role === 'primary',
  );
  if (wrong.length === 0) return [];
  return [
    {
      code: 'PGD-076',
      what: told`labels of the pods of ${name} name another primary than ${primary.pod} on ${primary.cluster}, which takes writes`,
      evidence: wrong.map(
        ({ pod, cluster, role }) =>
          `${pod} on ${cluster} is ${pod === primary.pod ? 'the primary' : 'a standby'}, and its label ${ROLE_LABEL} is ${role ?? 'not set'}`,
      ),
      ...byTyping(
        told`The Services of the database lead by that label, so writes reach a standby or nobody. Container pg-coordinator writes it on its own pod: look why it does not, in its log; until then put it right by hand.`,
        ...wrong.flatMap(({ pod, cluster }) => [
          kubectlIn(cluster, namespace, `logs ${pod} -c pg-coordinator --tail=100`),
          kubectlIn(cluster, namespace, `label pod ${pod} ${ROLE_LABEL}=${pod === primary.pod ? 'primary' : 'standby'} --overwrite`),
        ]),
      ),
    },
  ];
};
