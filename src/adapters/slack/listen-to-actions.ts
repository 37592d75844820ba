import { told } from '../../domain/text.ts';
import type { App, webApi } from '@slack/bolt';
import { UserError } from '../../domain/problem.ts';
import type { Run } from '../../domain/run.ts';
import { absenceTold, needsWorker } from '../../domain/workers.ts';
import type { Decision, Retrying } from '../../ports/use-cases.ts';
import { readClick } from './click-payload.ts';
import type { Desk } from './desk.ts';
import { inTime } from './in-time.ts';
import { OPEN_LINK } from './render/direct.ts';
import { ACTION_DEEDS, ACTIONS, seenDigest, seenRetries } from './render/buttons.ts';
import type { Message } from './render/message.ts';
import { rejectModal } from './render/reject-modal.ts';
import { toldMessage } from './render/told-message.ts';
import { slackFailure } from './slack-failure.ts';

/** A click on a button of a run, with all that its block names. */
type RunClick = Decision & Pick<Retrying, 'seenRetries'>;
/** What a button asks for. */
type ButtonDeed = (typeof ACTION_DEEDS)[keyof typeof ACTION_DEEDS];
/** Slack's own of a click, beside what the use cases know of it. */
type Trigger = { readonly triggerId: string; readonly responseUrl: string | undefined };

/** Every click is acknowledged in time; what it may do is for the use cases to say, and refusals go to the clicker alone, in the thread of the button. */
export const listenToActions = (app: App, desk: Desk): void => {
  app.action(OPEN_LINK, ({ ack }) => ack());
  app.action(IN_MESSAGES, async ({ body, ack }) => {
    const { user, team, trigger_id: triggerId, response_url: responseUrl, place, actions } = readClick(body);
    const { channel, messageTs, threadTs } = place;
    const [{ action_id: actionId, block_id: blockId, value = '' } = { action_id: '', block_id: '' }] = actions;
    const action = ACTIONS.find((known) => known === actionId);
    const answering = async (): Promise<Message | undefined> => {
      if (action === undefined) return toldMessage(told`This button belongs to an older pgdist and does nothing any more.`);
      const click: RunClick = {
        way: 'button',
        runId: value,
        // The actor's own workspace: in a shared channel it is not the app's.
        by: { userId: user.id, teamId: user.team_id ?? team?.id ?? '' },
        channel,
        messageTs,
        ...(threadTs === undefined ? {} : { threadTs }),
        seenDigest: seenDigest(blockId),
        seenRetries: seenRetries(blockId),
      };
      return await desk.handle({ what: action, runId: value, requestId: triggerId }, () =>
        ask(desk, ACTION_DEEDS[action], click, { triggerId, responseUrl }),
      );
    };
    const to = { channel, user: user.id, responseUrl, threadTs };
    const outcome = await inTime(answering(), desk.clock);
    await ack();
    const answer = outcome.kind === 'done' ? outcome.value : await outcome.rest;
    if (answer !== undefined) await desk.whisper(to, answer);
  });
};

/** Those of the Home tab have names of their own, and a link is opened by Slack itself. */
const IN_MESSAGES = new RegExp(`^(?!home:|${OPEN_LINK}$)`);

/** undefined: what happened shows in the thread. */
const ask = async (desk: Desk, deed: ButtonDeed, click: RunClick, { triggerId, responseUrl }: Trigger): Promise<Message | undefined> => {
  switch (deed) {
    case 'approve':
      return unlessWorked(desk, await desk.runs.approve(click));
    case 'reject':
      // Opening it decides nothing, and its trigger lives three seconds. Whoever may not reject is told when the form comes back.
      await openRejectModal(desk.client, click, triggerId);
      return undefined;
    case 'cancel':
      return unlessWorked(desk, await desk.runs.cancel(click));
    case 'retry':
    case 'plan-again':
      return unlessWorked(desk, await desk.runs.retry({ ...click, deed }));
    case 'explain':
      return toldMessage(await desk.runs.explain(click));
    case 'verify-now':
    case 'ask-again':
    case 'plan-repair':
      return toldMessage(
        await desk.runs.askAgain({ ...click, deed, idempotencyKey: triggerId, ...(responseUrl === undefined ? {} : { responseUrl }) }),
      );
  }
};

/** Nobody alive would show in the thread what was done: it is told here. */
const unlessWorked = ({ runs }: Desk, run: Run): Message | undefined => {
  const workers = runs.workers();
  return workers.kind === 'none' && needsWorker(run) ? toldMessage(absenceTold(workers, run)) : undefined;
};

const openRejectModal = async (client: webApi.WebClient, click: Decision, triggerId: string): Promise<void> => {
  const { runId, channel, messageTs, threadTs, seenDigest: digest } = click;
  try {
    await client.views.open({ trigger_id: triggerId, view: rejectModal(JSON.stringify({ runId, channel, messageTs, threadTs, digest })) });
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    throw new UserError(told`Nothing was rejected: Slack did not open the form in time. Press Reject again.`);
  }
};
