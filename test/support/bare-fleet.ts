import { consequenceOf } from '../../src/domain/consequences.ts';
import { changesOf } from '../../src/domain/finding.ts';
import { stepsOf } from '../../src/domain/procedure.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import { deployedFleet, type DeployedFleet } from './deployed-fleet.ts';
import { configFor, type FleetShape } from './fleet-shape.ts';
import { differencesOnServers } from './planned-and-stored.ts';
import { differencesBetween } from './planned-and-written.ts';
import { serverWrites } from './server-writes.ts';

const SPEED = 40;

/**
 * Where a bare fleet of that shape does not get what its plan showed, one sentence each: every object and every field, and no other. With `again` a second
 * plan and deploy are held against each other as well.
 */
export const deviationsOf = async (shape: FleetShape, { again = true } = {}): Promise<string[]> => {
  const bare = await deployedFleet({ config: configFor(shape), speed: SPEED, deploys: false });
  try {
    const stored = serverWrites(bare.simulated.apis.values());
    const plan = await bare.plan();
    await bare.deploy();
    const found = [
      ...plan.filter(({ finding }) => finding.kind === 'blocked').map(({ title }) => `blocked: ${title}`),
      ...untold(bare, plan).map((id) => `${id} writes and does not say what`),
      ...plan
        .flatMap(({ finding }) => changesOf(finding))
        .filter((change) => consequenceOf(change) === undefined)
        .map(({ action, object }) => `what follows from it is not told: ${action} ${object}`),
      ...differencesBetween(plan, bare.writes),
      ...differencesOnServers(plan, stored, bare.writes),
    ];
    if (!again) return found;
    const before = bare.writes.length;
    await bare.deploy();
    return [...found, ...differencesBetween(await bare.plan(), bare.writes.slice(before)).map((difference) => `a second time: ${difference}`)];
  } finally {
    await bare.close();
  }
};

/** Steps of the plan that wait for others and have no changes, although their apply writes in a deploy. */
const untold = ({ fleet, database }: DeployedFleet, plan: Awaited<ReturnType<DeployedFleet['plan']>>): string[] => {
  const writing = new Set(
    stepsOf(distributedPostgres(fleet, database))
      .filter(({ foresee }) => foresee !== undefined)
      .map(({ id }) => id),
  );
  return plan.filter(({ id, finding }) => finding.kind === 'later' && writing.has(id) && changesOf(finding).length === 0).map(({ id }) => id);
};
