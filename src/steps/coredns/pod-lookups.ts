import { cut } from '../../domain/cut.ts';
import type { Database } from '../../domain/database.ts';
import { NotYetError, TransientError } from '../../domain/problem.ts';
import { byLetters } from '../../domain/words.ts';
import { ClusterRefusedError } from '../../ports/cluster-errors.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import type { StepContext } from '../context.ts';
import { isReady, type Pod } from '../kube/pods.ts';
import { databasePods } from '../postgres/pod.ts';
import { lookupIn, nameserversIn, type Lookup } from './lookup-output.ts';
import { nobodysName } from './slice-answers.ts';

/** How one pod of the database fares with names under slice.local, by the resolver that its own resolv.conf names. */
export interface PodLookup extends Lookup {
  readonly pod: string;
  /** '169.254.20.10', or 'its resolver' where its resolv.conf cannot be read. */
  readonly resolver: string;
}

/** Where a pod is asked on each of so many nodes: a cache on each node may differ. */
const MOST_NODES = 5;
const TIMEOUT_MS = 10_000;
const CONTAINER = 'postgres';

/**
 * Asks from pods of the database that run already, with the tools of their image: nothing is made for it, and no other pod is entered. One of each node
 * is asked. Empty where no pod of the database runs.
 */
export const lookUpFromPods = async (context: StepContext, cluster: ClusterReader, database: Database): Promise<PodLookup[]> => {
  const ready = [...(await databasePods(cluster, database)).values()].filter(isReady).toSorted((a, b) => byLetters(a.metadata.name, b.metadata.name));
  const perNode = ready.filter((pod, index) => ready.findIndex(({ spec }) => spec.nodeName === pod.spec.nodeName) === index);
  return Promise.all(perNode.slice(0, MOST_NODES).map((pod) => lookUp(context, cluster, pod, database)));
};

const lookUp = async (context: StepContext, cluster: ClusterReader, { metadata }: Pod, { name, namespace }: Database): Promise<PodLookup> => {
  const pod = metadata.name;
  const run = (command: readonly string[]): Promise<string | undefined> =>
    outputOf(context, cluster, { namespace, pod, container: CONTAINER }, command);
  const resolver = nameserversIn((await run(['cat', '/etc/resolv.conf'])) ?? '')[0] ?? 'its resolver';
  const answer = lookupIn((await run(['nslookup', `${nobodysName(context)}.`])) ?? '');
  if (answer.kind !== 'unknown') return { pod, resolver, ...answer };
  // getent tells no refusal from an empty answer, so only a name that is there proves something.
  const own = `${pod}.${name}-pods.${namespace}.svc.slice.local`;
  const found = await run(['getent', 'hosts', own]);
  if (found !== undefined && /^\d+\.\d+\.\d+\.\d+\s/m.test(found)) return { pod, resolver, kind: 'answered', told: `${own} has an address` };
  return { pod, resolver, ...answer };
};

/** What a command printed, whatever it ended with; undefined where the image has no such command or the pod cannot be entered. */
const outputOf = async (
  { signal }: StepContext,
  cluster: ClusterReader,
  target: { readonly namespace: string; readonly pod: string; readonly container: string },
  command: readonly string[],
): Promise<string | undefined> => {
  try {
    const { exitCode, stdout, stderr } = await cluster.exec(target, command, { timeoutMs: TIMEOUT_MS });
    return exitCode === undefined || exitCode === 126 || exitCode === 127 ? undefined : cut(`${stdout}\n${stderr}`, LONGEST_OUTPUT);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClusterRefusedError || error instanceof TransientError || error instanceof NotYetError) return undefined;
    throw error;
  }
};

const LONGEST_OUTPUT = 4_000;
