import { freezesOf, isApprover, mayAsk, requirementsOfRun, subjectOf, verdictOn } from '../domain/approving.ts';
import { DEEDS, type DeedName, type Deed, type Role, type Way } from '../domain/deeds.ts';
import { timeToken, UserError, userToken } from '../domain/problem.ts';
import { frozenNow } from '../domain/freeze.ts';
import { anyOf, belongsTo, type Belongs, type Members, requestersOf } from '../domain/policy.ts';
import type { Subject } from '../domain/policy-scope.ts';
import type { Actor, Run } from '../domain/run.ts';
import { isDigest } from '../domain/digest.ts';
import { causesOf } from '../domain/run-moves.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Click } from '../ports/use-cases.ts';
import { Unclear } from './membership.ts';
import { approversOfDatabase, causerRefused, deedRefused, freezeRefused, givenBefore, mayNotAsk, notAskedBy, tellersRefused } from './refusals.ts';
import { howItStands } from './how-it-ended.ts';
import { wrongState } from './wrong-state.ts';
import { threadLink, type RunPolicy } from './use-case.ts';
import { phrase, told } from '../domain/text.ts';

type Roles = RunPolicy['slack'];

/**
 * A click counts only where the run is shown: on its card or on a message of its thread, in its own channel. The thread decides, as a reply can
 * be clicked before its own ts is stored. What a refusal offers to one person alone stands in no thread that Slack names.
 */
export const clickedInPlace = async (
  store: Pick<RunStore, 'shown'>,
  run: Run,
  { channel, messageTs, threadTs, offered }: Click,
  { offers }: Pick<Deed, 'offers'>,
): Promise<void> => {
  const ts = (await store.shown(run.id))?.ts;
  if (channel === run.thread.channel && ts !== undefined && (messageTs === ts || threadTs === ts)) return;
  if (channel === run.thread.channel && offers === true && offered === true) return;
  throw new UserError(told`Nothing was done: this message does not belong to run \`${run.id}\`.`, threadLink(run));
};

/** Who asks, and what they saw. */
interface Asking {
  readonly by: Actor;
  readonly way: Way;
  readonly seenDigest?: string | undefined;
  readonly seenRetries?: number | undefined;
}

/** Throws UserError unless this person may do this to the run as it stands, having seen what is in it. Unclear: it hangs on who is in a group. */
export const authorise = (
  roles: Roles,
  name: DeedName,
  run: Run,
  { by, way, seenDigest, seenRetries }: Asking,
  now: Date,
  members: Members,
): Unclear | undefined => {
  const deed: Deed = DEEDS[name];
  const isOne = deed.who === 'anybody' ? 'yes' : holdsAny(deed.who, roles, run, by, members);
  if (isOne === 'no') throw deedRefused(roles, name, run);
  if (isOne !== 'yes') return new Unclear(isOne);
  const namesPlan = deed.namesPlan?.includes(way) === true;
  if (namesPlan) refuseUnread(run, seenDigest);
  if (deed.states?.includes(run.state) === false) throw new UserError(wrongState(name, run), threadLink(run));
  if (deed.fourEyes === true) {
    const others = refuseCauser(roles, run, by, members);
    if (others !== undefined) return others;
  }
  if (deed.namesEnd === true) refuseOtherEnd(run, seenRetries);
  if (deed.namesPlan !== undefined) refuseExpired(run, now);
  if (namesPlan) refuseOtherPlan(run, seenDigest);
  if (name === 'approve') return refuseByPolicy(roles, run, by, now, members);
  const { asksFor }: Deed = deed;
  return asksFor === undefined
    ? undefined
    : authoriseAsking(roles, { ...subjectOf(run), verb: asksFor === 'as-its-run' ? run.kind : asksFor, clusters: [] }, by, now, members);
};

/** The same for what somebody asks for: by the rules of who may, and when. A plan changes nothing, so that a deploy is frozen at its approval. */
export const authoriseAsking = (roles: Roles, subject: Subject, { userId }: Actor, now: Date, members: Members): Unclear | undefined => {
  const may = mayAsk(roles, subject, userId, members);
  if (may === 'no') throw mayNotAsk(requestersOf(roles, subject), subject);
  if (may !== 'yes') return new Unclear(may);
  const frozen = subject.verb === 'deploy' ? undefined : frozenNow(freezesOf(roles, subject), now);
  if (frozen !== undefined) throw freezeRefused(frozen, now, subject, 'done');
  return undefined;
};

/** The same for a deed that is about a database and no run. */
export const authoriseRole = (roles: Roles, name: DeedName, database: string, by: Actor, members: Members): Unclear | undefined => {
  const { who }: Deed = DEEDS[name];
  if (who === 'anybody') return undefined;
  const isOne = holdsOver(database, roles, by, members);
  if (isOne === 'no') throw tellersRefused(roles, roles.admins, name, database);
  return isOne === 'yes' ? undefined : new Unclear(isOne);
};

/** Whether the person is an approver or admin where there is no run, and so no requester. */
export const holdsOver = (database: string, roles: Roles, { userId }: Actor, members: Members): Belongs =>
  anyOf([roles.admins.includes(userId) ? 'yes' : 'no', belongsTo(approversOfDatabase(roles, database), userId, members)]);

/** Whether the person holds one of the roles towards the run. */
export const holdsAny = (who: readonly Role[], roles: Roles, run: Run, { userId }: Actor, members: Members): Belongs =>
  anyOf(
    who.map((role) => {
      if (role === 'approver') return isApprover(roles, run, userId, members);
      return (role === 'requester' ? userId === run.requestedBy.userId : roles.admins.includes(userId)) ? 'yes' : 'no';
    }),
  );

const refuseCauser = (roles: Roles, run: Run, { userId }: Actor, members: Members): Unclear | undefined => {
  if (!causesOf(run).includes(userId)) return undefined;
  const counting = requirementsOfRun(roles, run).filter(({ requesterMayApprove }) => requesterMayApprove);
  const counts = anyOf(counting.map(({ approvers }) => belongsTo(approvers, userId, members)));
  if (counts === 'no') throw causerRefused(roles, run, userId);
  return counts === 'yes' ? undefined : new Unclear(counts);
};

/** What a person who is an approver may still not approve, or not now. */
const refuseByPolicy = (roles: Roles, run: Run, { userId }: Actor, now: Date, members: Members): Unclear | undefined => {
  const verdict = verdictOn(roles, run, userId, members, now);
  switch (verdict.kind) {
    case 'counts':
      return undefined;
    case 'unclear':
      return new Unclear(verdict.groups);
    case 'given-before':
      throw givenBefore(verdict.at, roles, run);
    case 'not-asked-by':
      throw notAskedBy(verdict.requesters, run);
    case 'frozen':
      throw freezeRefused(verdict.frozen, now, subjectOf(run), 'approved');
  }
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
  const again = run.retriedBy === undefined ? '' : phrase` ${userToken(run.retriedBy.userId)} had it done again since then.`;
  throw new UserError(
    told`Nothing was done: this button is of an earlier end of run \`${run.id}\`.${again} ${howItStands(run)}. The newest button is at the end of its thread.`,
    threadLink(run),
  );
};

const refuseExpired = (run: Run, now: Date): void => {
  if (run.planExpiresAt === undefined || now.toISOString() < run.planExpiresAt) return;
  throw new UserError(told`This plan expired at ${timeToken(run.planExpiresAt)}. Nothing was changed. Plan again to get a new one.`, threadLink(run));
};
