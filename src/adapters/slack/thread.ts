import { createHash } from 'node:crypto';
import type { Fleet } from '../../domain/fleet.ts';
import { isTerminal, type Run } from '../../domain/run.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Shown } from '../../ports/run-store.ts';
import type { Thread } from '../../ports/thread.ts';
import { durableClient } from './clients.ts';
import type { Log } from '../../ports/log.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import { createMessageApi, type MessageApi } from './message-api.ts';
import { card, cardContent } from './render/card.ts';
import type { Waiting } from './render/waiting.ts';
import type { Message } from './render/message.ts';
import type { Approvers } from './render/plan-reply.ts';
import type { ProblemDocs } from './render/problem.ts';
import { statusAnswer } from './render/status-answer.ts';
import { againAfterMs, failureWords, slackFailure } from './slack-failure.ts';
import { editIntervalMs, refreshAfterMs, urgencyOf } from './thread-pace.ts';
import { repliesOf } from './thread-replies.ts';

interface ThreadOptions {
  readonly token: string;
  readonly slackApiUrl: string;
  readonly config: { readonly fleet: Fleet; readonly slack: Approvers & ProblemDocs };
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor?: Redactor;
}

/** Value of a reply's key from before it is posted until its ts is known: after a crash or a time-out in between, the message is looked for first. */
const PENDING = 'pending';

/** Slack's side of a run. A failure of Slack is logged and comes back as `againMs`; it never fails a run. */
export const createThread = ({ token, slackApiUrl, config, clock, log, redactor = createRedactor() }: ThreadOptions): Thread => {
  const api = createMessageApi(durableClient({ token, slackApiUrl, log, redactor }), log);
  const inLane = lanes();
  return {
    show: (given, waits, shown, remember, signal) =>
      inLane(given.id, async (liveRuns) => {
        // Before anything is cut: half a secret no longer looks like one.
        const { responseUrl, ...rest } = given;
        const run: Run = { ...redactor.value(rest), ...(responseUrl === undefined ? {} : { responseUrl }) };
        const waiting = redactor.value(waits);
        const memory = createMemory(shown, remember);
        const view: View = { run, waiting, memory, api, now: clock.now().toISOString(), liveRuns, who: config.slack, signal, log };
        try {
          const againMs = await showRun(view);
          return { shown: memory.shown(), ...(againMs === undefined ? {} : { againMs }) };
        } catch (error) {
          const failure = slackFailure(error);
          if (failure === undefined) throw error;
          log.warn({ runId: run.id, error: failureWords(failure) }, 'slack did not take a message, trying again later');
          return { shown: memory.shown(), againMs: againAfterMs(failure) };
        }
      }),
  };
};

interface View {
  readonly run: Run;
  readonly waiting: Waiting;
  readonly memory: Memory;
  readonly api: MessageApi;
  readonly now: string;
  readonly liveRuns: number;
  readonly who: ThreadOptions['config']['slack'];
  readonly signal: AbortSignal;
  readonly log: Log;
}

const showRun = async (view: View): Promise<number | undefined> => {
  if (view.run.kind !== 'status') return await showThread(view);
  await showAnswer(view);
  return undefined;
};

/** The answer to status: one message when it is there, to all or to the asker alone. */
const showAnswer = async (view: View): Promise<void> => {
  const { run, memory, api, now } = view;
  if (!isTerminal(run.state)) return;
  const answer = statusAnswer(run, now);
  if (run.private !== true) {
    if (!memory.isPosted('answer')) {
      const ts = await postOnce(view, 'answer', answer);
      await memory.keep({ ts });
      await keepPermalink(view);
    }
    await showReplies(view);
    return;
  }
  if (memory.isPosted('answer')) return;
  await api.whisper(
    { channel: run.thread.channel, user: run.requestedBy.userId, ...(run.responseUrl === undefined ? {} : { responseUrl: run.responseUrl }) },
    answer,
  );
  await memory.keepReply('answer', 'whispered');
};

const showThread = async (view: View): Promise<number | undefined> => {
  const againMs = await showCard(view);
  await showReplies(view);
  return againMs;
};

/** Posts the card, or edits it when its content changed and the budget allows. Returns when to come back, if an edit was held back. */
const showCard = async (view: View): Promise<number | undefined> => {
  const { run, waiting, memory, now } = view;
  const urgency = urgencyOf(run);
  const cardHash = `${urgency}:${createHash('sha256').update(cardContent(run, waiting)).digest('hex').slice(0, 16)}`;
  const { ts, cardHash: lastHash, editedAt } = memory.shown();
  if (ts === undefined) {
    const posted = await postOnce(view, 'card', card(run, waiting, now));
    await memory.keep({ ts: posted, cardHash, editedAt: now });
    await keepPermalink(view);
    return undefined;
  }
  await keepPermalink(view);
  const refreshMs = refreshAfterMs(run, editedAt, now);
  if (cardHash === lastHash && (refreshMs === undefined || refreshMs > 0)) return refreshMs;
  const urgent = lastHash === undefined || !lastHash.startsWith(`${urgency}:`);
  const waitMs = editedAt === undefined || urgent ? 0 : Date.parse(editedAt) + editIntervalMs(run, now, view.liveRuns) - Date.parse(now);
  if (waitMs > 0) return waitMs;
  await editOnce(view, ts, card(run, waiting, now));
  await memory.keep({ cardHash, editedAt: now });
  return refreshAfterMs(run, now, now);
};

