import type { Run } from '../../src/domain/run.ts';
import { distributedPostgres } from '../../src/procedures/distributed-postgres.ts';
import { isOurs, isWrite, type RecordedChange, type RecordedRequest, type Recording } from '../recorder.ts';
import { healthyAt } from './healthy-at.ts';
import { criticalPath, type TimedStep } from './path.ts';
import { WRITES, writesOf } from './writes-of-steps.ts';
import type { Step } from '../../src/steps/context.ts';

/** One step of the critical path: how long it took, and how much of that nobody could have made shorter. */
export interface StepWait {
  readonly id: string;
  readonly tookMs: number;
  /** Time that the clusters took: from the step's last write to the moment they were as wanted, and between its writes. */
  readonly waitMs: number;
}

/** The critical path of a deploy that ended, with its waits. Throws when a write of the recording belongs to no step. */
export const waitsOf = async (run: Run, { requests, changes }: Pick<Recording, 'requests' | 'changes'>): Promise<StepWait[]> => {
  const writes = requests.filter((request) => isOurs(request) && isWrite(request) && !/\/token$/.test(request.path));
  const lost = writes.find((write) => !WRITES.some(({ path }) => run.fleet.clusters.some(({ name }) => owns(path, name, write))));
  if (lost !== undefined) throw new Error(`${lost.method} ${lost.path} by ${lost.userAgent} belongs to no step in writes-of-steps.ts`);
  const steps = criticalPath(distributedPostgres(run.fleet, run.database), run.outcomes);
  return Promise.all(
    steps.map(async (timed) => ({
      id: timed.step.id,
      tookMs: timed.endedMs - timed.startedMs,
      waitMs: await waitOf(timed, { run, writes, changes }),
    })),
  );
};

const owns = (path: string, cluster: string, write: RecordedRequest): boolean => writesOf(path)?.rule.writes(write, cluster) === true;

const waitOf = async (
  { step, startedMs, endedMs }: TimedStep<Step>,
  { run, writes, changes }: { readonly run: Run; readonly writes: readonly RecordedRequest[]; readonly changes: readonly RecordedChange[] },
): Promise<number> => {
  if (step.gate === true) return 0;
  const own = writesOf(step.id);
  const mine =
    own === undefined ? [] : writes.filter((write) => write.atMs >= startedMs && write.atMs <= endedMs && own.rule.writes(write, own.cluster));
  const fromMs = mine.at(-1)?.atMs ?? startedMs;
  const healthyMs = await healthyAt(step, { fleet: run.fleet, changes, fromMs, untilMs: endedMs });
  return (healthyMs === undefined ? 0 : healthyMs - fromMs) + insideMs(own?.rule.inside ?? [], mine, changes, fromMs);
};

/** Waits between the writes of one step. */
const insideMs = (
  rules: NonNullable<(typeof WRITES)[number]['inside']>,
  mine: readonly RecordedRequest[],
  changes: readonly RecordedChange[],
  lastMs: number,
): number =>
  rules.reduce((sum, { after, until }) => {
    const write = after(mine);
    if (write === undefined) return sum;
    const change = until(changes.filter(({ cluster, atMs }) => cluster === write.cluster && atMs >= write.atMs && atMs <= lastMs));
    return sum + (change === undefined ? 0 : change.atMs - write.atMs);
  }, 0);
