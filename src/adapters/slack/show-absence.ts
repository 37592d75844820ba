import { isTerminal, type Run } from '../../domain/run.ts';
import { code, moment, phrase, told, type Text } from '../../domain/text.ts';
import { absenceTold, needsWorker } from '../../domain/workers.ts';
import { editOnce } from './edit-once.ts';
import { placeOf, postOnce, whisperOnce } from './post-once.ts';
import { toldMessage } from './render/told-message.ts';
import { NOT_POSTED } from './thread-memory.ts';
import type { View } from './view.ts';

/** Of the reply for an absence, which is named by its beginning: all bots know it by the same instant. */
const ABSENT = 'absent-';
const EVER = 'ever';
const keyOf = (since: string = EVER): string => `${ABSENT}${since}`;
/** Of the edit that takes it back. */
const backKey = (key: string): string => `back-${key}`;

/**
 * Says once below the card that nobody is there to work on the run, and takes that back when somebody is, whoever said it. A card that was posted in
 * the absence (`isNew`) says it itself.
 */
export const showAbsence = async (view: View, isNew: boolean): Promise<undefined> => {
  const { run, absence, memory } = view;
  const key = absence === undefined ? undefined : keyOf(absence.since);
  await takeBack(view, key);
  const { ts } = memory.shown();
  if (absence === undefined || key === undefined || ts === undefined || memory.isEnded(key)) return;
  if (isNew) await memory.end(key, NOT_POSTED.carded);
  else await postOnce(view, key, toldMessage(absenceTold(absence, run)), { threadTs: ts });
};

/** The answer to status has no card: who asked before the absence was noticed is told of it in private, once. */
export const tellAsker = async (view: View): Promise<undefined> => {
  const { run, absence } = view;
  if (absence === undefined || run.requestedAt >= absence.noticedAt) return;
  await whisperOnce(view, keyOf(absence.since), toldMessage(absenceTold(absence, run)));
};

const takeBack = async (view: View, current: string | undefined): Promise<void> => {
  const { memory } = view;
  const open = Object.keys(memory.shown().replies).filter((key) => key.startsWith(ABSENT) && key !== current && !memory.isEnded(backKey(key)));
  for (const key of open) {
    const ts = await placeOf(view, key);
    if (ts !== undefined) await editOnce(view, ts, toldMessage(over(view.run, key.slice(ABSENT.length))), false);
    await memory.end(backKey(key), ts ?? NOT_POSTED.carded);
  }
};

/** What stands there afterwards. A run that needs a worker is shown without an absence by a worker alone. */
const over = (run: Run, since: string): Text => {
  const before = since === EVER ? phrase`No worker had been heard of before` : phrase`No worker was alive from ${moment(since)} on`;
  if (needsWorker(run)) return told`A worker is alive again: run ${code(run.id)} goes on. ${before}.`;
  return told`${before}. Run ${code(run.id)} ${isTerminal(run.state) ? 'has ended' : 'waits for approval'} by now.`;
};
