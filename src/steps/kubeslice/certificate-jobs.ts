import { cut } from '../../domain/cut.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { byWords, type Remedy } from '../../domain/problem.ts';
import { told } from '../../domain/text.ts';
import type { StepContext } from '../context.ts';
import { jobSchema } from '../kube/objects.ts';
import { podState, troublesOf } from '../kube/pod-trouble.ts';
import { type Pod, podsIn } from '../kube/pods.ts';
import { listObjects } from '../kube/read.ts';
import { CONTROLLER_NAMESPACE } from './objects.ts';

/** Gateways wait for certificates, which a Job on the hub makes: what keeps its pods from it, as they say themselves. */
export const certificateTroubles = async (context: StepContext, fleet: Fleet): Promise<string[]> => {
  const hub = context.cluster(fleet.hub);
  const [jobs, pods] = await Promise.all([
    listObjects(hub, { apiVersion: 'batch/v1', kind: 'Job', namespace: CONTROLLER_NAMESPACE }, jobSchema),
    podsIn(hub, { namespace: CONTROLLER_NAMESPACE }),
  ]);
  return jobs
    .filter(({ metadata, status }) => metadata.name.startsWith('open-cert-') && status.succeeded === 0)
    .map(({ metadata, status }) => {
      const own = pods.filter((pod) => pod.metadata.ownerReferences.some(({ kind, name }) => kind === 'Job' && name === metadata.name));
      const told = [...(status.failed > 0 ? [`${status.failed} pods failed`] : []), ...own.map(stateOfPod)];
      return `Job ${metadata.name} on ${fleet.hub} has made no certificates yet${told.length === 0 ? '' : `: ${told.join('; ')}`}`;
    });
};

const stateOfPod = (pod: Pod): string => {
  const messages = troublesOf(pod).flatMap(({ message, unexplained }) =>
    message === '' || unexplained === true ? [] : [cut(message, LONGEST_MESSAGE)],
  );
  return `pod ${pod.metadata.name} is ${podState(pod)}${messages.length === 0 ? '' : ` (${messages.join('; ')})`}`;
};

const LONGEST_MESSAGE = 300;

/** Where its image is what keeps such a Job. */
export const imageRemedy = (troubles: readonly string[], hub: string): Remedy | undefined =>
  troubles.some((trouble) => /ImagePullBackOff|ErrImage/.test(trouble))
    ? byWords(
        told`Let the nodes of ${hub} pull the image named here (a mirror, or loaded on the nodes): KubeSlice’s chart names it as kubeslice.ovpnJob.image. The Job goes on by itself then.`,
      )
    : undefined;
