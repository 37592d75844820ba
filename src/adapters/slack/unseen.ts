import { isTerminal, type Run } from '../../domain/run.ts';
import { isBehind } from '../../domain/run-moves.ts';
import { aboutRefusal, refusalSentence, type ThreadRefusal } from '../../domain/thread-refusal.ts';
import { joined, phrase, type Text, time, told } from '../../domain/text.ts';
import { whisperOnce } from './post-once.ts';
import type { Message } from './render/message.ts';
import { toldMessage } from './render/told-message.ts';
import { againAfterMs, failureWords, slackFailure } from './slack-failure.ts';
import { repliesOf } from './thread-replies.ts';
import { later, soonest, type View } from './view.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Somebody may mend it at once, or never: the older a refusal the more seldom it is tried again. */
const tryAgainMs = (ageMs: number): number => {
  if (ageMs < 5 * MINUTE_MS) return MINUTE_MS / 4;
  return ageMs < HOUR_MS ? 5 * MINUTE_MS : 10 * MINUTE_MS;
};

/** While a refusal rests nothing is tried, but the end of the run is told to who asked for it. undefined: there is none, or it is time to try. */
export const isHeld = async (view: View): Promise<{ readonly againMs: number } | undefined> => {
  const { refusal } = view.memory.shown();
  if (refusal === undefined) return undefined;
  const againMs = Date.parse(refusal.tryAt) - Date.parse(view.now);
  return againMs > 0 ? { againMs: soonest(againMs, await tell(view, refusal)) ?? againMs } : undefined;
};

/**
 * Slack refuses to show the run where it belongs. Who asked is told so once for each cause, and the end of the run when it comes. Tried again until an
 * hour after the end; undefined: no more.
 */
export const whenRefused = async (view: View, { error, needed, provided }: ThreadRefusal): Promise<number | undefined> => {
  const { run, memory, now, log } = view;
  const before = memory.shown().refusal;
  const since = before?.since ?? now;
  const waitMs = tryAgainMs(Date.parse(now) - Date.parse(since));
  const refusal = { error, ...(needed === undefined ? {} : { needed }), ...(provided === undefined ? {} : { provided }) };
  log[before?.error === error ? 'debug' : 'error']({ runId: run.id, ...refusal, channel: memory.shown().channel }, 'slack refuses to show a run');
  await memory.keep({ refusal: { ...refusal, since, tryAt: later(view, waitMs) } });
  const tellAgainMs = await tell(view, refusal);
  return isOver(run, since, now) ? tellAgainMs : soonest(waitMs, tellAgainMs);
};

const isOver = ({ state, endedAt, requestedAt }: Run, since: string, now: string): boolean =>
  isTerminal(state) && Date.parse(now) - Math.max(Date.parse(endedAt ?? requestedAt), Date.parse(since)) > HOUR_MS;

/** Milliseconds after which to tell it again, where Slack did not take it. */
const tell = async (view: View, refusal: ThreadRefusal): Promise<number | undefined> => {
  const { run, memory, who, now, log } = view;
  const sentence = refusalSentence(refusal, memory.shown().channel);
  const end = isTerminal(run.state) ? repliesOf(run, who, now).findLast(({ kind }) => kind === 'post') : undefined;
  try {
    if (end?.kind === 'post') {
      if (!memory.isEnded(end.key)) await whisperOnce(view, `unseen-${end.key}`, withSentence(sentence, end.message));
    } else await whisperOnce(view, unseenKey(run, refusal), toldMessage(joined([sentence, standing(run, refusal)], ' ')));
    return undefined;
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    log.warn({ runId: run.id, error: failureWords(failure) }, 'who asked could not be told, trying again later');
    return againAfterMs(failure);
  }
};

/** Whoever had the run done again is told again. */
const unseenKey = ({ retries = 0 }: Run, { error }: ThreadRefusal): string => (retries === 0 ? `unseen-${error}` : `unseen-${error}-${retries}`);

/** What is told in private in place of what the channel was to read. */
export const withSentence = (sentence: Text, { text, blocks }: Message): Message => {
  const why = toldMessage(sentence);
  // A message has each block_id once.
  const before = why.blocks.map((block, at) => ({ ...block, block_id: `why-${at + 1}` }));
  return { text: `${why.text}\n${text}`, blocks: [...before, ...blocks.filter(({ type }) => type !== 'actions')] };
};

/** How the run stands meanwhile, and where to see it. */
const standing = (asked: Run, { error }: ThreadRefusal): Text => {
  const { id, kind, database, state, planExpiresAt } = asked;
  const run = phrase`Run \`${id}\` (\`${kind} ${database.name}\`)`;
  const mended = aboutRefusal(error) === 'channel' ? 'it appears there within five minutes after that' : 'it appears there once that is mended';
  const lists = phrase`\`/pgdist runs\` lists it, \`/pgdist cancel ${id}\` stops it.`;
  if (state === 'awaiting-approval') {
    const until = planExpiresAt === undefined ? '' : phrase` until ${time(planExpiresAt)}`;
    return told`${run} waits${until}, and nobody can approve it there: ${mended}. ${lists}`;
  }
  if ((state === 'queued' && !isBehind(asked)) || state === 'planning')
    return told`${run} is being planned; its plan cannot be approved before it is seen: ${mended}. ${lists}`;
  return told`${run} goes on: ${mended}, and its end is told to you here. ${lists}`;
};
