import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { DeedBy } from '../../domain/deeds.ts';
import type { Desk } from './desk.ts';
import { slackId } from './envelope.ts';
import { inTime } from './in-time.ts';
import { cut, LIMITS } from './limits.ts';
import { onceEach } from './once-each.ts';
import type { Message } from './render/message.ts';
import { REASON, REJECT_CALLBACK, refusedModal } from './render/reject-modal.ts';

const payload = z.object({
  user: z.object({ id: slackId, team_id: slackId.optional() }),
  team: z.object({ id: slackId }).nullish(),
  view: z.object({
    id: slackId,
    private_metadata: z.string().max(LIMITS.modalMetadata),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))) }),
  }),
});

/** What the submission of each form asks for; other forms only show. */
const FORM_DEEDS = { [REJECT_CALLBACK]: 'reject' } as const satisfies Readonly<Record<typeof REJECT_CALLBACK, DeedBy<'form'>>>;

/** What the form was opened for; looked up again before anything is done. */
const metadata = z.object({
  runId: z.string().max(64),
  channel: slackId,
  messageTs: slackId,
  threadTs: slackId.optional(),
  digest: slackId.optional(),
});

/** The form behind Reject: closes when the rejection is stored, else says in its place why nothing was rejected. */
export const listenToRejections = (app: App, desk: Desk): void => {
  const once = onceEach<Message | undefined>();
  app.view(REJECT_CALLBACK, async ({ body, ack }) => {
    const { user, team, view } = payload.parse(body);
    const deed = FORM_DEEDS[REJECT_CALLBACK];
    const { runId, channel, messageTs, threadTs, digest } = metadata.parse(JSON.parse(view.private_metadata));
    const reason = cut(view.state.values[REASON]?.[REASON]?.value?.trim() ?? '', LIMITS.rejectReason);
    const by = { userId: user.id, teamId: user.team_id ?? team?.id ?? '' };
    await desk.owing({ id: view.id, by, what: deed, runId, channel, ...(threadTs === undefined ? {} : { threadTs }) }, async () => {
      // A form that was delivered twice is one answer, here and, by its id, in another process.
      const rejecting = once(`${view.id} ${user.id}`, () =>
        desk.handle({ what: deed, runId, requestId: view.id }, async () => {
          await desk.runs[deed]({
            way: 'form',
            runId,
            form: view.id,
            by,
            channel,
            messageTs,
            ...(threadTs === undefined ? {} : { threadTs }),
            seenDigest: digest,
            ...(reason === '' ? {} : { reason }),
          });
          return undefined;
        }),
      );
      const outcome = await inTime<Message | undefined>(rejecting, desk.clock);
      if (outcome.kind === 'done') {
        await (outcome.value === undefined ? ack() : ack({ response_action: 'update', view: refusedModal(outcome.value) }));
        return;
      }
      await ack();
      const answer = await outcome.rest;
      if (answer !== undefined) await desk.whisper({ channel, user: user.id }, answer);
    });
  });
};
