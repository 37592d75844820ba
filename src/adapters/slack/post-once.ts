import type { Shown } from '../../ports/run-store.ts';
import type { Message } from './render/message.ts';
import { failureWords, slackFailure, UnderWayError } from './slack-failure.ts';
import type { SharedFile } from './upload.ts';
import { NOT_POSTED } from './thread-memory.ts';
import type { Posting, View } from './view.ts';

/** So often something is sent whose end is not known and cannot be looked up. */
const MOST_BLIND = 3;

interface Around {
  readonly threadTs?: string;
  /** Key of an edit that is to be made of it, stored before it is posted. */
  readonly due?: string | undefined;
  readonly change?: (ts: string, isNew: boolean) => Partial<Shown>;
}

/**
 * Posts unless the message is there already: its ts is known, or it is found by its mark after a try whose end is not known. Returns its ts, stored
 * in one write with `change`; undefined when it was given up, since it may be there and cannot be looked for. One that is found (`isNew` is false) shows
 * what was true when it was sent: its content is not this message's.
 */
export const postOnce = async (
  view: Posting,
  key: string,
  message: Message,
  { threadTs, due, change = () => ({}) }: Around = {},
): Promise<string | undefined> => {
  const { run, memory, api, signal } = view;
  const known = memory.tsOf(key);
  if (known !== undefined || memory.isEnded(key)) return known;
  const mark = { run: run.id, key };
  const where = { channel: memory.shown().channel, ...(threadTs === undefined ? {} : { threadTs }) };
  const before = await lookFor(view, key, () => api.find(where, run.requestedAt, mark));
  if (before.kind === 'given-up') return undefined;
  signal.throwIfAborted();
  const ts =
    before.kind === 'found'
      ? before.ts
      : await beginning(view, key, async (begin) => {
          await begin(due);
          return api.post(where, message, mark);
        });
  await memory.end(key, ts, change(ts, before.kind !== 'found'));
  return ts;
};

/** Shares the file in the thread unless it is there already. True when it is there, or may be. Throws what Slack refuses with. */
export const attachOnce = async (view: View, key: string, file: SharedFile & { readonly since: string }, threadTs: string): Promise<void> => {
  const { memory, api, signal } = view;
  const where = { channel: memory.shown().channel, threadTs };
  const before = await lookFor(view, key, () => api.find(where, file.since, { fileName: file.name }));
  if (before.kind === 'given-up') return;
  signal.throwIfAborted();
  if (before.kind === 'absent') await beginning(view, key, (begin) => api.upload(where, file, begin));
  await memory.end(key, NOT_POSTED.uploaded);
};

/** Tells it to who asked alone, at most three times where no answer comes: nothing that is told in private can be looked for. */
export const whisperOnce = async (view: View, key: string, message: Message, change: Partial<Shown> = {}): Promise<void> => {
  const { run, memory, api, signal, log } = view;
  if (memory.isEnded(key)) return;
  const { channel } = memory.shown();
  const to = { channel, user: run.requestedBy.userId, ...(run.responseUrl === undefined ? {} : { responseUrl: run.responseUrl }) };
  if (memory.begunOf(key) >= MOST_BLIND) return await memory.end(key, NOT_POSTED.lost, change);
  signal.throwIfAborted();
  try {
    await beginning(view, key, async (begin) => {
      await begin();
      return api.whisper(to, message);
    });
  } catch (error) {
    const failure = slackFailure(error);
    if (failure?.kind !== 'refused') throw error;
    log.error({ runId: run.id, key, error: failureWords(failure) }, 'who asked cannot be told');
    return await memory.end(key, NOT_POSTED.refused, change);
  }
  await memory.end(key, NOT_POSTED.whispered, change);
};

type Before = Awaited<ReturnType<View['api']['find']>> | { readonly kind: 'given-up' };

const lookFor = async ({ memory, run, log }: Posting, key: string, find: () => ReturnType<View['api']['find']>): Promise<Before> => {
  if (!memory.mayStand(key)) return { kind: 'absent' };
  const found = await find();
  const underWayMs = memory.underWayMs(key);
  if (found.kind !== 'found' && underWayMs > 0) throw new UnderWayError(`what was sent before may be carried out yet, for ${underWayMs} ms`);
  if (found.kind !== 'hidden') return found;
  const begun = memory.begunOf(key);
  if (begun < MOST_BLIND) return { kind: 'absent' };
  log.error({ runId: run.id, key, begun }, 'given up: Slack did not say whether it was posted, and pgdist may not look');
  await memory.end(key, NOT_POSTED.lost);
  return { kind: 'given-up' };
};

/** `send` begins right before the call that people see. Whoever may not remember that (another reporter has the run) does not make it. */
const beginning = async <T>(
  { memory }: Pick<Posting, 'memory'>,
  key: string,
  send: (begin: (due?: string) => Promise<void>) => Promise<T>,
): Promise<T> => {
  let isBegun = false;
  const begin = async (due?: string): Promise<void> => {
    await memory.begin(key, due);
    isBegun = true;
  };
  try {
    return await send(begin);
  } catch (error) {
    const failure = slackFailure(error);
    if (isBegun && (failure?.kind === 'refused' || failure?.kind === 'rate-limited')) await memory.undo(key);
    if (isBegun && failure?.kind === 'unknown' && failure.isAnswered) await memory.answered(key);
    throw error;
  }
};

/** Where it stands, also when whoever posted it died before that was stored; undefined: it was not posted, or nobody may look. */
export const placeOf = async ({ memory, api, run }: Posting, key: string): Promise<string | undefined> => {
  const { channel, ts: threadTs } = memory.shown();
  if (!memory.mayStand(key) || threadTs === undefined) return memory.tsOf(key);
  const found = await api.find({ channel, threadTs }, run.requestedAt, { run: run.id, key });
  return found.kind === 'found' ? found.ts : undefined;
};

/** Best effort: without it people find the thread in the channel. */
export const keepPermalink = async ({ run, memory, api, log }: View): Promise<void> => {
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