const showReplies = async (view: View): Promise<void> => {
  const { run, memory, api, who, now, signal, log } = view;
  const { channel, ts } = memory.shown();
  if (ts === undefined) return;
  for (const reply of repliesOf(run, who, now)) {
    if (memory.isPosted(reply.key)) continue;
    signal.throwIfAborted();
    if (reply.kind === 'post') {
      const posted = await postOnce(view, reply.key, reply.message, ts);
      if (reply.also !== undefined) await memory.keepReply(reply.also, posted);
    } else if (reply.kind === 'edit') {
      const of = memory.tsOf(reply.of);
      if (of === undefined) continue;
      await editOnce(view, of, reply.message);
      await memory.keepReply(reply.key, of);
    } else {
      await api.upload({ channel, threadTs: ts }, reply).catch((error: unknown) => {
        const failure = slackFailure(error);
        if (failure !== undefined && failure.kind !== 'refused') throw error;
        log.warn({ runId: run.id, error: failure === undefined ? String(error) : failureWords(failure) }, 'slack takes no file');
      });
      await memory.keepReply(reply.key, 'uploaded');
    }
  }
};

/** Posts unless the same message is there already from a try whose end is not known. Returns its ts. */
const postOnce = async ({ run, memory, api, signal }: View, key: string, message: Message, threadTs?: string): Promise<string> => {
  const mark = { run: run.id, key };
  const where = { channel: memory.shown().channel, ...(threadTs === undefined ? {} : { threadTs }) };
  signal.throwIfAborted();
  const found = memory.isPending(key) ? await api.find(where, run.requestedAt, mark) : undefined;
  if (found === undefined) await memory.keepReply(key, PENDING);
  try {
    const ts = found ?? (await api.post(where, message, mark));
    await memory.keepReply(key, ts);
    return ts;
  } catch (error) {
    if (slackFailure(error)?.kind === 'refused' || slackFailure(error)?.kind === 'rate-limited') await memory.dropReply(key);
    throw error;
  }
};

/** A message that somebody deleted stays deleted. */
const editOnce = async ({ run, memory, api, signal, log }: View, ts: string, message: Message): Promise<void> => {
  signal.throwIfAborted();
  try {
    await api.edit({ channel: memory.shown().channel, ts }, message);
  } catch (error) {
    const failure = slackFailure(error);
    if (failure?.kind !== 'refused' || !['message_not_found', 'cant_update_message', 'edit_window_closed'].includes(failure.error)) throw error;
    log.warn({ runId: run.id, error: failure.error }, 'message can no longer be edited');
  }
};

/** Best effort: without it people find the thread in the channel. */
const keepPermalink = async ({ run, memory, api, log }: View): Promise<void> => {
  const { channel, ts, permalink } = memory.shown();
  if (ts === undefined || permalink !== undefined) return;
  const found = await api.permalink(channel, ts).catch((error: unknown) => {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    log.warn({ runId: run.id, error: failureWords(failure) }, 'no permalink of a card');
    return undefined;
  });
  if (found !== undefined) await memory.keep({ permalink: found });
};

interface Memory {
  shown(): Shown;
  keep(change: Partial<Shown>): Promise<void>;
  keepReply(key: string, ts: string): Promise<void>;
  dropReply(key: string): Promise<void>;
  isPosted(key: string): boolean;
  isPending(key: string): boolean;
  tsOf(key: string): string | undefined;
}

/** What is shown so far; every change is remembered before the next call. */
const createMemory = (first: Shown, remember: (shown: Shown) => Promise<void>): Memory => {
  let shown = first;
  const keep = async (change: Partial<Shown>): Promise<void> => {
    shown = { ...shown, ...change };
    await remember(shown);
  };
  const isPending = (key: string): boolean => shown.replies[key] === PENDING;
  return {
    shown: () => shown,
    keep,
    keepReply: (key, ts) => keep({ replies: { ...shown.replies, [key]: ts } }),
    dropReply: (key) => keep({ replies: Object.fromEntries(Object.entries(shown.replies).filter(([other]) => other !== key)) }),
    isPosted: (key) => shown.replies[key] !== undefined && !isPending(key),
    isPending,
    tsOf: (key) => (isPending(key) ? undefined : shown.replies[key]),
  };
};

/** One call after the other per run, since ts order is what people read; counts the runs that are being shown. */
const lanes = () => {
  const tails = new Map<string, Promise<unknown>>();
  return <T>(id: string, work: (liveRuns: number) => Promise<T>): Promise<T> => {
    const mine = (tails.get(id) ?? Promise.resolve()).then(() => work(tails.size));
    const tail = mine.catch(() => undefined).finally(() => tails.get(id) === tail && tails.delete(id));
    tails.set(id, tail);
    return mine;
  };
};
