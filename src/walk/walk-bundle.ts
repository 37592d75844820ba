import type { Answer } from '../domain/run.ts';
import type { Procedure } from '../steps/context.ts';
import { eventsAndLogs } from './bundle/events-and-logs.ts';
import { type ClusterRecord, emptyRecord, recordedClient } from './bundle/record.ts';
import { verifyingClients } from './clients/verifying-clients.ts';
import type { Progress } from './progress.ts';
import type { WalkTools } from './tools.ts';
import { verifyWalk } from './walk-verify.ts';

/** Of the look at every step; and of the events and logs after it. */
const VERIFY_MS = 45_000;
const MORE_MS = 30_000;

/** All that the clusters answered. */
export interface BundleLook {
  /** What verify found; absent: it did not come to its end. */
  readonly answer?: Answer;
  readonly records: ReadonlyMap<string, ClusterRecord>;
  /** What did not come to its end, and why. */
  readonly notes: readonly string[];
}

/**
 * Asks what verify asks and writes down every answer, then events and logs of the namespaces, all clusters beside each other. Each call has verify's
 * time, each part its own: a cluster that is silent is a line in the record. Rejects only where the walk is ended from outside.
 */
export const bundleWalk = async (procedure: Procedure, placesOf: (cluster: string) => readonly string[], tools: WalkTools): Promise<BundleLook> => {
  const records = new Map(tools.fleet.clusters.map(({ name }) => [name, emptyRecord()]));
  const notes: string[] = [];
  const recorded: WalkTools = {
    ...tools,
    cluster: (name, limits) => recordedClient(tools.cluster(name, limits), records.get(name) ?? emptyRecord()),
  };
  const part = <T>(what: string, ms: number, work: (signal: AbortSignal) => Promise<T>) => within(tools, ms, what, notes, work);
  const answer = await part('verify', VERIFY_MS, (signal) => verifyWalk(procedure, { ...recorded, signal }, SILENT));
  await part('events and logs', MORE_MS, async (signal) => {
    const client = verifyingClients({ ...recorded, signal });
    await Promise.all([...records.keys()].map((name) => eventsAndLogs(client(name), placesOf(name), signal)));
  });
  return { records, notes, ...(answer === undefined ? {} : { answer }) };
};

/** Undefined when its time was over, or when it failed: the bundle holds what there is. */
const within = async <T>(
  { clock, signal }: Pick<WalkTools, 'clock' | 'signal'>,
  ms: number,
  what: string,
  notes: string[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> => {
  const over = new AbortController();
  const late = new AbortController();
  clock.sleep(ms, AbortSignal.any([signal, over.signal])).then(
    () => late.abort(new Error(`it took longer than ${ms / 1000} s`)),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    signal.throwIfAborted();
    notes.push(`${what} did not come to its end: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    over.abort();
  }
};

/** How a bundle goes on is told by its card alone. */
const SILENT: Progress = { outcomeOf: () => undefined, outcome: () => undefined, waiting: () => undefined, replication: () => undefined };
