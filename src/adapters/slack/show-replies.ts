import { remedyOf } from '../../domain/thread-refusal.ts';
import { code, joined, told } from '../../domain/text.ts';
import { asTyped } from '../../domain/several-fleets.ts';
import { attachOnce, placeOf, postOnce } from './post-once.ts';
import { editOnce, replaced } from './edit-once.ts';
import { pngOf } from './picture/raster.ts';
import { toldMessage } from './render/told-message.ts';
import { failureWords, slackFailure } from './slack-failure.ts';
import { NOT_POSTED } from './thread-memory.ts';
import { leftBehind, strip, type Stripping } from './left-buttons.ts';
import { plansInDoubt, stalePlans } from './stale-plans.ts';
import { filesLast, repliesOf, type Reply } from './thread-replies.ts';
import type { View } from './view.ts';

/** At once after the card was deleted: it is posted once more, and its replies below it. */
const AT_ONCE_MS = 0;

/** Appends the replies that are missing. Returns when to come back. */
export const showReplies = async (view: View): Promise<number | undefined> => {
  const { run, memory, who, now, signal, log } = view;
  const { ts } = memory.shown();
  if (ts === undefined) return undefined;
  for (const reply of filesLast<Reply | Stripping>([
    ...repliesOf(run, who, now, memory.isEnded),
    ...stalePlans(run, memory.shown().replies),
    ...(await plansInDoubt(view)),
    ...leftBehind(run, memory.shown().replies),
  ])) {
    if (memory.isEnded(reply.key)) continue;
    signal.throwIfAborted();
    try {
      await showReply(view, reply, ts);
    } catch (error) {
      const failure = slackFailure(error);
      if (failure?.kind !== 'refused' || failure.error !== 'thread_not_found') throw error;
      if (await replaced(view)) return AT_ONCE_MS;
      log.warn({ runId: run.id, key: reply.key, error: failureWords(failure) }, 'the thread was deleted again, its replies stay away');
      await memory.end(reply.key, NOT_POSTED.refused);
    }
  }
  return undefined;
};

const showReply = async (view: View, reply: Reply | Stripping, ts: string): Promise<void> => {
  const { memory } = view;
  switch (reply.kind) {
    case 'post': {
      const { also, due } = reply;
      await postOnce(view, reply.key, reply.message, {
        threadTs: ts,
        due,
        // Both in one write, so that the edit is not made of what says it already.
        change: (posted, isNew) => (also === undefined || !isNew ? {} : { replies: { ...memory.shown().replies, [also]: posted } }),
      });
      return;
    }
    case 'edit': {
      const of = await placeOf(view, reply.of);
      if (of !== undefined) await editOnce(view, of, reply.message, false);
      if (of !== undefined || memory.begunOf(reply.key) > 0) await memory.end(reply.key, of ?? NOT_POSTED.lost);
      return;
    }
    case 'picture':
      return await attachPicture(view, reply, ts);
    case 'strip': {
      const of = await placeOf(view, reply.of);
      if (of !== undefined) await strip(view, of, reply.note);
      await memory.end(reply.key, of ?? NOT_POSTED.lost);
      return;
    }
    case 'file':
      await (reply.content === undefined ? attachKept(view, reply, ts) : attach(view, { ...reply, content: reply.content }, ts));
  }
};

/** A picture that cannot be drawn, or that Slack refuses, is left out: all that it shows stands in the text. */
const attachPicture = async (view: View, { key, name, draw }: Extract<Reply, { kind: 'picture' }>, ts: string): Promise<void> => {
  const { run, memory, log } = view;
  const since = run.plan?.plannedAt ?? run.requestedAt;
  const leaveOut = async (error: string): Promise<void> => {
    log.warn({ runId: run.id, error }, 'a thread goes without its picture');
    await memory.end(key, NOT_POSTED.refused);
  };
  let file;
  try {
    const { svg, alt } = draw();
    file = { name, since, alt, content: await pngOf(svg) };
  } catch (error) {
    return await leaveOut(error instanceof Error ? error.message : String(error));
  }
  try {
    await attachOnce(view, key, file, ts);
  } catch (error) {
    const failure = slackFailure(error);
    if (failure?.kind !== 'refused' || failure.error === 'thread_not_found') throw error;
    await leaveOut(failureWords(failure));
  }
};

/** Slack was away for longer than the file is kept, or the store lost it. */
const attachKept = async (view: View, { key, name }: Pick<Attachment, 'key' | 'name'>, ts: string): Promise<void> => {
  const { run, memory } = view;
  const content = await view.keptFile();
  if (content !== undefined) return await attach(view, { key, name, content }, ts);
  const message = toldMessage(
    told`${code(name)} is not kept any more. Ask for it again: ${code(`/pgdist ${run.kind} ${run.about ?? asTyped(run)}`)}`,
  );
  const change = () => ({ replies: { ...memory.shown().replies, [key]: NOT_POSTED.lost } });
  await postOnce(view, `${key}-gone`, message, { threadTs: ts, change });
};

interface Attachment {
  readonly key: string;
  readonly name: string;
  readonly content: string | Uint8Array;
}

const isPlan = (key: string): boolean => key.startsWith('plan-file-');

const whatIs = (key: string): string =>
  isPlan(key) ? 'The full plan' : key === 'bundle' ? 'The bundle' : key === 'script' ? 'The script' : 'The whole table';

/** A refused file is said in its place, with what to do about it. */
const attach = async (view: View, reply: Attachment, ts: string): Promise<void> => {
  const { run, memory, log } = view;
  try {
    // One file for all plans that say the same; a table has its name again after a retry.
    const since = isPlan(reply.key) ? run.requestedAt : (run.plan?.plannedAt ?? run.requestedAt);
    await attachOnce(view, reply.key, { ...reply, since }, ts);
  } catch (error) {
    const failure = slackFailure(error);
    if (failure?.kind !== 'refused' || failure.error === 'thread_not_found') throw error;
    log.warn({ runId: run.id, error: failureWords(failure), needed: failure.needed }, 'slack takes no file');
    const sentence = told`${whatIs(reply.key)} could not be attached as ${code(reply.name)}: Slack refuses it (${code(failure.error)}).`;
    const message = toldMessage(joined([sentence, remedyOf(failure, memory.shown().channel)], ' '));
    const change = () => ({ replies: { ...memory.shown().replies, [reply.key]: NOT_POSTED.refused } });
    await postOnce(view, `${reply.key}-refused`, message, { threadTs: ts, change });
  }
};
