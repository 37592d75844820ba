import { frozenTold, namedTold, progressTold, ableToApprove } from '../domain/approval-words.ts';
import { requirementsOfRun } from '../domain/approving.ts';
import type { DeedName } from '../domain/deeds.ts';
import type { Frozen } from '../domain/freeze.ts';
import { allOf, type ApprovalPolicy, type Named, requirementsOf } from '../domain/policy.ts';
import type { Subject } from '../domain/policy-scope.ts';
import { UserError, userToken } from '../domain/problem.ts';
import { isTerminal, type Run } from '../domain/run.ts';
import { causesOf } from '../domain/run-moves.ts';
import { phrase, time, told, within } from '../domain/text.ts';
import { SLASH } from '../ports/use-cases.ts';
import { howItStands } from './how-it-ended.ts';

/* The sentences for who may not, and for what may not be now. */

/** Of deploys of a database, by whichever rule. */
export const approversOfDatabase = (policy: ApprovalPolicy, database: string): Named =>
  allOf(requirementsOf(policy, { verb: 'deploy', database, clusters: [] }));

export const deedRefused = (policy: ApprovalPolicy, name: DeedName, run: Run): UserError => {
  const settled = run.state === 'awaiting-approval' ? '' : phrase` ${howItStands(run)}.`;
  if (name === 'approve') {
    const able = allOf(requirementsOfRun(policy, run));
    return new UserError(
      able.users.length + able.groups.length === 0
        ? told`Nothing was approved: nobody may approve this plan, as fleet **${run.fleet.name}** is not in \`pgdist.yaml\` any more.`
        : told`Nothing was approved: ${namedTold(able)} may approve this plan.${settled}`,
    );
  }
  const state = isTerminal(run.state) ? settled : ' It goes on as before.';
  const what = name === 'plan-again' ? 'plan it again' : `${name} it`;
  return new UserError(
    told`Nothing was done: who asked for run \`${run.id}\` (${userToken(run.requestedBy.userId)}), approvers and admins may ${what}.${state}`,
  );
};

export const tellersRefused = (policy: ApprovalPolicy, admins: readonly string[], name: DeedName, database: string): UserError => {
  const { users, groups } = approversOfDatabase(policy, database);
  return new UserError(
    told`Nothing was done: approvers and admins may ${name} ${name.endsWith('lock') ? 'a database' : 'what is told of a database'}: ${namedTold({ users: [...new Set([...users, ...admins])], groups })}.`,
  );
};

export const causerRefused = (policy: ApprovalPolicy, run: Run, userId: string): UserError => {
  const causers = causesOf(run);
  const others = ableToApprove(policy, run, causers);
  const nobody =
    causers.length === 1
      ? 'Nobody else may: add an approver to the configuration'
      : 'Nobody else may: add an approver to the configuration, or cancel it and deploy anew';
  const what = userId === run.requestedBy.userId ? 'You asked for this run' : 'You had this run planned again';
  const glass = run.breakGlass === undefined ? '' : ' Break-glass needs a second person.';
  const others_ = others.users.length + others.groups.length === 0 ? nobody : phrase`${namedTold(others)} may`;
  return new UserError(told`${what}, so you may not approve it. ${others_}.${glass}`);
};

export const givenBefore = (at: string, policy: ApprovalPolicy, run: Run): UserError => {
  const progress = progressTold(policy, run);
  return new UserError(
    told`You approved this plan already, at ${time(at)}, and each person counts once${progress === undefined ? '' : phrase`: ${within(progress)}`}.`,
  );
};

export const notAskedBy = (requesters: Named, { database }: Pick<Run, 'database'>): UserError =>
  new UserError(
    told`Nothing was approved: for what this plan touches only ${namedTold(requesters)} may ask. One of them has to type \`${SLASH} deploy ${database.name}\` once this one is cancelled.`,
  );

export const mayNotAsk = (requesters: readonly Named[], { verb, database }: Subject): UserError =>
  new UserError(
    told`Nothing was done: \`${verb}\` of \`${database}\` may be asked for by ${namedTold({
      users: requesters.flatMap(({ users }) => users),
      groups: requesters.flatMap(({ groups }) => groups),
    })} alone.`,
  );

export const freezeRefused = (frozen: Frozen, now: Date, { verb, database }: Subject, done: 'approved' | 'done'): UserError => {
  const past =
    verb === 'deploy' ? phrase` \`${SLASH} deploy ${database} --break-glass <reason>\` goes past it, with a reason and a second person.` : '';
  return new UserError(told`Nothing was ${done}: \`${verb}\` of \`${database}\` is ${frozenTold(frozen, now.toISOString())}.${past}`);
};
