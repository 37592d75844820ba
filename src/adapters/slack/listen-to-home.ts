import type { App } from '@slack/bolt';
import { z } from 'zod';
import { cut } from '../../domain/cut.ts';
import { UserError } from '../../domain/problem.ts';
import { told, type Text } from '../../domain/text.ts';
import type { Actor } from '../../domain/run.ts';
import type { FormKind, HomeClick } from '../../ports/use-cases.ts';
import type { Desk } from './desk.ts';
import { slackId } from './envelope.ts';
import { inTime } from './in-time.ts';
import { openForm } from './open-form.ts';
import { seenRetries } from './render/buttons.ts';
import { chosenAsTyped } from './render/database-form.ts';
import { refusedHome } from './render/home.ts';
import { HOME_ACTIONS } from './render/home-buttons.ts';
import type { Message } from './render/message.ts';
import { toldMessage } from './render/told-message.ts';
import { noticeModal } from './render/views.ts';
import { failureWords, slackFailure } from './slack-failure.ts';

/** Makes the tab of a person tell what is so now; what was decided of what they may see is kept for a while, so that it stays true. */
export interface HomeDesk {
  opened(visitor: Awaited<ReturnType<Desk['runs']['visitHome']>>): Promise<void>;
  forget(userId: string): Promise<void>;
}

const openedPayload = z.object({
  team_id: slackId,
  event: z.object({ user: slackId, tab: z.string().max(100).optional() }),
});

const clickPayload = z.object({
  user: z.object({ id: slackId, team_id: slackId.optional() }),
  team: z.object({ id: slackId }).nullish(),
  trigger_id: slackId,
  view: z.object({ type: z.literal('home') }),
  actions: z.array(z.object({ action_id: slackId, value: z.string().max(300).optional() })).min(1),
});

type Click = z.infer<typeof clickPayload>;

const FORMS: readonly string[] = ['deploy', 'plan', 'verify', 'status'] satisfies readonly FormKind[];
const DEEDS: readonly string[] = [
  'cancel',
  'retry',
  'plan-again',
  'verify-now',
  'ask-again',
  'plan-repair',
  'explain',
] satisfies readonly HomeClick['deed'][];

/** The Home tab: told to whoever opens it, and its buttons do what the commands and the cards do. What comes of them is said in a form, as there is no channel. */
export const listenToHome = (app: App, desk: Desk, home: HomeDesk): void => {
  app.event('app_home_opened', async ({ body }) => {
    const read = openedPayload.safeParse(body);
    if (!read.success || (read.data.event.tab ?? 'home') !== 'home') return;
    const { team_id: teamId, event } = read.data;
    await show(desk, home, { userId: event.user, teamId });
  });
  app.action(HOME_ACTIONS, async ({ body, ack }) => {
    const click = clickPayload.parse(body);
    const by = { userId: click.user.id, teamId: click.user.team_id ?? click.team?.id ?? '' };
    await desk.owing({ id: click.trigger_id, by, ...askedAt(click) }, async () => {
      const outcome = await inTime(answered(desk, click, by), desk.clock);
      await ack();
      const answer = outcome.kind === 'done' ? outcome.value : await outcome.rest;
      if (answer !== undefined) await tell(desk, by, click.trigger_id, answer);
      if (answer !== undefined) await show(desk, home, by);
    });
  });
};

/** Whoever may see nothing is told why; so is everybody while the store does not answer. */
const show = async (desk: Desk, home: HomeDesk, by: Actor): Promise<void> => {
  const refused = await desk.handle({ what: 'home', requestId: `${by.userId} ${desk.clock.monotonicMs()}` }, async () => {
    const visitor = await desk.runs.visitHome(by).catch(async (error: unknown) => {
      if (error instanceof UserError) await home.forget(by.userId);
      throw error;
    });
    await home.opened(visitor);
    return undefined;
  });
  if (refused === undefined) return;
  try {
    await desk.client.views.publish({ user_id: by.userId, view: refusedHome(refused.blocks) });
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    desk.log.warn({ userId: by.userId, error: failureWords(failure) }, 'slack did not take a Home tab');
  }
};

interface Answer {
  readonly title: string;
  readonly message: Message;
}

const askedAt = ({ actions }: Click): { readonly what: string; readonly runId?: string } => {
  const [, what = 'click', about] = HOME_ACTIONS.exec(actions[0]?.action_id ?? '') ?? [];
  return { what, ...(about !== undefined && DEEDS.includes(what) ? { runId: cut(about, 64) } : {}) };
};

/** undefined: a form stands there, or Slack opened the link. */
const answered = async (desk: Desk, { actions, trigger_id: triggerId }: Click, by: Actor): Promise<Answer | undefined> => {
  const [{ action_id: id, value = '' } = { action_id: '' }] = actions;
  const [, what = '', about] = HOME_ACTIONS.exec(id) ?? [];
  if (what === 'open') return undefined;
  let isDone = false;
  const message = await desk.handle({ what, requestId: triggerId }, async () => {
    if (FORMS.includes(what)) return await formFor(desk, what as FormKind, { by, triggerId, about });
    const text = await doneAt(desk, what, { by, about, value, triggerId });
    isDone = true;
    return toldMessage(text);
  });
  return message === undefined ? undefined : { title: isDone ? 'Done' : 'Not done', message };
};

const formFor = async (
  desk: Desk,
  verb: FormKind,
  { by, triggerId, about }: { readonly by: Actor; readonly triggerId: string; readonly about: string | undefined },
): Promise<Message | undefined> => {
  const { channels } = await desk.runs.visitHome(by);
  const instead = told`Type \`/pgdist ${verb} ${about === undefined ? '<database>' : chosenAsTyped(about)}\` in a channel of pgdist.`;
  return await openForm(desk, { verb, by, triggerId, channels, instead, ...(about === undefined ? {} : { chosen: about }) });
};

const doneAt = async (
  desk: Desk,
  what: string,
  {
    by,
    about = '',
    value,
    triggerId,
  }: { readonly by: Actor; readonly about: string | undefined; readonly value: string; readonly triggerId: string },
): Promise<Text> => {
  if (what === 'notify') {
    const isOn = await desk.runs.notify({ way: 'home', by, channel: '', wanted: about === 'on' });
    return isOn
      ? told`pgdist writes to you directly when a run waits for your approval, and when a deploy of yours ended.`
      : told`pgdist does not write to you directly any more. What is told in the channels stays there.`;
  }
  if (!DEEDS.includes(what)) throw new UserError(told`This button belongs to an older pgdist and does nothing any more. Open the tab again.`);
  return await desk.runs.clickAtHome({
    deed: what as HomeClick['deed'],
    runId: cut(about, 64),
    by,
    seenRetries: seenRetries(value),
    idempotencyKey: triggerId,
  });
};

/** In a form, which the person sees at once; where its trigger is over, as a direct message. */
const tell = async (desk: Desk, by: Actor, triggerId: string, { title, message }: Answer): Promise<void> => {
  try {
    await desk.client.views.open({ trigger_id: triggerId, view: noticeModal(title, message) });
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    await desk.whisper({ user: by.userId }, message);
  }
};
