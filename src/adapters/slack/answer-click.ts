import { againTold, approvedTold, cancelledTold } from '../../domain/done-words.ts';
import type { ACTION_DEEDS } from './render/buttons.ts';
import { UserError } from '../../domain/problem.ts';
import { isTerminal, type Run } from '../../domain/run.ts';
import { isBehind } from '../../domain/run-moves.ts';
import { told, type Text } from '../../domain/text.ts';
import { absenceTold, needsWorker } from '../../domain/workers.ts';
import type { Decision, Retrying } from '../../ports/use-cases.ts';
import type { Desk } from './desk.ts';
import { inTime } from './in-time.ts';
import type { Message } from './render/message.ts';
import { rejectModal } from './render/reject-modal.ts';
import { toldMessage } from './render/told-message.ts';
import { slackFailure } from './slack-failure.ts';

/** A click on a button of a run, with all that its block names. */
export type RunClick = Decision & Pick<Retrying, 'seenRetries'>;
/** What a button asks for. */
type ButtonDeed = (typeof ACTION_DEEDS)[keyof typeof ACTION_DEEDS];
/** Slack's own of a click, beside what the use cases know of it. */
type Trigger = { readonly triggerId: string; readonly responseUrl: string | undefined };

/** So long after a click it is waited for that the thread shows what came of it; then it is told in private as well. */
const SHOWN_WITHIN_MS = 450;
const LOOK_MS = 50;
/** A form opens within the three seconds of its trigger: whether it may be used is asked for no longer than this before. */
const ASKED_WITHIN_MS = 400;

/** undefined: a form is open, or what happened shows in the thread. Throws UserError for a refusal. */
export const answerClick = async (desk: Desk, deed: ButtonDeed, click: RunClick, trigger: Trigger): Promise<Message | undefined> => {
  const atMs = desk.clock.monotonicMs();
  switch (deed) {
    case 'approve':
      return await done(desk, deed, click, atMs, await desk.runs.approve(click), approvedTold);
    case 'reject':
      return await openRejectModal(desk, click, trigger.triggerId);
    case 'cancel':
      return await done(desk, deed, click, atMs, await desk.runs.cancel(click), cancelledTold);
    case 'retry':
    case 'plan-again':
      return await done(desk, deed, click, atMs, await desk.runs.retry({ ...click, deed }), againTold);
    case 'explain':
      return toldMessage(await desk.runs.explain(click));
    case 'verify-now':
    case 'ask-again':
    case 'plan-repair': {
      const { triggerId: idempotencyKey, responseUrl } = trigger;
      return toldMessage(await desk.runs.askAgain({ ...click, deed, idempotencyKey, ...(responseUrl === undefined ? {} : { responseUrl }) }));
    }
  }
};

/** Nobody alive would show in the thread what was done, or Slack has not taken it yet, or the button stood in no thread: it is told here. */
const done = async (
  desk: Desk,
  deed: ButtonDeed,
  click: RunClick,
  atMs: number,
  run: Run,
  sentence: (run: Run) => Text,
): Promise<Message | undefined> => {
  const { runs, clock } = desk;
  const workers = runs.workers();
  if (workers.kind === 'none' && needsWorker(run)) return toldMessage(absenceTold(workers, run));
  if (click.offered !== true && showsInThread(run, deed))
    while (clock.monotonicMs() - atMs < SHOWN_WITHIN_MS) {
      if (await runs.isShown(run).catch(() => false)) return undefined;
      await clock.sleep(LOOK_MS);
    }
  return toldMessage(sentence(run));
};

/**
 * Nobody expects of an approval or a retry that it waits: it is told in any case. So is a cancel that a worker has yet to hear of: what the thread shows of such a run is
 * how it was before.
 */
const showsInThread = (run: Run, deed: ButtonDeed): boolean => !isBehind(run) && (deed !== 'cancel' || isTerminal(run.state));

/** Nothing is decided by opening it. Who may not reject is told so before a reason is written, unless that takes too long: then when the form comes back. */
const openRejectModal = async ({ client, runs, clock }: Desk, click: RunClick, triggerId: string): Promise<undefined> => {
  const { runId, channel, messageTs, threadTs, seenDigest: digest } = click;
  await inTime(
    runs.mayReject(click).catch((error: unknown) => {
      if (error instanceof UserError) throw error;
    }),
    clock,
    ASKED_WITHIN_MS,
  );
  try {
    await client.views.open({
      trigger_id: triggerId,
      view: rejectModal(JSON.stringify({ runId, channel, messageTs, threadTs, digest })),
    });
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    throw new UserError(told`Nothing was rejected: Slack did not open the form in time. Press Reject again.`);
  }
};
