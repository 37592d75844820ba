import { byTyping, type Remedy } from '../domain/problem.ts';
import { kubectlIn } from '../domain/terminal.ts';
import { told } from '../domain/text.ts';

interface Idle {
  readonly namespace: string;
  readonly kind: 'deployment' | 'statefulset';
  readonly names: readonly string[];
  /** Replicas that it has as a rule. */
  readonly replicas: number;
}

/** The remedy for workloads that somebody scaled to 0. */
export const scaleUp = (cluster: string, { namespace, kind, names, replicas }: Idle): Remedy =>
  byTyping(
    told`Find out who scaled ${names.length === 1 ? 'it' : 'them'} to 0 and why, then:`,
    kubectlIn(cluster, namespace, `scale ${kind} ${names.join(' ')} --replicas=${replicas}`),
  );
