import type { Database } from '../domain/database.ts';
import type { Fleet } from '../domain/fleet.ts';
import { UserError } from '../domain/problem.ts';
import type { Run } from '../domain/run.ts';
import type { ApprovalPolicy } from '../domain/policy.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Groups } from '../ports/groups.ts';
import type { Preferences } from '../ports/homes.ts';
import type { Log } from '../ports/log.ts';
import type { Memberships } from '../ports/memberships.ts';
import type { People } from '../ports/people.ts';
import type { Queue } from '../ports/queue.ts';
import { StaleRevisionError, UnreadableRunError, type RunStore } from '../ports/run-store.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import { code, type Text, told } from '../domain/text.ts';
import type { WorkersKnown } from '../domain/workers.ts';
import { cut } from '../domain/cut.ts';

/** The part of pgdist.yaml that the use cases follow. */
export interface RunPolicy {
  readonly fleet: Fleet;
  readonly databases: readonly Database[];
  /** How a command names a database of this name; absent: by that alone. */
  readonly typed?: (database: string) => string;
  /** Has lines of a sentence name the fleet where they have to (domain/naming-fleet.ts); absent: they need not. */
  readonly naming?: (text: Text) => Text;
  /** Those that are looked at unasked, by name; absent: all of them. */
  readonly watch?: ReadonlyMap<string, unknown>;
  /** Who may what, wherever it is asked. */
  readonly slack: ApprovalPolicy & {
    /** In which pgdist may be asked. */
    readonly channels: readonly string[];
    readonly admins: readonly string[];
  };
  /** A plan that nobody decided expires after this; an approval allows retries for as long. */
  readonly approvalTimeoutMs: number;
}

/** A fleet as people see it, where several are shown together. */
export type FleetSeen = Pick<RunPolicy, 'fleet' | 'databases' | 'slack'>;

export interface RunDeps {
  readonly store: RunStore;
  readonly queue: Queue;
  readonly watches: Pick<WatchStore, 'mute' | 'unmute' | 'dueAt' | 'recall' | 'deploying'>;
  readonly people: People;
  /** Of who approved before; default: nobody is asked about again. */
  readonly accounts?: People;
  /** Default: no group is ever known, and nobody counts by one. */
  readonly groups?: Groups;
  /** Default: Slack says of nobody in which channels they are. */
  readonly memberships?: Memberships;
  readonly preferences: Preferences;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: RunPolicy;
  /** Of the installation; default: the one of `config`. */
  readonly everyFleet?: readonly FleetSeen[];
  readonly log: Log;
  /** Default: nothing is known of them. */
  readonly workers?: () => WorkersKnown;
}

/** What is known of the workers now. */
export const workersOf = ({ workers }: Pick<RunDeps, 'workers'>): WorkersKnown => workers?.() ?? { kind: 'not-known' };

export const knownRun = async (deps: Pick<RunDeps, 'store'>, id: string): Promise<Run> => {
  const run = await readableRun(deps, id);
  if (run === undefined) throw new UserError(told`There is no run ${code(cut(id, 20))}. \`/pgdist runs\` lists them.`);
  return run;
};

/** Undefined: it is not kept. Throws UserError when it cannot be read: that nothing was done is known all the same. */
export const readableRun = async ({ store }: Pick<RunDeps, 'store'>, id: string): Promise<Run | undefined> => {
  try {
    return await store.get(id);
  } catch (error) {
    if (!(error instanceof UnreadableRunError)) throw error;
    throw new UserError(
      told`Nothing was done: run ${code(cut(id, 20))} is stored in a way that this version of pgdist does not know. After an update, wait until bot and worker both run the newer version; otherwise the worker's log says what is wrong with it.`,
    );
  }
};

/**
 * Saves what `decide` makes of the run that `read` returns, again from the start when it changed meanwhile. `decide` throws UserError to
 * refuse, or returns undefined to leave the run as it is. Refused or left, nothing is written.
 */
export const rewrite = async (
  { store }: Pick<RunDeps, 'store'>,
  read: () => Promise<Run>,
  decide: (run: Run) => Run | undefined | Promise<Run | undefined>,
): Promise<Run> => {
  for (;;) {
    const run = await read();
    const changed = await decide(run);
    if (changed === undefined) return run;
    try {
      return await store.save(changed);
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
    }
  }
};

/** The run is stored: whatever fails here is made up for by the reconciler. */
export const wake = async ({ queue, log }: Pick<RunDeps, 'queue' | 'log'>, run: Run): Promise<void> => {
  const { id: runId, phase, fleet, attempt } = run;
  try {
    await queue.add({ fleet: fleet.name, runId, phase, attempt });
  } catch (error) {
    log.warn({ runId, phase, reason: String(error) }, 'phase not queued, the reconciler will');
  }
};

/** The run is due for the reporter since it was stored: a lost wake-up is made up for. */
export const show = async ({ queue, log }: Pick<RunDeps, 'queue' | 'log'>, runId: string): Promise<void> => {
  await queue.report(runId).catch((error: unknown) => log.warn({ runId, reason: String(error) }, 'reporter not woken, its schedule will'));
};

export const threadLink = ({ thread }: Run): { readonly text: string; readonly url: string } | undefined =>
  thread.permalink === undefined ? undefined : { text: 'To its thread', url: thread.permalink };
