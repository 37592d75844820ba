import { type Bash, bash, joinedBy, words, type HandFile } from '../../domain/by-hand.ts';
import { FIELD_MANAGER } from '../../domain/field-manager.ts';
import { clusterNamed, type Fleet } from '../../domain/fleet.ts';
import type { Manifest } from '../../kube-api/objects.ts';

/** `kubectl --context demo-worker`, in a namespace where one is given. */
export const kubectl = (fleet: Fleet, cluster: string, namespace?: string): Bash =>
  words('kubectl', '--context', clusterNamed(fleet, cluster).context, ...(namespace === undefined ? [] : ['-n', namespace]));

/**
 * Applied as pgdist applies it, so that a later deploy finds its own work: server side, under its name, never by force. Tried for a while, since a webhook
 * or a kind that was just installed does not answer at once.
 */
export const applied = (fleet: Fleet, cluster: string, manifest: Manifest): Bash =>
  bash`until_taken ${kubectl(fleet, cluster)} ${APPLY} -f ${{ file: fileOf(manifest, cluster) }}`;

/** The same, of a file in which places were filled: read from standard input. */
export const appliedFilled = (fleet: Fleet, cluster: string, manifest: Manifest, ...places: readonly Bash[]): Bash =>
  bash`fill ${{ file: fileOf(manifest, cluster) }} ${joinedBy(' ', places)} > "$work/filled.yaml"
until_taken ${kubectl(fleet, cluster)} ${APPLY} -f "$work/filled.yaml"`;

const APPLY = bash`apply --server-side --field-manager=${FIELD_MANAGER}`;

/** project-demo-distributed-postgres@demo-controller.yaml; of the name no more than any file system takes. */
const fileOf = (manifest: Manifest, cluster: string): HandFile => ({
  name: `${[manifest.kind.toLowerCase(), manifest.metadata.namespace, manifest.metadata.name]
    .flatMap((word) => (word === undefined ? [] : [fileWord(word)]))
    .join('-')}@${fileWord(cluster)}.yaml`,
  content: manifest,
});

const LONGEST_WORD = 24;
export const fileWord = (word: string): string => word.replaceAll(/[^A-Za-z0-9.-]/g, '_').slice(0, LONGEST_WORD);

interface Awaited {
  readonly fleet: Fleet;
  readonly cluster: string;
  readonly namespace?: string;
  /** 'deployment/coredns' */
  readonly object: string;
  readonly timeoutMs: number;
}

/** Waited for by kubectl: 'create', 'condition=Available', 'jsonpath={.status.phase}=Ready'. */
export const awaited = (what: string, { fleet, cluster, namespace, object, timeoutMs }: Awaited): Bash =>
  bash`run ${kubectl(fleet, cluster, namespace)} wait ${object} ${`--for=${what}`} ${`--timeout=${Math.ceil(timeoutMs / 1000)}s`}`;

/** Every Deployment and StatefulSet of the namespace is rolled out. */
export const rolledOut = (fleet: Fleet, cluster: string, namespace: string, timeoutMs: number): Bash =>
  bash`rolled_out ${clusterNamed(fleet, cluster).context} ${namespace} ${Math.ceil(timeoutMs / 1000)}`;

/** Arguments of a tool, some of which end with a place that only the script knows. */
export const typed = (args: readonly string[], places: ReadonlyMap<string, Bash | { readonly file: HandFile }>): Bash =>
  words(
    ...args.map((arg) => {
      const place = [...places].find(([mark]) => arg.endsWith(mark));
      if (place === undefined) return arg;
      const flag = arg.slice(0, -place[0].length);
      return flag === '' ? bash`${place[1]}` : bash`${flag}${place[1]}`;
    }),
  );

/** Stands in arguments for what the script puts there: no value of a configuration or of a cluster has this character. */
export const placeFor = (what: string): string => `\0${what}`;

/** clusteradm looks at the current context, whatever it is told: it gets a kubeconfig of one. */
export const clusteradmOn = (fleet: Fleet, cluster: string): Bash => bash`only_context ${clusterNamed(fleet, cluster).context}`;

/** The kinds are served. */
export const established = (fleet: Fleet, definitions: readonly string[], timeoutMs: number): Bash[] =>
  definitions.map((name) => awaited('condition=Established', { fleet, cluster: fleet.hub, object: `crd/${name}`, timeoutMs }));

/** The ClusterRoles that a ManifestWorkReplicaSet of the hub spreads are on every cluster. */
export const rolesByHand = (fleet: Fleet, set: { readonly namespace: string; readonly name: string }, timeoutMs: number): Bash[] => {
  const names = 'jsonpath={.spec.manifestWorkTemplate.workload.manifests[?(@.kind=="ClusterRole")].metadata.name}';
  return [
    bash`roles=$(${kubectl(fleet, fleet.hub, set.namespace)} get manifestworkreplicaset ${set.name} -o ${names})`,
    ...fleet.clusters.map(
      ({ context }) => bash`for role in $roles; do
  run kubectl --context ${context} wait "clusterrole/$role" --for=create ${`--timeout=${Math.ceil(timeoutMs / 1000)}s`}
done`,
    ),
  ];
};
