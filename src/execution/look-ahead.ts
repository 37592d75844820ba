import type { Place } from '../domain/alert.ts';
import { bounded, RUN_LIMITS } from '../domain/bounded.ts';
import { driftOf } from '../domain/drift.ts';
import { endingSoon } from '../domain/expiry.ts';
import { notice, noticeId } from '../domain/notice.ts';
import { isQuiet } from '../domain/quiet-hours.ts';
import { planWalk } from '../walk/walk-plan.ts';
import { isUnderWay, lookingTools, placesOf } from './looking.ts';
import { thingsThatEnd } from './things-that-end.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** What ends in days and what somebody changed is looked for so often, milliseconds. */
export const AHEAD_EVERY_MS = 3_600_000;

/** Tells once, ahead of time, what has to be renewed, and what differs from what was approved; nothing of it within quiet hours. Never rejects but with the signal's reason. */
export const lookAhead = async (deps: WorkerDeps, signal: AbortSignal): Promise<void> => {
  const { watching, log } = deps;
  const works = [() => tellEnds(deps, signal), ...[...watching.databases.keys()].map((database) => () => tellDrift(deps, database, signal))];
  for (const work of works) {
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ reason: String(error) }, 'not looked ahead');
    }
  }
};

const tellEnds = async (deps: WorkerDeps, signal: AbortSignal): Promise<void> => {
  const { watches, watching, clock, redact } = deps;
  const { fleet, rules } = watching;
  const now = clock.now();
  const things = await thingsThatEnd(deps, fleet, signal);
  signal.throwIfAborted();
  deps.observeEnds?.(fleet.name, things, now);
  if (isQuiet(rules.quietHours, now)) return;
  const places: readonly Place[] = [{ channel: rules.channel ?? rules.fallback }];
  for (const thing of things) {
    const found = endingSoon(thing, now);
    if (found === undefined) continue;
    // Two fleets may have a licence that ends at the same instant. A former version told it without the name of the fleet.
    if ((await watches.alert(noticeId(found.id))) !== undefined) continue;
    await watches.tellOnce(
      notice(
        `${found.id}-${fleet.name}`,
        { fleet: fleet.name, database: fleet.name },
        bounded(redact(found.problem), RUN_LIMITS.problem),
        thing.cluster,
        now.toISOString(),
        places,
      ),
    );
  }
};

/**
 * Plans with the configuration that the last deploy had, so that a file that merely asks for more is no difference. Told when a second look saw the same,
 * once; a silent cluster, or another version of the procedure, says nothing.
 */
const tellDrift = async (deps: WorkerDeps, name: string, signal: AbortSignal): Promise<void> => {
  const { watches, watching, store, clock, procedures, redact } = deps;
  const of = { fleet: watching.fleet.name, database: name };
  const watched = watching.databases.get(name);
  const id = await watches.lastDeploy(of);
  const run = id === undefined ? undefined : await store.get(id).catch(() => undefined);
  if (watched === undefined || run?.state !== 'succeeded' || run.plan?.procedureVersion !== procedures.version) return;
  if (isQuiet(watched.rules.quietHours, clock.now()) || (await isUnderWay(deps, of))) return;
  const steps = await planWalk(procedures.deploy(run.fleet, run.database), lookingTools(deps, run.fleet, signal));
  if (await isUnderWay(deps, of)) return;
  // What could not be looked at may hide what differs: nothing is said to be over.
  const isWhole = steps.every(({ finding }) => finding.kind === 'in-place' || finding.kind === 'change');
  const drift = driftOf(name, run.id, redact(steps));
  const last = await watches.lastDrift(of);
  const now = clock.now().toISOString();
  if (drift === undefined) {
    const before = last?.alert === undefined || !isWhole ? undefined : await watches.alert(last.alert);
    if (before !== undefined) await watches.tell({ ...before, ended: { how: 'well', at: now } });
    if (isWhole) await watches.rememberDrift(of, undefined);
    return;
  }
  if (last?.digest !== drift.digest) return await watches.rememberDrift(of, { ...last, digest: drift.digest });
  const cluster = drift.problem.cluster ?? run.fleet.hub;
  const alert = notice(
    `drift-${name}-${run.id}-${drift.digest}`,
    of,
    bounded(redact(drift.problem), RUN_LIMITS.problem),
    cluster,
    now,
    await placesOf(deps, of, watched.rules),
  );
  if (await watches.tellOnce(alert)) await watches.rememberDrift(of, { digest: drift.digest, alert: alert.id });
};
