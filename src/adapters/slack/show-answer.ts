import { isTerminal } from '../../domain/run.ts';
import { NO_ANSWER, refusalSentence, type ThreadRefusal } from '../../domain/thread-refusal.ts';
import { tellAsker } from './show-absence.ts';
import { keepPermalink, postOnce, whisperOnce } from './post-once.ts';
import { showReplies } from './show-replies.ts';
import { statusAnswer } from './render/status-answer.ts';
import { failureWords, slackFailure } from './slack-failure.ts';
import { withSentence } from './unseen.ts';
import type { View } from './view.ts';

/** The answer to status: one message when it is there, to all or to the asker alone; to the asker, with the reason, where the channel takes none. */
export const showAnswer = async (view: View): Promise<number | undefined> => {
  const { run, memory, now, who } = view;
  if (!isTerminal(run.state)) return await tellAsker(view);
  const answer = statusAnswer(run, now, who);
  if (run.private === true || memory.begunOf(ALONE) > 0) {
    await whisperOnce(view, run.private === true ? 'answer' : ALONE, answer);
    return undefined;
  }
  try {
    const ts = await postOnce(view, 'answer', answer, { change: (posted) => ({ ts: posted }) });
    if (ts === undefined && !memory.isEnded(ALONE)) {
      await alone(view, { error: NO_ANSWER }, answer);
      return undefined;
    }
    await keepPermalink(view);
    return await showReplies(view);
  } catch (error) {
    const failure = slackFailure(error);
    if (failure?.kind !== 'refused') throw error;
    view.log.error({ runId: run.id, error: failureWords(failure), channel: memory.shown().channel }, 'slack refuses to show an answer');
    await alone(view, failure, answer);
    return undefined;
  }
};

const ALONE = 'answer-alone';

const alone = async (view: View, refusal: ThreadRefusal, answer: ReturnType<typeof statusAnswer>): Promise<void> => {
  const { memory } = view;
  const why = refusalSentence(refusal, memory.shown().channel);
  await whisperOnce(view, ALONE, withSentence(why, answer), { replies: { ...memory.shown().replies, answer: 'whispered' } });
};
