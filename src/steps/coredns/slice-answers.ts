import { TransientError } from '../../domain/problem.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { ClusterUnreachableError, PodUnreachableError } from '../../ports/cluster-errors.ts';
import type { StepContext } from '../context.ts';
import { isReady } from '../kube/pods.ts';
import { askDns } from './ask-dns.ts';
import { DNS_NAMESPACE, dnsPods, dnsPortOf } from './dns-service.ts';

interface SliceAnswer {
  readonly pod: string;
  /** DNS's code, NOERROR when KubeSlice's DNS answered; or a sentence where no answer came. */
  readonly answer: string;
  /** The way to the pod gave no answer: what it would have said is not known. */
  readonly unheard: boolean;
}

/** Pods that are asked: a cluster has two, one with a DNS on each node has them by the hundred, and each may take its time to say nothing. */
const MOST_ASKED = 20;

/**
 * A name that nobody has, where those of exported Services are: a block for a part of slice.local shows as well. A new one each time, since answers are
 * cached for 30 s, refusals too.
 */
export const nobodysName = ({ clock }: Pick<StepContext, 'clock'>): string => `pgdist-${clock.now().getTime().toString(36)}.pgdist.svc.slice.local`;

/** What each ready DNS pod of the cluster, of many the first by name, answers to a name under slice.local that nobody has. */
export const answersOf = async (context: StepContext, cluster: ClusterReader): Promise<SliceAnswer[]> => {
  const pods = (await dnsPods(cluster)).filter(isReady).slice(0, MOST_ASKED);
  const name = nobodysName(context);
  return Promise.all(
    pods.map(async (pod) => {
      const target = { namespace: pod.metadata.namespace ?? DNS_NAMESPACE, pod: pod.metadata.name, port: dnsPortOf(pod) };
      const answer = await askDns(context, cluster, target, name).then(
        ({ rcode }) => ({ answer: rcode, unheard: false }),
        (error: unknown) => {
          if (!(error instanceof TransientError)) throw error;
          const unheard = error instanceof ClusterUnreachableError || (error instanceof PodUnreachableError && !error.stopped);
          return { answer: `nothing (${error.message})`, unheard };
        },
      );
      return { pod: pod.metadata.name, ...answer };
    }),
  );
};

/** True when every ready DNS pod gets its answers from KubeSlice, whoever arranged it. */
export const sliceAnswers = async (context: StepContext, cluster: ClusterReader): Promise<boolean> => {
  const answers = await answersOf(context, cluster);
  return answers.length > 0 && answers.every(({ answer }) => answer === 'NOERROR');
};
