import { otherRun } from '../../../domain/behind-words.ts';
import { frozenTold, givenTold, namedTold, progressTold } from '../../../domain/approval-words.ts';
import { approvalsOfPlan, givenWith, requirementsOfRun } from '../../../domain/approving.ts';
import type { ApprovalPolicy, Requirement } from '../../../domain/policy.ts';
import type { Run } from '../../../domain/run.ts';
import { asTyped } from '../../../domain/several-fleets.ts';
import { causesOf } from '../../../domain/run-moves.ts';
import { code, joined, phrase, told, user, within } from '../../../domain/text.ts';
import { SLASH } from '../../../ports/use-cases.ts';
import { lines, list, message, type Message } from './message.ts';
import { at, bold, dotted, type Line, prose, rendered, renderedSentence, sentence } from './span.ts';

/** approvers: @bob, @carol, not the requester · 1 of 2, approved by @bob 14:06, waits for @carol · expires 14:32 */
export const decisionLine = (run: Run, policy: ApprovalPolicy): Line => {
  const progress = approvalsOfPlan(run).length === 0 ? undefined : progressTold(policy, run);
  return dotted(
    rendered(
      told`approvers: ${within(
        joined(
          requirementsOfRun(policy, run).map((requirement) => ofThese(requirement, run)),
          ', and ',
        ),
      )}`,
    ),
    progress === undefined ? undefined : rendered(progress),
    run.planExpiresAt === undefined ? undefined : ['expires ', at(run.planExpiresAt)],
  );
};

/** '2 of @bob, @carol, @dba, not the requester' */
const ofThese = ({ approvers, approvals, requesterMayApprove }: Requirement, run: Run) => {
  const [requester, ...again] = causesOf(run);
  const able = requesterMayApprove ? approvers.users : approvers.users.filter((id) => id !== requester && !again.includes(id));
  const others = again.map((id) => phrase`, not ${user(id)} who planned it again`);
  const except = requesterMayApprove ? '' : phrase`, not the requester${within(joined(others, ''))}`;
  return phrase`${approvals === 1 ? '' : `${approvals} of `}${namedTold({ ...approvers, users: able })}${except}`;
};

/** What the card says besides while it waits: how many approvals are there, and what keeps it from being approved. */
export const waitingLine = (run: Run, policy: ApprovalPolicy | undefined, now: string): Line | undefined => {
  if (run.state !== 'awaiting-approval') return undefined;
  const progress = policy === undefined ? undefined : progressTold(policy, run);
  const line = dotted(
    progress === undefined ? undefined : rendered(progress),
    run.frozen === undefined ? undefined : rendered(told`${frozenTold(run.frozen, now)}`),
  );
  return line.length === 0 ? undefined : line;
};

/** break-glass: “the primary is lost”: what is past the rules says so wherever it is shown. */
export const breakGlassLine = ({ breakGlass }: Run): Line | undefined =>
  breakGlass === undefined ? undefined : [bold('Break-glass'), `, past freezes and the number of approvals: “${breakGlass.reason}”`];

/** What a plan says of a freeze in which it cannot be approved. */
export const frozenLine = (run: Run): Line | undefined => {
  const { frozen, state, planExpiresAt, plan } = run;
  if (frozen === undefined || state !== 'awaiting-approval') return undefined;
  const over = frozen.until !== undefined && planExpiresAt !== undefined && frozen.until < planExpiresAt;
  const after = over ? '' : ' This plan expires before that.';
  return renderedSentence(
    told`\`deploy\` is ${frozenTold(frozen, plan?.plannedAt ?? frozen.from)}: nobody can approve it then.${after} ${code(`${SLASH} deploy ${asTyped(run)} --break-glass <reason>`)} goes past it, with a second person`,
  );
};

const SHOWN_DIFFERENCES = 5;

/** What is told of a plan that comes after another: whose approvals ended with that one, and what is another now. */
export const replannedParts = ({ replanned, plan }: Run) => {
  if (replanned === undefined) return [];
  const { since, differences, void: ended } = replanned;
  const gone =
    ended.length === 0 ? undefined : rendered(told`The approval of ${givenTold(ended)} was for the plan before, and does not count for this one.`);
  if (differences === undefined || differences.length === 0) {
    const same = differences !== undefined && ended.some(({ digest }) => digest === plan?.digest);
    return gone === undefined ? [] : [lines(gone, same ? ['It says the same as that one.'] : undefined)];
  }
  const more = differences.length - SHOWN_DIFFERENCES;
  return [
    lines([bold('Changed since the plan of '), at(since), ':']),
    list(differences.slice(0, SHOWN_DIFFERENCES).map((difference) => prose(sentence(difference)))),
    lines(more > 0 ? [`and ${more} more`] : undefined, gone),
  ];
};

/** Approved by @bob 14:06, @carol 14:08 (plan `4f9c…`), queued behind run r1 */
export const approvedLine = (run: Run): Line | undefined => {
  const { approval, plan, breakGlass, behind } = run;
  if (approval === undefined || approval.digest !== plan?.digest) return undefined;
  const how = breakGlass === undefined ? 'Approved' : 'Approved by break-glass,';
  return [
    bold(how),
    ...rendered(
      told` by ${givenTold(givenWith(approval))} (plan ${code(`${approval.digest.slice(0, 4)}…`)})${behind === undefined ? '' : phrase`, queued behind run ${otherRun(behind)}`}`,
    ),
  ];
};

/** To those who may still approve: one more did. */
export const countedReply = (run: Run, policy: ApprovalPolicy): Message | undefined => {
  const progress = progressTold(policy, run);
  return progress === undefined ? undefined : message(lines(renderedSentence(progress)));
};

/** To those who may still approve, once, before the plan expires. Its buttons stand below the plan, where they end with the decision. */
export const reminderReply = (run: Run, policy: ApprovalPolicy): Message =>
  message(
    lines(
      [
        bold('Expires '),
        ...(run.planExpiresAt === undefined ? ['soon'] : [at(run.planExpiresAt)]),
        `: the plan for ${run.database.name} waits for a decision.`,
      ],
      decisionLine(run, policy),
      frozenLine(run),
    ),
  );
