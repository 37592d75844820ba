import { type Database, placementPolicyName } from '../../domain/database.ts';
import { blocked, healthy, type Verdict } from '../../domain/finding.ts';
import { type Fleet, projectNamespace } from '../../domain/fleet.ts';
import { placementProblems } from '../../domain/placement.ts';
import { byTyping, NotYetError, type Problem } from '../../domain/problem.ts';
import { kubectlOn } from '../../domain/terminal.ts';
import type { Step, StepContext } from '../context.ts';
import { present, readObject } from '../kube/read.ts';
import { sliceConfigRef, sliceConfigSchema } from '../kubeslice/objects.ts';
import { presentSoFar } from '../foresee.ts';
import { manifestStep } from '../manifest-step.ts';
import { placedIndices, placementPolicyManifest, placementPolicyRef } from './placement-policy-manifest.ts';
import { refusalProblem } from './refusal.ts';
import { told } from '../../domain/text.ts';
import { applying, reading, rightsTo, watching, anywhere } from '../rights.ts';
import { kubedbPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** The PlacementPolicy puts every replica of the database on its cluster. */
export const placementPolicy = (fleet: Fleet, database: Database): Step => restingOnPods(kubedbPods(fleet), bareStep(fleet, database));

const bareStep = (fleet: Fleet, database: Database): Step => {
  const step = manifestStep({
    id: 'kubedb/placement-policy',
    title: `placement of ${database.name} is set`,
    stage: 'KubeDB',
    cluster: fleet.hub,
    verifyTimeoutMs: 15_000,
    rights: rightsTo(
      'place the replicas',
      fleet.hub,
      watching(placementPolicyRef(database)),
      applying(placementPolicyManifest(fleet, database)),
      reading(anywhere(sliceConfigRef(fleet))),
    ),
    manifest: async (context) => placementPolicyManifest(fleet, database, await presentSoFar(() => indicesNow(context, database))),
    verify: (context) => asPlaced(context, database),
  });
  return {
    ...step,
    async check(context) {
      const problems = [...ownRules(fleet, database), ...(await movedReplicas(context, database))];
      if (problems.length > 0) return blocked(...problems);
      const outside = await clustersOutsideSlice(context, database);
      if (outside.length > 0) return blocked(...outside);
      try {
        return await step.check(context);
      } catch (error) {
        const problem = refusalProblem(error, 'PGD-045', `PlacementPolicy ${placementPolicyName(database)}`);
        if (problem === undefined) throw error;
        return blocked(problem);
      }
    },
  };
};

const indicesNow = async (context: StepContext, database: Database): Promise<Map<number, string>> => {
  const policy = await present(context.cluster(context.fleet.hub), placementPolicyRef(database));
  return policy === undefined ? new Map() : placedIndices(policy, context.fleet.hub);
};

const ownRules = (fleet: Fleet, database: Database): Problem[] => {
  const faults = placementProblems(fleet, database);
  if (faults.length === 0) return [];
  return [
    {
      code: 'PGD-014',
      what: told`Placement of ${database.name} is wrong`,
      evidence: faults,
      remedy: told`Correct databases[].placement in pgdist.yaml: every index from 0 once, each on a cluster of the fleet.`,
    },
  ];
};

const movedReplicas = async (context: StepContext, database: Database): Promise<Problem[]> => {
  const now = await indicesNow(context, database);
  const moved = Object.entries(database.placement).flatMap(([cluster, indices]) =>
    indices.flatMap((index) => {
      const home = now.get(index);
      return home === undefined || home === cluster ? [] : [`replica ${index} is on ${home}, wanted on ${cluster}`];
    }),
  );
  if (moved.length === 0) return [];
  return [
    {
      code: 'PGD-045',
      what: told`Replicas of ${database.name} would move to other clusters`,
      evidence: moved,
      remedy: told`Keep them where they are: KubeDB never moves an index. Add replicas on the other cluster with new indices instead.`,
    },
  ];
};

/** The webhook's rule, which newer charts no longer ship: every cluster of a policy is in its slice. */
const clustersOutsideSlice = async (context: StepContext, database: Database): Promise<Problem[]> => {
  const { fleet } = context;
  const name = fleet.kubeslice.slice.name;
  const slice = await readObject(context.cluster(fleet.hub), sliceConfigRef(fleet), sliceConfigSchema);
  if (slice === undefined) throw new NotYetError(`SliceConfig ${projectNamespace(fleet)}/${name} on ${fleet.hub}`);
  const members = slice.spec.clusters;
  const outside = Object.keys(database.placement).filter((cluster) => !members.includes(cluster));
  if (outside.length === 0) return [];
  return [
    {
      code: 'PGD-045',
      what: told`Placement of ${database.name} names clusters that are not in slice ${name}`,
      evidence: [`slice ${name} has ${members.join(', ') || 'no clusters'}; missing: ${outside.join(', ')}`],
      remedy: told`Add the cluster to the slice first: its pods could not reach the primary.`,
    },
  ];
};

const asPlaced = async (context: StepContext, database: Database): Promise<Verdict> => {
  const now = await indicesNow(context, database);
  const wanted = Object.entries(database.placement).flatMap(([cluster, indices]) => indices.map((index) => ({ index, cluster })));
  const wrong = wanted.filter(({ index, cluster }) => now.get(index) !== cluster);
  if (wrong.length === 0) {
    const extra = now.size - wanted.length;
    return healthy(`${wanted.length} replicas are placed${extra > 0 ? `, ${extra} more to grow into` : ''}`);
  }
  return {
    healthy: false,
    waitingFor: `PlacementPolicy ${placementPolicyName(database)} places ${wanted.length - wrong.length} of ${wanted.length} replicas`,
    problem: {
      code: 'PGD-045',
      what: told`PlacementPolicy ${placementPolicyName(database)} does not place every replica as wanted`,
      evidence: wrong.map(({ index, cluster }) => `replica ${index}: wanted on ${cluster}, is on ${now.get(index) ?? 'no cluster'}`),
      ...byTyping(
        told`See who changed it, then deploy again:`,
        kubectlOn(context.fleet.hub, `get placementpolicy ${placementPolicyName(database)} -o yaml --show-managed-fields`),
      ),
    },
  };
};
