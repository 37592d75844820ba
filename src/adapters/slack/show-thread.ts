import { createHash } from 'node:crypto';
import { NO_ANSWER } from '../../domain/thread-refusal.ts';
import { editOnce, replaced } from './edit-once.ts';
import { keepPermalink, postOnce } from './post-once.ts';
import { card, cardContent } from './render/card.ts';
import { keepUnsure, lookAgain } from './left-buttons.ts';
import { showAbsence } from './show-absence.ts';
import { showReplies } from './show-replies.ts';
import { againAfterMs, failureWords, slackFailure } from './slack-failure.ts';
import { editIntervalMs, refreshAfterMs, urgencyOf } from './thread-pace.ts';
import { isHeld, whenRefused } from './unseen.ts';
import { soonest, type View } from './view.ts';

/** Shows card and replies, each as far as Slack takes it: an edit that has to wait keeps no reply back. Returns when to come back. */
export const showThread = async (view: View): Promise<number | undefined> => {
  const held = await isHeld(view);
  if (held !== undefined) return held.againMs;
  const isNew = view.memory.shown().ts === undefined;
  const card = await tried(view, () => showCard(view));
  const isThere = view.memory.shown().ts !== undefined && !card.isRefused;
  const absence = isThere ? await tried(view, () => showAbsence(view, isNew)) : NOTHING;
  const replies = isThere ? await tried(view, () => showReplies(view)) : NOTHING;
  const settled = card.isShown && replies.isShown ? await tried(view, () => lookAgain(view)) : NOTHING;
  const againMs = soonest(card.againMs, absence.againMs, replies.againMs, settled.againMs);
  if (
    soonest(card.againMs, absence.againMs, replies.againMs) === undefined &&
    [card, absence, replies].every(({ isRefused }) => !isRefused) &&
    view.memory.shown().refusal !== undefined
  )
    await view.memory.forget(['refusal']);
  if (card.isShown && replies.isShown) await keepStands(view);
  return againMs;
};

/** Who clicks hears of it in private unless the thread shows what came of it: remembered once for each state, not for each step. */
const keepStands = async ({ run: { state, attempt, revision }, memory }: View): Promise<void> => {
  const { stands } = memory.shown();
  if (stands?.state === state && stands.attempt === attempt) return;
  await memory.keep({ stands: { state, attempt, revision } });
};

interface Tried {
  readonly againMs: number | undefined;
  readonly isRefused: boolean;
  /** True: Slack took all of it, but for what merely ticks. */
  readonly isShown: boolean;
}

const NOTHING: Tried = { againMs: undefined, isRefused: false, isShown: false };

const tried = async (view: View, show: () => Promise<number | undefined>): Promise<Tried> => {
  const { run, log } = view;
  try {
    return { againMs: await show(), isRefused: false, isShown: true };
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    if (failure.kind === 'refused') return { againMs: await whenRefused(view, failure), isRefused: true, isShown: false };
    if (failure.kind === 'unknown') await keepUnsure(view);
    log[failure.kind === 'unknown' ? 'warn' : 'debug'](
      { runId: run.id, error: failureWords(failure) },
      'slack did not take a message, trying again later',
    );
    return { againMs: againAfterMs(failure), isRefused: false, isShown: false };
  }
};

/** Posts the card, or edits it when its content changed and the budget allows. Returns when to come back, if an edit was held back. */
const showCard = async (view: View): Promise<number | undefined> => {
  const { run, waiting, absence, memory, now, who } = view;
  const urgency = urgencyOf(run, absence);
  const cardHash = `${urgency}:${createHash('sha256')
    .update(cardContent(run, waiting, absence, who))
    .digest('hex')
    .slice(0, 16)}`;
  const { ts, cardHash: lastHash, editedAt } = memory.shown();
  if (ts === undefined) {
    const posted = await postOnce(view, cardKey(view), card(run, waiting, now, who, absence), {
      change: (at, isNew) => ({ ts: at, ...(isNew ? { cardHash, editedAt: now } : {}) }),
    });
    if (posted === undefined) return await whenRefused(view, { error: NO_ANSWER });
    if (memory.shown().ts === undefined) await memory.keep({ ts: posted });
    await keepPermalink(view);
    // Where it stood already, what is shown there is not known.
    return memory.shown().cardHash === cardHash ? undefined : await showCard(view);
  }
  await keepPermalink(view);
  const refreshMs = refreshAfterMs(run, editedAt, now);
  if (cardHash === lastHash && (refreshMs === undefined || refreshMs > 0)) return refreshMs;
  const urgent = lastHash === undefined || !lastHash.startsWith(`${urgency}:`);
  const waitMs = editedAt === undefined || urgent ? 0 : Date.parse(editedAt) + editIntervalMs(run, now, view.liveRuns) - Date.parse(now);
  if (waitMs > 0) return waitMs;
  if ((await editOnce(view, ts, card(run, waiting, now, who, absence), !urgent)) === 'gone' && (await replaced(view))) return await showCard(view);
  await memory.keep({ cardHash, editedAt: now });
  return refreshAfterMs(run, now, now);
};

const cardKey = ({ memory }: View): string => (memory.shown().replacedAt === undefined ? 'card' : 'card-again');
