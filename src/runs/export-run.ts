import { DEEDS } from '../domain/deeds.ts';
import { UserError, userToken } from '../domain/problem.ts';
import type { Run } from '../domain/run.ts';
import { told } from '../domain/text.ts';
import type { Asker } from '../ports/use-cases.ts';
import { doDeed, membershipFor } from './deed.ts';
import { holdsAny } from './permissions.ts';
import { newlyStarted } from './start-run.ts';
import { knownRun, type RunDeps } from './use-case.ts';

/** Stores and queues the writing of a run's steps as a script, as a run of its own with the configuration of that run. */
export const exportRun = (deps: RunDeps, request: Asker & { readonly runId: string }): Promise<Run> =>
  doDeed(deps, 'export', request, async (trace, intend) => {
    const about = await knownRun(deps, request.runId);
    const may = await membershipFor(deps).belongs((members) => holdsAny(DEEDS.export.who, deps.config.slack, about, request.by, members));
    if (!may) throw new UserError(notYours(about));
    const { by, channel, idempotencyKey, responseUrl } = request;
    const order = { kind: 'export', database: about.database.name, by, channel, idempotencyKey, about: about.id, as: about } as const;
    const run = await newlyStarted(deps, { ...order, ...(responseUrl === undefined ? {} : { responseUrl }) }, (id) => {
      trace.run = id;
      return intend(about.database.name);
    });
    trace.run = run.id;
    trace.after = run.state;
    return run;
  });

const notYours = ({ id, requestedBy }: Run) =>
  told`Nothing was done: who asked for run \`${id}\` (${userToken(requestedBy.userId)}), approvers and admins may have it exported.`;
