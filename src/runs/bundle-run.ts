import { DEEDS } from '../domain/deeds.ts';
import { UserError, userToken } from '../domain/problem.ts';
import type { Run } from '../domain/run.ts';
import { told } from '../domain/text.ts';
import type { Bundling } from '../ports/use-cases.ts';
import { databaseNamed } from './database-named.ts';
import { doDeed, membershipFor } from './deed.ts';
import { holdsAny, holdsOver } from './permissions.ts';
import { newlyStarted } from './start-run.ts';
import { knownRun, type RunDeps } from './use-case.ts';

/** A database of that name comes before a run of that id. */
const RUN_ID = /^r[a-z0-9]{1,15}$/;

/** Stores and queues the collecting of a bundle, as a run of its own. */
export const bundleRun = (deps: RunDeps, request: Bundling): Promise<Run> =>
  doDeed(deps, 'bundle', request, async (trace, intend) => {
    const about = await runMeant(deps, request.about);
    const { by } = request;
    const roles = deps.config.slack;
    const database = about?.database.name ?? databaseNamed(deps.config.databases, request.about).name;
    const may = await membershipFor(deps).belongs((members) =>
      about === undefined ? holdsOver(database, roles, by, members) : holdsAny(DEEDS.bundle.who, roles, about, by, members),
    );
    if (!may) throw new UserError(notYours(about));
    const { channel, idempotencyKey, responseUrl } = request;
    const order = { kind: 'bundle', database, by, channel, idempotencyKey, ...(responseUrl === undefined ? {} : { responseUrl }) } as const;
    const run = await newlyStarted(deps, { ...order, ...(about === undefined ? {} : { about: about.id }) }, (id) => {
      trace.run = id;
      return intend(database);
    });
    trace.run = run.id;
    trace.after = run.state;
    return run;
  });

const runMeant = async (deps: RunDeps, word: string): Promise<Run | undefined> =>
  deps.config.databases.some(({ name }) => name === word) || !RUN_ID.test(word) ? undefined : await knownRun(deps, word);

const notYours = (about: Run | undefined) =>
  about === undefined
    ? told`Nothing was done: approvers and admins may have a support bundle of a database made; who asked for a run may have one of that run.`
    : told`Nothing was done: who asked for run \`${about.id}\` (${userToken(about.requestedBy.userId)}), approvers and admins may have a support bundle of it made.`;
