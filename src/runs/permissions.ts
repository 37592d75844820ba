import { UserError, userToken } from '../domain/problem.ts';
import { isTerminal, type Actor, type Run } from '../domain/run.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Click } from './runs.ts';
import { threadLink, type RunPolicy } from './use-case.ts';
import { joined, phrase, type Phrase, told, within } from '../domain/text.ts';

type Roles = RunPolicy['slack'];

/**
 * A click counts only where the run is shown: on its card or on a message of its thread, in its own channel. The thread decides, as a reply can
 * be clicked before its own ts is stored.
 */
export const clickedInPlace = async (store: RunStore, run: Run, { channel, messageTs, threadTs }: Click): Promise<void> => {
  const ts = (await store.shown(run.id))?.ts;
  if (channel === run.thread.channel && ts !== undefined && (messageTs === ts || threadTs === ts)) return;
  throw new UserError(told`Nothing was done: this message does not belong to run \`${run.id}\`.`, threadLink(run));
};

/** Approvers alone, and not who asked for the run unless the configuration allows it. */
export const mayApprove = (roles: Roles, run: Run, by: Actor): void => {
  const others = roles.approvers.filter((id) => id !== run.requestedBy.userId);
  if (!roles.approvers.includes(by.userId)) throw new UserError(told`Nothing was approved: ${people(roles.approvers)} may approve this plan.`);
  if (by.userId !== run.requestedBy.userId || roles.requesterMayApprove) return;
  const who = others.length === 0 ? 'Nobody else may: add an approver to the configuration' : phrase`${people(others)} may`;
  throw new UserError(told`You asked for this run, so you may not approve it. ${who}.`);
};

/** Who may end a run, go on with it, or reject its plan: requester, approvers, admins. */
export const mayHandle = (roles: Roles, run: Run, by: Actor, deed: 'cancel' | 'retry' | 'reject'): void => {
  if ([run.requestedBy.userId, ...roles.approvers, ...roles.admins].includes(by.userId)) return;
  const state = isTerminal(run.state) ? '' : ' It goes on as before.';
  throw new UserError(
    told`Nothing was done: who asked for run \`${run.id}\` (${userToken(run.requestedBy.userId)}), approvers and admins may ${deed} it.${state}`,
  );
};

const people = (ids: readonly string[]): Phrase => within(joined(ids.map(userToken), ', '));
