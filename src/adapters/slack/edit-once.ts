import { aboutRefusal } from '../../domain/thread-refusal.ts';
import type { Message } from './render/message.ts';
import { failureWords, slackFailure } from './slack-failure.ts';
import type { Posting, View } from './view.ts';

/** A message that somebody deleted stays deleted; what Slack lets nobody change stays as it is. */
export const editOnce = async (
  { run, memory, api, signal, log }: Posting,
  ts: string,
  message: Message,
  progress: boolean,
): Promise<'edited' | 'gone' | 'kept'> => {
  signal.throwIfAborted();
  try {
    await api.edit({ channel: memory.shown().channel, ts, progress }, message);
    return 'edited';
  } catch (error) {
    const failure = slackFailure(error);
    if (failure?.kind !== 'refused') throw error;
    const about = aboutRefusal(failure.error);
    if (about !== 'message' && about !== 'thread' && about !== 'call' && about !== 'form' && about !== undefined) throw error;
    log.warn({ runId: run.id, error: failureWords(failure) }, 'message can no longer be edited');
    return failure.error === 'message_not_found' || failure.error === 'thread_not_found' ? 'gone' : 'kept';
  }
};

/**
 * Somebody deleted the card, or all of the thread: from now on the run is told in a second one, with the plan if that is still to be decided. False
 * when it was replaced once: then they mean it.
 */
export const replaced = async ({ run, memory, now, log }: View): Promise<boolean> => {
  const { replacedAt, replies } = memory.shown();
  if (replacedAt !== undefined) return false;
  log.warn({ runId: run.id }, 'the card was deleted, posting it once more');
  const open = run.state === 'awaiting-approval' ? Object.keys(replies).filter((key) => key.startsWith('plan-')) : [];
  await memory.forget(['ts', 'permalink', 'cardHash', 'editedAt'], open, { replacedAt: now });
  return true;
};
