import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Desk } from './desk.ts';
import { slackId } from './envelope.ts';
import { inTime } from './in-time.ts';
import { LIMITS } from './limits.ts';
import { onceEach } from './once-each.ts';
import { FORM_CALLBACK, INPUTS } from './render/database-form.ts';
import type { Message } from './render/message.ts';
import { REJECT_CALLBACK } from './render/reject-modal.ts';
import { toldMessage } from './render/told-message.ts';
import { noticeModal } from './render/views.ts';

const OF_OTHERS = new RegExp(`^(?!(?:${FORM_CALLBACK}|${REJECT_CALLBACK})$)`);

const option = z.object({ value: z.string().max(LIMITS.optionValue) });
const payload = z.object({
  user: z.object({ id: slackId, team_id: slackId.optional() }),
  team: z.object({ id: slackId }).nullish(),
  view: z.object({
    id: slackId,
    /** Changes whenever the form is filled anew. */
    hash: slackId.optional(),
    private_metadata: z.string().max(LIMITS.modalMetadata),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(z.string(), z.object({ selected_option: option.nullish(), selected_options: z.array(option).max(LIMITS.radioOptions).nullish() })),
      ),
    }),
  }),
});

/** What the form was opened for; who may is looked at again before anything is done. */
const metadata = z.object({
  verb: z.enum(['deploy', 'plan', 'verify', 'status']),
  channel: slackId.optional(),
  fleet: z.string().max(100).optional(),
  shownIn: slackId.optional(),
});

interface Answered {
  readonly message: Message | undefined;
  readonly isStarted: boolean;
}

/**
 * A form that names a database does what the command with that name does: once, however often it is delivered. It closes when the run is stored, and the
 * answer of the command follows where that was typed; what was asked for in the Home tab is answered in the form itself.
 */
export const listenToForms = (app: App, desk: Desk): void => {
  const once = onceEach<Answered>();
  app.view(FORM_CALLBACK, async ({ body, ack }) => {
    const { user, team, view } = payload.parse(body);
    const { verb, channel: typedIn, fleet: meant, shownIn } = metadata.parse(JSON.parse(view.private_metadata));
    const chosen = (input: string): string | undefined => view.state.values[input]?.[input]?.selected_option?.value;
    const named = chosen(INPUTS.database);
    // Neither name has a slash: both are those of Kubernetes.
    const [database, fleet = meant] = named?.split('/').toReversed() ?? [];
    const channel = typedIn ?? shownIn ?? chosen(INPUTS.channel);
    if (database === undefined) return await ack({ response_action: 'errors', errors: { [INPUTS.database]: 'Choose a database.' } });
    if (channel === undefined) return await ack({ response_action: 'errors', errors: { [INPUTS.channel]: 'Choose where the run is shown.' } });
    const isPrivate = (view.state.values[INPUTS.privately]?.[INPUTS.privately]?.selected_options ?? []).length > 0;
    const idempotencyKey = `${view.id}.${view.hash ?? ''}`;
    const by = { userId: user.id, teamId: user.team_id ?? team?.id ?? '' };
    await desk.owing({ id: idempotencyKey, by, what: `${verb} ${database}`, ...(typedIn === undefined ? {} : { channel: typedIn }) }, async () => {
      const starting = once(`${idempotencyKey} ${user.id}`, async () => {
        let isStarted = false;
        const message = await desk.handle({ what: `${verb} ${database}`, requestId: view.id }, async () => {
          const told = await desk.runs.startTold({
            way: 'form',
            kind: verb,
            database,
            by,
            channel,
            idempotencyKey,
            ...(fleet === undefined ? {} : { fleet }),
            ...(isPrivate ? { private: true } : {}),
          });
          isStarted = true;
          return toldMessage(told);
        });
        return { message, isStarted };
      });
      const outcome = await inTime(starting, desk.clock);
      const to = { channel: typedIn, user: user.id };
      if (outcome.kind === 'late') {
        await ack();
        const { message } = await outcome.rest;
        if (message !== undefined) await desk.whisper(to, message);
        return;
      }
      const { message, isStarted } = outcome.value;
      if (message !== undefined && (!isStarted || typedIn === undefined))
        return await ack({ response_action: 'update', view: noticeModal(isStarted ? 'Accepted' : 'Not accepted', message) });
      await ack();
      if (message !== undefined) await desk.whisper(to, message);
    });
  });
  // Others only show something.
  app.view(OF_OTHERS, ({ ack }) => ack());
};
