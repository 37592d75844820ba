import type { DeedBy } from '../../../domain/deeds.ts';
import { diagnose } from '../../../domain/diagnosis.ts';
import type { Offer } from '../../../domain/offer.ts';
import { isTerminal, type Run } from '../../../domain/run.ts';
import { cut, LIMITS } from '../limits.ts';
import type { Block, Button } from './blocks.ts';
import type { Part } from './message.ts';
import { countPlan, inWords } from './plan-counts.ts';

/** Every button that pgdist shows. The value is the run's id and nothing else; what a click may do is looked up. */
export const ACTIONS = ['approve', 'reject', 'cancel', 'retry', 'plan-again', 'verify-now', 'ask-again', 'plan-repair', 'explain'] as const;
type ActionId = (typeof ACTIONS)[number];

/** What each button asks for, itself or by the form that it opens. */
export const ACTION_DEEDS = {
  approve: 'approve',
  reject: 'reject',
  cancel: 'cancel',
  retry: 'retry',
  'plan-again': 'plan-again',
  'verify-now': 'verify-now',
  'ask-again': 'ask-again',
  'plan-repair': 'plan-repair',
  explain: 'explain',
} as const satisfies Readonly<Record<ActionId, DeedBy<'button'> | DeedBy<'form'>>>;

/** Nobody decides on a plan without having it before their eyes: Approve and Reject stand below the plan, never on the card. */
export const CARD_ACTIONS = ACTIONS.filter((action) => action !== 'approve' && action !== 'reject');

/** What a person may do to a run as it stands, in the order of the buttons. */
const possibleActions = (run: Run): readonly ActionId[] => {
  if (run.kind === 'status') return run.endedAt === undefined ? [] : [...repair(run), 'verify-now', 'ask-again', ...(isWell(run) ? [] : [EXPLAIN])];
  switch (run.state) {
    case 'awaiting-approval':
      return ['approve', 'reject', 'cancel'];
    case 'queued':
    case 'planning':
    case 'applying':
    case 'verifying':
      return ['cancel'];
    case 'failed':
      return [...repair(run), 'retry', EXPLAIN];
    case 'cancelled':
      return ['retry'];
    case 'blocked':
      return ['plan-again', EXPLAIN];
    case 'superseded':
    case 'expired':
      return ['plan-again'];
    case 'succeeded':
      if (run.kind === 'bundle' || run.kind === 'export' || run.kind === 'plan') return [];
      return run.kind === 'verify' ? ['ask-again'] : ['verify-now'];
    case 'rejected':
    case 'cancelling':
      return [];
  }
};

const EXPLAIN = 'explain' as const;

const isWell = ({ answer }: Run): boolean => answer?.healthy === true;

/** What a look found and a deploy would mend, by the remedy of what stands first. A deploy that failed is retried, and nothing is deployed in danger. */
const repair = (run: Run): readonly ActionId[] => {
  if (run.kind === 'deploy' || run.answer === undefined) return [];
  const { danger, cause } = diagnose(run.answer);
  return danger.length === 0 && cause?.problem.means?.kind === 'deploy' ? ['plan-repair'] : [];
};

/** The buttons for those actions that the run allows now. Their block names the plan and the end that the reader saw, so that an older message cannot decide about newer ones. */
export const buttons = (run: Run, wanted: readonly ActionId[]): Part => ({
  kind: 'buttons',
  blockId: cut(`${run.id}:${run.retries ?? 0}:${run.plan === undefined ? run.state : run.plan.digest}`, LIMITS.blockId),
  buttons: possibleActions(run)
    .filter((action) => wanted.includes(action))
    .map((action) => button(action, run)),
});

/** What a refusal offers. Its block says so: the answer to a click takes the place of the refusal. */
export const offerButton = ({ deed, runId, retries }: Offer): Part => ({
  kind: 'buttons',
  blockId: cut(`${runId}:${retries}${OFFERED}`, LIMITS.blockId),
  buttons: [{ type: 'button', action_id: deed, text: { type: 'plain_text', text: LABELS[deed], emoji: false }, value: runId }],
});

const OFFERED = ':offered';
/** True for a block that `offerButton` wrote. */
export const isOffer = (blockId: string | undefined): boolean => blockId?.endsWith(OFFERED) === true;

/** Digest in the block_id that `buttons` wrote; undefined when the message showed no plan. */
export const seenDigest = (blockId: string | undefined): string | undefined => /:([0-9a-f]{64})$/.exec(blockId ?? '')?.[1];
/** Retries of the run when `buttons` wrote the block_id. */
export const seenRetries = (blockId: string | undefined): number | undefined => {
  const retries = /^[^:]{1,64}:(\d{1,9}):/.exec(blockId ?? '')?.[1];
  return retries === undefined ? undefined : Number(retries);
};

/** True for a block of buttons that decide something about the run which is decided: they come back where Slack carries out an old edit late. */
export const isOverButton = (run: Run, block: Block): boolean => {
  if (block.type !== 'actions') return false;
  const possible = isTerminal(run.state) && seenRetries(block.block_id) === (run.retries ?? 0) ? possibleActions(run) : [];
  return block.elements.some(({ action_id: id = '' }) => BINDING.includes(id) && !possible.some((action) => action === id));
};
const BINDING: readonly string[] = ['approve', 'reject', 'cancel', 'retry', 'plan-again'];

const button = (action: ActionId, run: Run): Button => ({
  type: 'button',
  action_id: action,
  text: { type: 'plain_text', text: LABELS[action], emoji: false },
  value: run.id,
  ...(action === 'approve' ? { style: 'primary' as const } : {}),
  ...(action === 'reject' ? { style: 'danger' as const } : {}),
  ...confirmation(action, run),
});

const LABELS: Readonly<Record<ActionId, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  cancel: 'Cancel',
  retry: 'Retry',
  'plan-again': 'Plan again',
  'verify-now': 'Verify',
  'ask-again': 'Ask again',
  'plan-repair': 'Plan the repair',
  explain: 'Explain',
};

const confirmation = (action: ActionId, run: Run): Pick<Button, 'confirm'> => {
  if (action === 'approve' && run.plan !== undefined) {
    return confirm(
      `Approve ${run.database.name} on ${run.fleet.name}?`,
      `${inWords(countPlan(run.plan))}. What exists and changes is listed in the thread.`,
      'Approve',
    );
  }
  if (action === 'cancel' && run.state === 'applying') {
    return confirm('Stop this deploy?', 'What is in place stays. A step that is under way gets 30 s to finish.', 'Stop it');
  }
  return {};
};

const confirm = (title: string, text: string, yes: string): Pick<Button, 'confirm'> => ({
  confirm: {
    title: { type: 'plain_text', text: cut(title, LIMITS.confirmTitle), emoji: false },
    text: { type: 'plain_text', text: cut(text, LIMITS.confirmText), emoji: false },
    confirm: { type: 'plain_text', text: cut(yes, LIMITS.confirmButton), emoji: false },
    deny: { type: 'plain_text', text: 'Back', emoji: false },
  },
});
