import { planStanding } from '../../domain/plan.ts';
import type { Run, RunState } from '../../domain/run.ts';
import { isBehind } from '../../domain/run-moves.ts';
import { fleetPicture, type Picture } from './picture/fleet-picture.ts';
import { lagPlot } from './picture/lag-plot.ts';
import type { WithTable } from './render/around-table.ts';
import { cancelledReply, expiredReply, failureReply, rejectedReply, successReply, supersededReply } from './render/ended-replies.ts';
import type { Message } from './render/message.ts';
import { planFile } from './render/plan-file.ts';
import { countedReply, reminderReply } from './render/approval-lines.ts';
import { type Approvers, blockedReply, planReply } from './render/plan-reply.ts';
import type { ProblemDocs } from './render/problem.ts';
import { statusWithTable } from './render/status-answer.ts';
import { tableOf } from './render/verdict.ts';
import { verifyReply } from './render/verify-answer.ts';

/** A reply that the thread must hold. Keys name what the reply is about, so that the same fact is never told twice. */
export type Reply =
  | {
      readonly kind: 'post';
      readonly key: string;
      readonly message: Message;
      /** Said with it, so that the edit of this key is not needed. */ readonly also?: string;
      /** Is to be edited under this key, whatever the run calls for by then. */ readonly due?: string;
    }
  /** Replaces an earlier reply of the same run, when that was posted. */
  | { readonly kind: 'edit'; readonly key: string; readonly of: string; readonly message: Message }
  | {
      readonly kind: 'file';
      readonly key: string;
      readonly name: string;
      /** Absent: it is the file that the store keeps for the run. */ readonly content?: string;
    }
  /** An addition that nobody misses: what hinders it is not told. */
  | { readonly kind: 'picture'; readonly key: string; readonly name: string; readonly draw: () => Picture };

/**
 * Every reply that the run calls for as it stands, oldest first; files last, since nothing should wait for an upload. Plans whose key `isEnded` are left
 * out: to write the plan of a large fleet once more, each time that a thread is looked at, is most of a worker's work.
 */
export const repliesOf = (run: Run, who: Approvers & ProblemDocs, now: string, isEnded: (key: string) => boolean = () => false): readonly Reply[] => {
  // The answer to status is a message of its own; its thread holds what it had no room for.
  if (run.script !== undefined) return [{ kind: 'file', key: 'script', name: scriptName(run) }];
  if (run.bundle !== undefined) return [{ kind: 'file', key: 'bundle', name: bundleName(run) }];
  if (run.kind === 'status')
    return [
      ...tableReply(statusWithTable(run, now, who), 'answer-table'),
      ...(run.picture === true ? [...pictureReply(run, 'answer-picture'), ...lagReply(run)] : []),
    ];
  const replies = [...planReplies(run, who, isEnded), ...waitingReplies(run, who), ...ending(run, now, who)];
  return filesLast(replies);
};

export const filesLast = <T extends { readonly kind: string }>(replies: readonly T[]): readonly T[] =>
  replies.toSorted((a, b) => LAST.indexOf(a.kind) - LAST.indexOf(b.kind));

/** What is not named comes before; a picture is waited for by nothing. */
const LAST: readonly string[] = ['file', 'picture'];

/** The mark by which it is found again: nothing else is called so. */
const scriptName = ({ id, database, fleet }: Run): string => `script-${fleet.name}-${database.name}-${id}.tar.gz`;
const bundleName = ({ id, database, fleet }: Run): string => `bundle-${fleet.name}-${database.name}-${id}.tar.gz`;

export const planKey = (plannedAt: string): string => `plan-${plannedAt}`;
/** Of the edit that takes the buttons of a plan away. */
export const decidedKey = (plannedAt: string): string => `decided-${plannedAt}`;

export const endedKey = (when: string | number): string => `ended-${when}`;

