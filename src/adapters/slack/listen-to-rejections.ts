import type { App } from '@slack/bolt';
import { z } from 'zod';
import { UserError } from '../../domain/problem.ts';
import type { Desk } from './desk.ts';
import { slackId } from './envelope.ts';
import { inTime } from './in-time.ts';
import { cut, LIMITS } from './limits.ts';
import { refuseOtherPlan, useCaseClick } from './listen-to-actions.ts';
import type { Message } from './render/message.ts';
import { REASON, REJECT_CALLBACK, refusedModal } from './render/reject-modal.ts';
import { told } from '../../domain/text.ts';

const payload = z.object({
  user: z.object({ id: slackId, team_id: slackId.optional() }),
  team: z.object({ id: slackId }).nullish(),
  view: z.object({
    id: slackId,
    callback_id: slackId,
    private_metadata: z.string().max(LIMITS.modalMetadata),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))) }),
  }),
});

/** What the form was opened for; looked up again before anything is done. */
const metadata = z.object({
  runId: z.string().max(64),
  channel: slackId,
  messageTs: slackId,
  threadTs: slackId.optional(),
  digest: slackId.optional(),
});

/** The form behind Reject: closes when the rejection is stored, else says in its place why nothing was rejected. */
export const listenToRejections = (app: App, desk: Desk): void =>
  app.view(/.*/, async ({ body, ack }) => {
    const { user, team, view } = payload.parse(body);
    if (view.callback_id !== REJECT_CALLBACK) {
      await ack();
      return;
    }
    const { runId, channel, messageTs, threadTs, digest } = metadata.parse(JSON.parse(view.private_metadata));
    const reason = cut(view.state.values[REASON]?.[REASON]?.value?.trim() ?? '', LIMITS.rejectReason);
    const by = { userId: user.id, teamId: user.team_id ?? team?.id ?? '' };
    const rejecting = desk.handle({ what: 'reject', runId, requestId: view.id }, async () => {
      await desk.admit(by, channel, 'strict');
      const run = await desk.runs.get(runId);
      if (run === undefined) throw new UserError(told`Nothing was rejected: this run is no longer kept. Runs are kept 90 days.`);
      refuseOtherPlan(run, digest);
      await desk.runs.reject({
        ...useCaseClick({ runId, by, channel, messageTs, ...(threadTs === undefined ? {} : { threadTs }) }),
        ...(reason === '' ? {} : { reason }),
      });
      return undefined;
    });
    const outcome = await inTime<Message | undefined>(rejecting, desk.clock);
    if (outcome.kind === 'done') {
      await (outcome.value === undefined ? ack() : ack({ response_action: 'update', view: refusedModal(outcome.value) }));
      return;
    }
    await ack();
    const answer = await outcome.rest;
    if (answer !== undefined) await desk.whisper({ channel, user: user.id }, answer);
  });
