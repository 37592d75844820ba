import type { Fleet } from '../domain/fleet.ts';
import { code, type Text, told } from '../domain/text.ts';

interface Idle {
  readonly namespace: string;
  readonly kind: 'deployment' | 'statefulset';
  readonly names: readonly string[];
  /** Replicas that it has as a rule. */
  readonly replicas: number;
}

/** The remedy for workloads that somebody scaled to 0, as a command. */
export const scaleUp = ({ clusters }: Pick<Fleet, 'clusters'>, cluster: string, { namespace, kind, names, replicas }: Idle): Text => {
  const context = clusters.find(({ name }) => name === cluster)?.context ?? cluster;
  return told`Find out who scaled ${names.length === 1 ? 'it' : 'them'} to 0 and why, then: ${code(`kubectl --context ${context} -n ${namespace} scale ${kind} ${names.join(' ')} --replicas=${replicas}`)}`;
};
