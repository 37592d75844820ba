import { DEEDS, type DeedName, type Deed, type Role } from '../domain/deeds.ts';
import { timeToken, UserError, userToken } from '../domain/problem.ts';
import { isTerminal, type Actor, type Approval, type Run } from '../domain/run.ts';
import { isDigest } from '../domain/digest.ts';
import { causesOf, isValid } from '../domain/run-moves.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Click } from '../ports/use-cases.ts';
import { wrongState } from './sentences.ts';
import { threadLink, type RunPolicy } from './use-case.ts';
import { joined, phrase, type Phrase, type Text, told, within } from '../domain/text.ts';

type Roles = RunPolicy['slack'];
/** Whose approvals count. */
export type Approvals = Pick<Roles, 'approvers' | 'requesterMayApprove'>;

/**
 * A click counts only where the run is shown: on its card or on a message of its thread, in its own channel. The thread decides, as a reply can
 * be clicked before its own ts is stored.
 */
export const clickedInPlace = async (store: Pick<RunStore, 'shown'>, run: Run, { channel, messageTs, threadTs }: Click): Promise<void> => {
  const ts = (await store.shown(run.id))?.ts;
  if (channel === run.thread.channel && ts !== undefined && (messageTs === ts || threadTs === ts)) return;
  throw new UserError(told`Nothing was done: this message does not belong to run \`${run.id}\`.`, threadLink(run));
};

/** Throws UserError unless this person may do this to the run as it stands, having seen what is in it. */
export const authorise = (
  roles: Roles,
  name: DeedName,
  run: Run,
  { by, seenDigest, seenRetries }: { readonly by: Actor; readonly seenDigest?: string | undefined; readonly seenRetries?: number | undefined },
  now: Date,
): void => {
  const deed: Deed = DEEDS[name];
  if (deed.who !== 'anybody' && !deed.who.some((role) => inRole(roles, run, by, role))) throw new UserError(notYours(roles, name, run));
  if (deed.fourEyes === true) refuseCauser(roles, run, by);
  if (deed.namesPlan === true) refuseUnread(run, seenDigest);
  if (deed.states?.includes(run.state) === false) throw new UserError(wrongState(name, run), threadLink(run));
  if (deed.namesEnd === true) refuseOtherEnd(run, seenRetries);
  if (deed.namesPlan === true) {
    refuseExpired(run, now);
    refuseOtherPlan(run, seenDigest);
  }
};

/** The same for a deed that is about no run. */
export const authoriseRole = ({ approvers, admins }: Roles, name: DeedName, { userId }: Actor): void => {
  const { who }: Deed = DEEDS[name];
  if (who === 'anybody' || (who.includes('approver') && approvers.includes(userId)) || (who.includes('admin') && admins.includes(userId))) return;
  throw new UserError(
    told`Nothing was done: approvers and admins may ${name} what is told of a database: ${people([...new Set([...approvers, ...admins])])}.`,
  );
};

/**
 * True while something may go on under this approval: it neither expired nor was ended, and the configuration of now would let it be given. Nobody
 * goes on under the word of who is no approver any more, or of who caused the approved plan.
 */
export const stillCounts = (roles: Approvals, run: Run, approval: Approval | undefined, now: Date): approval is Approval =>
  approval !== undefined && isValid(approval, now) && couldBeGiven(roles, run, approval);

/** The same for an apply that is under way: it may outlast its approval, but not the right of who gave it. */
export const couldBeGiven = (roles: Approvals, { requestedBy }: Run, { by, causedBy = [] }: Approval): boolean =>
  roles.approvers.includes(by.userId) && (roles.requesterMayApprove || !causesOf({ requestedBy, causedBy }).includes(by.userId));

const inRole = ({ approvers, admins }: Roles, run: Run, { userId }: Actor, role: Role): boolean =>
  ({ requester: userId === run.requestedBy.userId, approver: approvers.includes(userId), admin: admins.includes(userId) })[role];

const notYours = ({ approvers }: Roles, name: DeedName, run: Run): Text => {
  if (name === 'approve') return told`Nothing was approved: ${people(approvers)} may approve this plan.`;
  const state = isTerminal(run.state) ? '' : ' It goes on as before.';
  const what = name === 'plan-again' ? 'plan it again' : `${name} it`;
  return told`Nothing was done: who asked for run \`${run.id}\` (${userToken(run.requestedBy.userId)}), approvers and admins may ${what}.${state}`;
};

const refuseCauser = ({ approvers, requesterMayApprove }: Roles, run: Run, { userId }: Actor): void => {
  const causers = causesOf(run);
  if (requesterMayApprove || !causers.includes(userId)) return;
  const others = approvers.filter((id) => !causers.includes(id));
  const nobody =
    causers.length === 1
      ? 'Nobody else may: add an approver to the configuration'
      : 'Nobody else may: add an approver to the configuration, or cancel it and deploy anew';
  const what = userId === run.requestedBy.userId ? 'You asked for this run' : 'You had this run planned again';
  throw new UserError(told`${what}, so you may not approve it. ${others.length === 0 ? nobody : phrase`${people(others)} may`}.`);
};

const refuseUnread = (run: Run, seenDigest: string | undefined): void => {
  if (isDigest(seenDigest)) return;
  throw new UserError(
    told`Nothing was decided: this message does not say which plan of run \`${run.id}\` it shows. Use the buttons below the plan in its thread.`,
    threadLink(run),
  );
};

/** A message from before a retry still shows the plan of then. */
const refuseOtherPlan = (run: Run, seenDigest: string | undefined): void => {
  if (run.plan?.digest === seenDigest) return;
  throw new UserError(
    told`Nothing was decided: this message does not show the newest plan of run \`${run.id}\`. The newest one is at the end of its thread.`,
    threadLink(run),
  );
};

/** A click that was delivered twice, or late, must not start what came after the end that its person saw. */
const refuseOtherEnd = (run: Run, seenRetries = 0): void => {
  if (seenRetries === (run.retries ?? 0)) return;
  throw new UserError(
    told`Nothing was done: this button is of an earlier end of run \`${run.id}\`. The newest button is at the end of its thread.`,
    threadLink(run),
  );
};

const refuseExpired = (run: Run, now: Date): void => {
  if (run.planExpiresAt === undefined || now.toISOString() < run.planExpiresAt) return;
  throw new UserError(told`This plan expired at ${timeToken(run.planExpiresAt)}. Nothing was changed. Plan again to get a new one.`, threadLink(run));
};

const people = (ids: readonly string[]): Phrase => within(joined(ids.map(userToken), ', '));
