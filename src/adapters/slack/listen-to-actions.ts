import type { App } from '@slack/bolt';
import { code, told } from '../../domain/text.ts';
import { answerClick, type RunClick } from './answer-click.ts';
import { readClick } from './click-payload.ts';
import type { Desk } from './desk.ts';
import { inTime } from './in-time.ts';
import { cut } from './limits.ts';
import { onceEach } from './once-each.ts';
import { ACTION_DEEDS, ACTIONS, isOffer, seenDigest, seenRetries } from './render/buttons.ts';
import { OPEN_LINK } from './render/direct.ts';
import type { Message } from './render/message.ts';
import { toldMessage } from './render/told-message.ts';

/** People look for what came of a click within a second; the way to them takes the rest of it. */
const TOLD_WITHIN_MS = 600;

/**
 * Every click is acknowledged in time, and answered where its person sees it: by what the thread shows, by a form, or in private where the button stands.
 * What takes longer is told as being looked at, and what came of it afterwards. What a click may do is for the use cases to say.
 */
export const listenToActions = (app: App, desk: Desk): void => {
  const once = onceEach<Message | undefined>();
  app.action(OPEN_LINK, ({ ack }) => ack());
  app.action(IN_MESSAGES, async ({ body, ack }) => {
    const { user, team, trigger_id: triggerId, response_url: responseUrl, container, place, actions } = readClick(body);
    const { channel, messageTs, threadTs } = place;
    const [{ action_id: actionId, block_id: blockId, value = '' } = { action_id: '', block_id: '' }] = actions;
    const action = ACTIONS.find((known) => known === actionId);
    const replaces = container.is_ephemeral === true && isOffer(blockId);
    // The actor's own workspace: in a shared channel it is not the app's.
    const by = { userId: user.id, teamId: user.team_id ?? team?.id ?? '' };
    const answering = async (): Promise<Message | undefined> => {
      if (action === undefined) return UNKNOWN;
      const click: RunClick = {
        way: 'button',
        runId: value,
        by,
        channel,
        messageTs,
        ...(threadTs === undefined ? {} : { threadTs }),
        ...(replaces ? { offered: true } : {}),
        seenDigest: seenDigest(blockId),
        seenRetries: seenRetries(blockId),
      };
      return await desk.handle({ what: action, runId: value, requestId: triggerId }, () =>
        answerClick(desk, ACTION_DEEDS[action], click, { triggerId, responseUrl }),
      );
    };
    const to = { channel, user: user.id, responseUrl, threadTs, replaces };
    await desk.owing(
      { id: triggerId, by, what: action ?? 'click', runId: value, channel, ...(threadTs === undefined ? {} : { threadTs }) },
      async () => {
        let isFirst = false;
        // A click that Slack delivers twice is one click, with one answer.
        const answered = once(`${triggerId} ${user.id} ${actionId}`, () => {
          isFirst = true;
          return answering();
        });
        const outcome = await inTime(answered, desk.clock, TOLD_WITHIN_MS);
        await ack();
        if (!isFirst) return;
        if (outcome.kind === 'late') await desk.whisper(to, stillLookedAt(action, value));
        const answer = outcome.kind === 'done' ? outcome.value : ((await outcome.rest) ?? DONE_LATE);
        if (answer !== undefined) await desk.whisper(to, answer);
      },
    );
  });
};

/** Those of the Home tab have names of their own, and a link is opened by Slack itself. */
const IN_MESSAGES = new RegExp(`^(?!home:|${OPEN_LINK}$)`);

const UNKNOWN = toldMessage(
  told`This button belongs to an older pgdist and does nothing any more. \`/pgdist runs\` links to the threads of the newest runs, whose buttons work.`,
);

/** It took so long that its person was told to wait. */
const DONE_LATE = toldMessage(told`Done. The thread shows how it goes on.`);

const stillLookedAt = (action: string | undefined, runId: string): Message =>
  toldMessage(
    told`${code(action ?? 'this button')} of run ${code(cut(runId, 20))} has arrived, and what it is about does not answer yet: it is not known whether it will be done. What came of it is told here.`,
  );
