import type { App, webApi } from '@slack/bolt';
import { z } from 'zod';
import { UserError } from '../../domain/problem.ts';
import type { Run } from '../../domain/run.ts';
import type { Desk } from './desk.ts';
import { responseUrl as responseUrlText, slackId } from './envelope.ts';
import { inTime } from './in-time.ts';
import { ACTIONS, type ActionId, seenDigest } from './render/buttons.ts';
import type { Message } from './render/message.ts';
import { shortDigest } from './render/plan-counts.ts';
import { rejectModal } from './render/reject-modal.ts';
import { toldMessage } from './render/told-message.ts';
import { slackFailure } from './slack-failure.ts';
import type { Click } from './use-cases.ts';
import { told } from '../../domain/text.ts';

const payload = z.object({
  user: z.object({ id: slackId, team_id: slackId.optional() }),
  team: z.object({ id: slackId }).nullish(),
  trigger_id: slackId,
  response_url: responseUrlText.optional(),
  container: z.object({ channel_id: slackId, message_ts: slackId, thread_ts: slackId.optional() }),
  actions: z.array(z.object({ action_id: slackId, block_id: slackId.optional(), value: z.string().max(64).optional() })).min(1),
});

/** A click as the use cases need it, with what only the adapter looks at. */
interface ButtonClick extends Click {
  readonly action: ActionId;
  readonly triggerId: string;
  readonly responseUrl: string | undefined;
  /** Of the plan that the clicked message showed. */
  readonly digest: string | undefined;
}

/** Every click is acknowledged in time; what it may do is looked up by the run's id, and refusals go to the clicker alone, in the thread of the button. */
export const listenToActions = (app: App, desk: Desk): void =>
  app.action(/.*/, async ({ body, ack }) => {
    const { user, team, trigger_id: triggerId, response_url: responseUrl, container, actions } = payload.parse(body);
    const [{ action_id: actionId, block_id: blockId, value = '' } = { action_id: '', block_id: '' }] = actions;
    const action = ACTIONS.find((known) => known === actionId);
    const answering = async (): Promise<Message | undefined> => {
      if (action === undefined) return toldMessage(told`This button belongs to an older pgdist and does nothing any more.`);
      // The actor's own workspace: in a shared channel it is not the app's.
      const by = { userId: user.id, teamId: user.team_id ?? team?.id ?? '' };
      const click: ButtonClick = {
        runId: value,
        by,
        channel: container.channel_id,
        messageTs: container.message_ts,
        ...(container.thread_ts === undefined ? {} : { threadTs: container.thread_ts }),
        action,
        triggerId,
        responseUrl,
        digest: seenDigest(blockId),
      };
      return await desk.handle({ what: action, runId: value, requestId: triggerId }, () => act(desk, click));
    };
    const to = { channel: container.channel_id, user: user.id, responseUrl, threadTs: container.thread_ts };
    const outcome = await inTime(answering(), desk.clock);
    await ack();
    const answer = outcome.kind === 'done' ? outcome.value : await outcome.rest;
    if (answer !== undefined) await desk.whisper(to, answer);
  });

/** undefined: what happened shows in the thread. */
const act = async (desk: Desk, click: ButtonClick): Promise<Message | undefined> => {
  // First of all: its trigger lives three seconds. Whoever may not reject is told when the form comes back.
  if (click.action === 'reject') {
    await openRejectModal(desk.client, click);
    return undefined;
  }
  const decides = click.action === 'approve' || click.action === 'retry' || click.action === 'plan-again';
  await desk.admit(click.by, click.channel, decides ? 'strict' : 'lenient');
  const run = await desk.runs.get(click.runId);
  if (run === undefined) throw new UserError(told`Nothing was done: this run is no longer kept. Runs are kept 90 days.`);
  switch (click.action) {
    case 'approve':
      refuseOtherPlan(run, click.digest);
      await desk.runs.approve(useCaseClick(click));
      return undefined;
    case 'cancel':
      await desk.runs.cancel({ runId: run.id, by: click.by, channel: click.channel });
      return undefined;
    case 'retry':
    case 'plan-again':
      await desk.runs.retry(useCaseClick(click));
      return undefined;
    case 'verify-now':
    case 'ask-again':
      return await ask(desk, run, click);
  }
};

/** A message from before a retry still shows the plan of then. */
export const refuseOtherPlan = (run: Run, digest: string | undefined): void => {
  if (digest === undefined || run.plan === undefined || shortDigest(run.plan.digest) === digest) return;
  throw new UserError(
    told`Nothing was decided: this message does not show the newest plan of run \`${run.id}\`. The newest one is at the end of its thread.`,
    threadLink(run),
  );
};

const threadLink = ({ thread }: Run): { readonly text: string; readonly url: string } | undefined =>
  thread.permalink === undefined ? undefined : { text: 'To the thread', url: thread.permalink };

export const useCaseClick = ({ runId, by, channel, messageTs, threadTs }: Click): Click => ({
  runId,
  by,
  channel,
  messageTs,
  ...(threadTs === undefined ? {} : { threadTs }),
});

/** The same question as a command, about the same database; private again if it was. */
const ask = async (desk: Desk, run: Run, { action, by, channel, triggerId, responseUrl }: ButtonClick): Promise<Message> => {
  const verb = action === 'ask-again' && run.kind === 'status' ? 'status' : 'verify';
  const text = `${verb} ${run.database.name}${verb === 'status' && run.private === true ? ' --private' : ''}`;
  const asker = { by, channel, idempotencyKey: triggerId, ...(responseUrl === undefined ? {} : { responseUrl }) };
  return toldMessage((await desk.answer(text, asker)).text);
};

const openRejectModal = async (client: webApi.WebClient, { runId, channel, messageTs, threadTs, digest, triggerId }: ButtonClick): Promise<void> => {
  try {
    await client.views.open({ trigger_id: triggerId, view: rejectModal(JSON.stringify({ runId, channel, messageTs, threadTs, digest })) });
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    throw new UserError(told`Nothing was rejected: Slack did not open the form in time. Press Reject again.`);
  }
};
