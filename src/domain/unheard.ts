import { byTyping, byWords, together, type Remedy } from './problem.ts';
import type { PodReport } from './replication-report.ts';
import { kubectlIn, kubectlOn } from './terminal.ts';
import { type Text, told } from './text.ts';

/** How servers are made to be heard that were not, by what stood in the way of each; `until` is what must not be done before. */
export const toHear = (unheard: readonly PodReport[], namespace: string, until: Text): Remedy => {
  const by = Map.groupBy(
    unheard.filter(({ full }) => full !== true),
    ({ way = 'cluster' }) => way,
  );
  const ways = [...by].map(([way, pods]) => WAYS[way](pods, namespace));
  return together([...ways, byWords(until)]);
};

const namesOf = (pods: readonly PodReport[]): string => pods.map(({ pod }) => pod).join(' and ');
const clustersOf = (pods: readonly PodReport[]): readonly string[] => [...new Set(pods.map(({ cluster }) => cluster))];

const WAYS: Readonly<Record<NonNullable<PodReport['way']>, (pods: readonly PodReport[], namespace: string) => Remedy>> = {
  cluster: (pods) => byWords(told`Make ${clustersOf(pods).join(' and ')} answer, then ask again.`),
  right: (pods) =>
    byWords(
      told`Give the worker's user on ${clustersOf(pods).join(' and ')} the right to enter the pod (\`npm run rbac -- --cluster ${clustersOf(pods)[0] ?? ''}\` prints all it needs), then ask again.`,
    ),
  container: (pods, namespace) =>
    byTyping(
      told`The API server answers and cannot enter ${namesOf(pods)}: look at the node of the pod, then ask again.`,
      ...pods.flatMap(({ pod, cluster }) => [kubectlIn(cluster, namespace, `get pod ${pod} -o wide`), kubectlOn(cluster, 'get nodes')]),
    ),
  server: (pods, namespace) =>
    byTyping(
      told`${namesOf(pods)} runs and refuses the session of role postgres by its socket, which KubeDB needs as well: put right what its words name (pg_hba.conf, the role, the database), then ask again.`,
      ...pods.map(({ pod, cluster }) =>
        kubectlIn(cluster, namespace, `exec ${pod} -c postgres -- sh -c 'grep -v "^ *#" "\${PGDATA:-/var/pv/data}/pg_hba.conf"'`),
      ),
    ),
  time: (pods, namespace) =>
    byTyping(
      told`${namesOf(pods)} gave no answer in time, which a busy node or server does: ask again. If it stays so, look at the load there.`,
      ...pods.map(({ pod, cluster }) => kubectlIn(cluster, namespace, `top pod ${pod} --containers`)),
    ),
};
