import { behindTold } from './behind-words.ts';
import { isTerminal, type Run } from './run.ts';
import { isBehind } from './run-moves.ts';
import { code, link, phrase, type Phrase, type Text, told } from './text.ts';

/* What came of a deed, told to who did it, whatever the way in. */

/** Told to who approved. */
export const approvedTold = (run: Run): Text => {
  if (isBehind(run)) return told`Approved. ${behindTold(run)}`;
  if (run.state === 'awaiting-approval') return told`Your approval counts. Run ${code(run.id)} waits for more.`;
  return told`Approved: run ${code(run.id)} is being applied. ${linked(run, 'Its thread')} tells how it goes on.`;
};

/** Told to who had an ended run done again. */
export const againTold = (run: Run): Text =>
  isBehind(run)
    ? told`${behindTold(run)}`
    : told`Run ${code(run.id)} begins again: it is planned anew. ${linked(run, 'Its thread')} tells how it goes on.`;

/** Told to who cancelled. */
export const cancelledTold = (run: Run): Text =>
  isTerminal(run.state)
    ? told`Run ${code(run.id)} is ${run.state}. What is in place stays; ${linked(run, 'its thread')} says what that is.`
    : told`Run ${code(run.id)} is stopping: a step that is under way gets 30 s to finish. ${linked(run, 'Its thread')} tells how it goes on.`;

const linked = ({ thread: { permalink } }: Run, words: string): Phrase => (permalink === undefined ? phrase`${words}` : link(permalink, words));
