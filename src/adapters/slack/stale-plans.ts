import type { Run } from '../../domain/run.ts';
import { code, moment, told } from '../../domain/text.ts';
import type { Shown } from '../../ports/run-store.ts';
import type { View } from './view.ts';
import { planReply } from './render/plan-reply.ts';
import { toldMessage } from './render/told-message.ts';
import { isEnd } from './thread-memory.ts';
import { decidedKey, planKey, type Reply } from './thread-replies.ts';

const DECIDED = decidedKey('');

/**
 * Edits of plans that were up for a decision and still have their buttons, since the run was planned again before Slack took the edit. The run has
 * its newest plan alone, so that the decision stands in the audit only.
 */
export const stalePlans = (run: Run, shown: Shown['replies']): readonly Reply[] =>
  Object.keys(shown)
    .filter((key) => key.startsWith(DECIDED) && !isEnd(shown[key]))
    .map((key) => key.slice(DECIDED.length))
    .filter((plannedAt) => plannedAt !== run.plan?.plannedAt)
    .map((plannedAt) => ({ kind: 'edit', key: decidedKey(plannedAt), of: planKey(plannedAt), message: closed(run, plannedAt) }));

/**
 * The edit of a plan that is still to be decided, once after the store lost what it was told last: a decision may be among that, and the message that tells
 * of it has no buttons any more. Where it has none, that a decision is lost is said before.
 */
export const plansInDoubt = async ({ run, memory, who, api }: View): Promise<readonly Reply[]> => {
  const { plan, state } = run;
  const { isRestored, restoredAt = '', channel, ts: threadTs } = memory.shown();
  if (isRestored !== true || state !== 'awaiting-approval' || plan === undefined || threadTs === undefined) return [];
  const [of, key] = [planKey(plan.plannedAt), `again-${restoredAt}`];
  const at = memory.tsOf(of);
  if (at === undefined || memory.isEnded(key)) return [];
  const standing = (await api.thread({ channel, threadTs })).find(({ ts }) => ts === at);
  const isDecided = standing !== undefined && standing.blocks.every(({ type }) => type !== 'actions');
  return [
    ...(isDecided ? [{ kind: 'post', key: `lost-${restoredAt}`, message: lost(run) } as const] : []),
    { kind: 'edit', key, of, message: planReply(run, plan, who) },
  ];
};

const lost = ({ id }: Run) =>
  toldMessage(
    told`**A decision is lost**: Redis was started anew, or another one took its place, and lacks what it was told last. The plan of run ${code(id)} is to be decided once more: its buttons are back above.`,
  );

const closed = ({ id, database, fleet }: Run, plannedAt: string) =>
  toldMessage(
    told`**Closed**: the plan of ${moment(plannedAt)} for ${code(database.name)} on ${code(fleet.name)} can no longer be approved. Run ${code(id)} was planned again; its card says how it stands.`,
  );
