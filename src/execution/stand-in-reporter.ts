import { needsWorker, type Absence, type WorkersKnown } from '../domain/workers.ts';
import { reportRun, type ReportDeps } from './report-run.ts';
import { reportToPerson, tellPeople, type PeopleDeps } from './tell-people.ts';

const LOOK_EACH_MS = 300;

type StandInDeps = ReportDeps & {
  readonly store: Pick<ReportDeps['store'], 'get' | 'shown' | 'shownSoFar' | 'setShown' | 'waiting' | 'live' | 'leaseLeftMs'>;
  /** What is known of the workers now. */
  readonly workers: () => WorkersKnown;
  /** Default: nobody is told anything but in threads. */
  readonly people?: PeopleDeps;
};

/**
 * Until the signal: reports in the place of the workers while none is alive, so that what people see says so, and what they decide meanwhile is seen.
 * It writes under the lease that a worker's reporter takes, by the same code and into the same memory; once a worker is alive, what was told is due
 * for that one, which takes it back. Never rejects.
 */
export const standInForReporters = async (deps: StandInDeps, signal: AbortSignal): Promise<void> => {
  const { workers, clock, log } = deps;
  const told = new Set<string>();
  let failing = false;
  while (!signal.aborted) {
    const known = workers();
    try {
      if (known.kind === 'none') await report(deps, known, told, signal);
      else if (known.kind === 'alive') await handBack(deps, told);
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ reason: String(error) }, 'runs without a worker cannot be told of yet');
      failing = true;
    }
    await clock.sleep(LOOK_EACH_MS, signal).catch(() => undefined);
  }
};

/** What is due, and each run that needs a worker once; one whose lease is still held is in hand, as far as is known. */
const report = async (deps: StandInDeps, absence: Absence, told: Set<string>, signal: AbortSignal): Promise<void> => {
  const { store, schedule, clock } = deps;
  const live = (await store.live()).filter((run) => run.acceptBy === undefined && needsWorker(run) && !told.has(keyOf(run.id, absence)));
  const due = await schedule.due(clock.now());
  for (const runId of new Set([...due, ...live.map(({ id }) => id)])) {
    if (signal.aborted || deps.workers().kind !== 'none') return;
    if ((await store.leaseLeftMs(runId)) > 0) continue;
    const { people } = deps;
    const showing = people === undefined ? deps : { ...deps, tellPeople: tellPeople(people) };
    await ((people && reportToPerson(people, runId, signal)) ?? reportRun(showing, runId, signal, absence));
    told.add(keyOf(runId, absence));
  }
};

const handBack = async ({ schedule, clock }: StandInDeps, told: Set<string>): Promise<void> => {
  for (const key of told) {
    await schedule.later(key.slice(0, key.indexOf(' ')), clock.now());
    told.delete(key);
  }
};

const keyOf = (runId: string, { since = '' }: Absence): string => `${runId} ${since}`;
