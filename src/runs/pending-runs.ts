import { approvalsOfPlan } from '../domain/approving.ts';
import { ableToApprove } from '../domain/approval-words.ts';
import { isTerminal, type Actor, type Run } from '../domain/run.ts';
import { isWithdrawn } from '../domain/run-moves.ts';
import { UserError } from '../domain/problem.ts';
import type { Asker, Pending } from '../ports/use-cases.ts';
import { databaseNamed } from './database-named.ts';
import { doDeed, membershipFor } from './deed.ts';
import type { Membership } from './membership.ts';
import { authorise } from './permissions.ts';
import type { RunDeps } from './use-case.ts';

/** What waits for a person, first what waits for who asks, then the longest waiting; and what is locked. */
export const pendingRuns = (deps: RunDeps, asker: Asker): Promise<Pending> =>
  doDeed(deps, 'pending', asker, async () => {
    const { store, config, clock } = deps;
    const waiting = (await store.live()).filter(
      ({ state, planExpiresAt }) => state === 'awaiting-approval' && !(planExpiresAt !== undefined && planExpiresAt <= clock.now().toISOString()),
    );
    const membership = membershipFor(deps);
    const runs = await Promise.all(
      waiting.map(async (run) => ({
        run,
        forYou: await mayApprove(deps, run, asker.by, membership),
        approvers: ableToApprove(
          config.slack,
          run,
          approvalsOfPlan(run).map((given) => given.by.userId),
        ),
      })),
    );
    const locks = await Promise.all(
      config.databases.map(async ({ name }) => {
        const lock = await store.locked(config.fleet.name, name);
        return lock === undefined ? [] : [{ database: config.typed?.(name) ?? name, lock }];
      }),
    );
    return { runs: yoursFirst(runs), locks: locks.flat() };
  });

export const yoursFirst = (runs: Pending['runs']): Pending['runs'] =>
  runs.toSorted((a, b) => Number(b.forYou) - Number(a.forYou) || (a.run.requestedAt < b.run.requestedAt ? -1 : 1));

/** By the very rules that a click is judged by. Of whom Slack does not say whether they are in a group nothing waits. */
const mayApprove = async ({ config, clock }: RunDeps, run: Run, by: Actor, membership: Membership): Promise<boolean> => {
  try {
    const asking = { by, way: 'button', seenDigest: run.plan?.digest } as const;
    return await membership.knownEnough((members) => authorise(config.slack, 'approve', run, asking, clock.now(), members) ?? true);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
};

/** More runs than are shown are looked through for those of one database. */
const LOOKED_THROUGH = 200;

/** Newest first, of one database where it is named. */
export const historyOf = (deps: RunDeps, asker: Asker & { readonly database?: string }, limit: number): Promise<readonly Run[]> =>
  doDeed(deps, 'history', asker, async () => {
    const name = asker.database === undefined ? undefined : databaseNamed(deps.config.databases, asker.database).name;
    const runs = await deps.store.list(name === undefined ? limit : LOOKED_THROUGH);
    return runs
      .filter(
        (run) => !isWithdrawn(run) && (name === undefined || run.database.name === name) && (isTerminal(run.state) || run.acceptBy === undefined),
      )
      .slice(0, limit);
  });