const planReplies = (run: Run, who: Approvers & ProblemDocs, isEnded: (key: string) => boolean): Reply[] => {
  const { plan } = run;
  if (plan === undefined || (run.kind !== 'deploy' && run.kind !== 'plan')) return [];
  if (planStanding(plan) === 'nothing-to-do' && run.kind === 'deploy') return [];
  // A plan that is made again and says the same has its file in the thread already.
  const fileKey = `plan-file-${plan.digest}`;
  const file = (): Reply[] => (isEnded(fileKey) ? [] : [{ kind: 'file', key: fileKey, ...planFile(run, plan) }]);
  if (planStanding(plan) === 'blocked') {
    if (run.state !== 'blocked') return [];
    const { message, complete } = blockedReply(run, plan, who);
    return [{ kind: 'post', key: planKey(plan.plannedAt), message }, ...(complete ? [] : file())];
  }
  const [key, closing, open] = [planKey(plan.plannedAt), decidedKey(plan.plannedAt), run.state === 'awaiting-approval'];
  const offered = wasOffered(run);
  const posts = offered && !isEnded(key);
  const closes = !open && run.kind !== 'plan' && !isEnded(closing);
  let written: Message | undefined;
  const message = (): Message => (written ??= planReply(run, plan, who));
  return [
    ...(posts
      ? [{ kind: 'post', key, message: message(), ...(run.kind === 'plan' ? {} : open ? { due: closing } : { also: closing }) } as const]
      : []),
    ...(offered ? file() : []),
    ...(closes ? [{ kind: 'edit', key: closing, of: key, message: message() } as const] : []),
  ];
};

/** While it waits for more approvals, and once before it expires. */
const waitingReplies = (run: Run, who: Approvers): Reply[] => {
  const { plan, approvals = [], remindedAt } = run;
  if (run.state !== 'awaiting-approval' || plan === undefined) return [];
  const last = approvals.at(-1);
  const counted = last === undefined ? undefined : countedReply(run, who);
  return [
    ...(last === undefined || counted === undefined
      ? []
      : [
          { kind: 'edit', key: `counted-${last.at}`, of: planKey(plan.plannedAt), message: planReply(run, plan, who) } as const,
          { kind: 'post', key: `approval-${last.at}`, message: counted } as const,
        ]),
    ...(remindedAt === undefined ? [] : [{ kind: 'post', key: `reminder-${plan.plannedAt}`, message: reminderReply(run, who) } as const]),
  ];
};

/** False for a plan that was never up for a decision: still being made, or going on under an earlier approval. */
const wasOffered = (run: Run): boolean => {
  const { kind, state, plan, approval } = run;
  if (kind === 'plan') return state === 'succeeded';
  if (state === 'awaiting-approval' || state === 'rejected' || state === 'expired') return true;
  return (
    (state !== 'queued' || isBehind(run)) &&
    state !== 'planning' &&
    plan !== undefined &&
    approval?.digest === plan.digest &&
    approval.at >= plan.plannedAt
  );
};

const ending = (run: Run, now: string, docs: ProblemDocs): Reply[] => {
  const end = endMessage(run, now, docs);
  if (end === undefined) return [];
  const when = run.endedAt ?? run.failure?.at ?? run.retries ?? 0;
  return [
    { kind: 'post', key: endedKey(when), message: end.message },
    ...tableReply(end, `table-${when}`),
    ...(isDeployed(run) ? pictureReply(run, `picture-${when}`) : []),
  ];
};

const isDeployed = ({ kind, state }: Run): boolean => kind === 'deploy' && state === 'succeeded';

const pictureReply = (run: Run, key: string): Reply[] => {
  const table = tableOf(run);
  if (table === undefined) return [];
  const { id, database, fleet } = run;
  return [{ kind: 'picture', key, name: `fleet-${fleet.name}-${database.name}-${id}.png`, draw: () => fleetPicture(table, database, fleet) }];
};

/** The hour before the answer. */
const lagReply = (run: Run): Reply[] => {
  const { id, database, fleet, lag = [], endedAt } = run;
  const plot = endedAt === undefined ? undefined : lagPlot(lag, run, endedAt);
  return plot === undefined ? [] : [{ kind: 'picture', key: 'answer-lag', name: `lag-${fleet.name}-${database.name}-${id}.png`, draw: () => plot }];
};

const tableReply = ({ file }: WithTable, key: string): Reply[] => (file === undefined ? [] : [{ kind: 'file', key, ...file }]);

const endMessage = (run: Run, now: string, docs: ProblemDocs): WithTable | undefined => {
  if (run.kind === 'verify' && run.answer !== undefined && (run.state === 'succeeded' || run.state === 'failed')) return verifyReply(run, now, docs);
  if (run.state === 'succeeded') return run.kind === 'plan' ? undefined : successReply(run, now);
  const message = END_MESSAGES[run.state]?.(run, now, docs);
  return message === undefined ? undefined : { message };
};

const END_MESSAGES: Readonly<Partial<Record<RunState, (run: Run, now: string, docs: ProblemDocs) => Message>>> = {
  failed: failureReply,
  cancelled: cancelledReply,
  superseded: supersededReply,
  rejected: rejectedReply,
  expired: expiredReply,
};
