import { againTold } from '../domain/done-words.ts';
import { isTerminal, type Run } from '../domain/run.ts';
import { UserError } from '../domain/problem.ts';
import { code, link, phrase, type Phrase, type Text, told } from '../domain/text.ts';
import { type Asker, SLASH, type UseCases } from '../ports/use-cases.ts';
import type { Meant } from './meant.ts';
import { ADDRESS, folded } from './typed.ts';

/** Takes words of others besides its run. */
const REJECT = 'reject';
/** What is an id of a run, or so like one that nobody should take it for the first word of a reason. */
const LIKE_A_RUN = /^r(?:[a-hjkmnp-tv-z2-9]{4}|[a-z]{0,15}\d[a-z\d]{0,15})$/;
/** Verbs that are about a run or a database: what was said in a run's thread without a name is about that run. */
const ABOUT_RUN: readonly string[] = ['cancel', 'explain', 'audit', 'bundle', 'export', REJECT];
const ABOUT_DATABASE: readonly string[] = ['status', 'verify', 'deploy', 'plan', 'history'];
/** As people say it in a thread. */
const SAID: Readonly<Record<string, string>> = { why: 'explain', stop: 'cancel', abort: 'cancel' };
const AGAIN: readonly string[] = ['retry', 'again', 'rerun', 'replan', 'plan-again'];
const DECIDING: readonly string[] = ['approve', 'approved', 'lgtm', 'yes', 'ok', 'accept', 'rejected', 'deny', 'decline', 'no'];

/** A line with what its thread says of it; `again` asks to retry the run, or to plan it again. */
type InThread =
  | ({
      readonly kind: 'line';
      /** Fleet of the database that the thread is about, where the line did not name one. */ readonly ofFleet?: string;
    } & Meant)
  | { readonly kind: 'again'; readonly run: Run };

/** Throws UserError for what approves, which a button alone does, and for what is about a run where the thread is no run's. */
export const inThread = (meant: Meant, thread: Asker['thread']): InThread => {
  const line = { kind: 'line', ...meant } as const;
  if (thread === undefined) return line;
  const said = folded(meant.verb);
  const verb = SAID[said] ?? said;
  const isAgain = AGAIN.includes(said) || (said === 'plan' && meant.words.length === 1 && folded(meant.words[0] ?? '') === 'again');
  const namesNoRun = verb === REJECT ? !namesRun(meant.words[0], thread) : meant.words.length === 0;
  const alone = namesNoRun || isAgain;
  const isDeciding = DECIDING.includes(said);
  if (!alone && !isDeciding) return line;
  if (thread === 'none') {
    if (!isAgain && !isDeciding && !ABOUT_RUN.includes(verb)) return line;
    throw new UserError(
      told`Nothing was done: this thread is no run's, so it is not known which run is meant. \`${SLASH} runs\` links to their threads${named(verb)}.`,
    );
  }
  if (isDeciding) throw new UserError(decided(thread));
  if (isAgain) return { kind: 'again', run: thread };
  if (ABOUT_RUN.includes(verb)) return { kind: 'line', verb, words: [thread.id, ...meant.words] };
  return ABOUT_DATABASE.includes(verb) ? { kind: 'line', verb, words: [thread.database.name], ofFleet: thread.fleet.name } : line;
};

const named = (verb: string): Phrase | string => (ABOUT_RUN.includes(verb) ? phrase`, or name it: ${code(`${SLASH} ${verb} <run>`)}` : '');

const namesRun = (word: string | undefined, thread: Run | 'none'): boolean => {
  const name = folded(word ?? '');
  return LIKE_A_RUN.test(name) || (thread !== 'none' && name === thread.id);
};

/** Whoever decides has the plan before their eyes. */
const decided = ({ id, state, thread: { permalink } }: Run): Text => {
  const where = permalink === undefined ? phrase`in its thread` : phrase`in ${link(permalink, 'its thread')}`;
  if (state === 'awaiting-approval')
    return told`Nothing was decided: the plan of run ${code(id)} is approved by the button below it, ${where}, and never by a message. ${REJECTS} rejects it.`;
  return told`Nothing was decided: run ${code(id)} ${isTerminal(state) ? 'has ended' : 'waits for nobody'}, and a plan is approved by the button below it, never by a message.`;
};

const REJECTS = code(`${ADDRESS} ${REJECT} <reason>`);

/** Retries the run of the thread, or plans it again, as it stands now. */
export const doneAgain = async (runs: Pick<UseCases, 'retry'>, run: Run, { by, channel }: Asker): Promise<Text> => {
  const deed = run.state === 'failed' || run.state === 'cancelled' ? 'retry' : 'plan-again';
  return againTold(await runs.retry({ way: 'mention', runId: run.id, by, channel, deed, seenRetries: run.retries }));
};
