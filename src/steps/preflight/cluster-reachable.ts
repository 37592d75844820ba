import { bash } from '../../domain/by-hand.ts';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import type { NeededRight } from '../../domain/right.ts';
import type { Problem } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { ClusterRefusedError, ClusterUnreachableError } from '../../ports/cluster-errors.ts';
import type { ClusterReader } from '../../ports/cluster.ts';
import { refusedCredentials } from '../refused-credentials.ts';
import { kubectl } from '../by-hand/lines.ts';
import type { Step } from '../context.ts';
import { gate } from '../gate.ts';
import { missingRights, missingText } from './rights.ts';
import { code, told } from '../../domain/text.ts';

/** kubeVersion of the charts kubeslice-controller v2026.1.15 and kubedb v2026.2.26; the guide's 1.26 is refused by helm. */
const OLDEST_MINOR = 28;

/** The API server answers, takes the credentials, allows what the steps need, and is new enough for the charts. */
export const clusterReachable = (fleet: Fleet, { name }: Cluster, needed: readonly NeededRight[]): Step =>
  gate({
    id: stepId('preflight/cluster-reachable', name),
    title: `${name} answers and allows what is needed`,
    stage: 'Preflight',
    cluster: name,
    // Everybody may ask what they may do.
    rights: [],
    byHand: async () => ({
      does: [bash`${kubectl(fleet, name)} --request-timeout=10s get --raw=/readyz > /dev/null || fail ${`${name} does not answer`}`],
      awaits: [],
    }),
    async examine(context, purpose) {
      const cluster = context.cluster(name);
      try {
        const version = await cluster.version();
        const { rights: missing, withoutInstallers } = await missingRights(cluster, needed);
        const gone = await namespacesGone(cluster, missing);
        const notes = [...gone.map((namespace) => wentWith(name, namespace)), ...(cluster.note === undefined ? [] : [cluster.note])];
        // A look misses nothing in a namespace that is not there: what should have made it tells why.
        const lacking = purpose === 'verify' ? missing.filter(({ namespace }) => namespace === undefined || !gone.includes(namespace)) : missing;
        const problems = [...(isTooOld(version) ? [tooOld(name, version)] : []), ...(lacking.length > 0 ? [notAllowed(name, lacking, notes)] : [])];
        const warnings = [
          ...(lacking.length < missing.length ? gone.map((namespace) => wentWith(name, namespace)) : []),
          ...(withoutInstallers ? [noInstallers(name)] : []),
          ...(cluster.note === undefined ? [] : [cluster.note]),
        ];
        const granted = missing.length === 0 ? 'all rights granted' : 'all rights granted in the namespaces that exist';
        return { problems, evidence: `Kubernetes ${version}, ${granted}`, ...(warnings.length > 0 ? { warnings } : {}) };
      } catch (error) {
        return { problems: [refusal(cluster, error)], evidence: '' };
      }
    },
  });

const noInstallers = (name: string): string =>
  `helm and clusteradm have no rights on ${name}: what is not installed there has to be installed by hand`;

const isTooOld = (version: string): boolean => {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return major === '1' && Number(minor) < OLDEST_MINOR;
};

const tooOld = (name: string, version: string): Problem => ({
  code: 'PGD-010',
  what: told`${name} runs Kubernetes ${version}, which is too old`,
  evidence: [`the charts of KubeSlice and KubeDB need 1.${OLDEST_MINOR} (their kubeVersion; the guide's 1.26 is out of date)`],
  remedy: told`Upgrade ${name} to Kubernetes 1.${OLDEST_MINOR} or newer.`,
});

const wentWith = (cluster: string, namespace: string): string =>
  `namespace ${namespace} does not exist on ${cluster}: roles that were bound in it went with it, and have to be bound again before a deploy`;

/** Namespaces of these rights that are known not to be there. */
const namespacesGone = async (cluster: ClusterReader, rights: readonly NeededRight[]): Promise<readonly string[]> => {
  const named = [...new Set(rights.flatMap(({ namespace }) => namespace ?? []))];
  const there = await Promise.all(named.map((name) => cluster.read({ apiVersion: 'v1', kind: 'Namespace', name }).then(isThere, unlessRefused)));
  return named.filter((_, at) => there[at] === false);
};

const isThere = (namespace: unknown): boolean => namespace !== undefined;
/** Who may not look, or gets no answer, does not know. */
const unlessRefused = (error: unknown): undefined => {
  if (error instanceof ClusterRefusedError || error instanceof ClusterUnreachableError) return undefined;
  throw error;
};

const notAllowed = (name: string, missing: readonly NeededRight[], notes: readonly string[]): Problem => ({
  code: 'PGD-002',
  cluster: name,
  what: told`pgdist's credentials for ${name} lack rights`,
  evidence: [...notes, ...missing.map((right) => `not allowed: ${missingText(right)}`)],
  remedy: told`Print the roles with ${code(`npm run rbac -- --cluster ${name}`)}, have an administrator of ${name} apply them for the user of the worker's kubeconfig, then plan again.`,
});

/** Silence is the walk's to judge: a plan takes it for an answer, an apply waits a while. */
const refusal = (cluster: ClusterReader, error: unknown): Problem => {
  if (error instanceof ClusterRefusedError) {
    return refusedCredentials(cluster.name, [error.message, ...(cluster.note === undefined ? [] : [cluster.note])]);
  }
  throw error;
};
