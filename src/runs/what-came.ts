import type { AuditFields } from '../domain/audit-chain.ts';
import { cut } from '../domain/cut.ts';
import { isWithdrawn } from '../domain/run-moves.ts';
import { code, joined, phrase, plainWords, type Phrase, type Text, told } from '../domain/text.ts';
import type { OwedAnswer } from '../ports/owed-answers.ts';
import { howItStands } from './how-it-ended.ts';
import type { RunDeps } from './use-case.ts';

/** So many of the newest entries about a run are looked through for the request. */
const LOOKED_THROUGH = 20;
/** Of the sentence of a refusal. */
const TOLD_LENGTH = 300;

/**
 * What came of a request whose process died before it told: by the run that it started, else by the audit, in which nothing is done that was not written
 * there before. Who was refused, or was not looked at yet, learns nothing about the run.
 */
export const whatCameOf = async ({ store }: Pick<RunDeps, 'store'>, asked: OwedAnswer): Promise<Text> =>
  joined([told`pgdist was restarted before it could answer your ${code(cut(asked.what, 80))}.`, told`${await came(store, asked)}`], ' ');

const came = async (store: RunDeps['store'], { id, by, what, runId, at }: OwedAnswer): Promise<Phrase> => {
  const startedId = await store.startedBy(id);
  const started = startedId === undefined ? undefined : await store.get(startedId);
  if (started !== undefined && !isWithdrawn(started)) return phrase`It was done: ${howItStands(started)}.`;
  const run = runId === undefined ? undefined : await store.get(runId);
  if (run === undefined) return phrase`It is not known whether anything came of it. Ask again: a second time does no harm.`;
  const { entries } = await store.auditOf(run.id, LOOKED_THROUGH);
  const entry = entries.findLast((one) => one['by'] === by.userId && one['deed'] === what && (one['at'] ?? '') >= at);
  switch (entry?.['outcome']) {
    case undefined:
      return phrase`Nothing was done about it so far. Press again: a second time does no harm.`;
    case 'done':
      return phrase`It was done: ${howItStands(run)}.`;
    case 'refused':
      return phrase`It was refused${why(entry)}`;
    default:
      return phrase`It is not known whether it was done: ${howItStands(run)}. Press again where that is not what you wanted: a second time does no harm.`;
  }
};

const why = ({ told: said }: AuditFields): Phrase => (said === undefined ? phrase`.` : phrase`: ${cut(plainWords(said), TOLD_LENGTH)}`);
