import type { Run } from '../../../domain/run.ts';
import { type Text, verbatim } from '../../../domain/text.ts';
import { aroundTable, type WithTable } from './around-table.ts';
import { buttons } from './buttons.ts';
import { lines, list, listUpTo, message } from './message.ts';
import { capital, problemLine, remedy, seen } from './problem.ts';
import { replicationSummary } from './replication.ts';
import { atSecond, bold, code, dotted, type Line, prose, rendered, sentence } from './span.ts';
import { count } from './time.ts';
import { hubsWord, tableOf, verdictWords } from './verdict.ts';

/** Reply to `verify`: the first broken hop with its problem, or the replication table of a healthy database; the stages are in the card. */
export const verifyReply = (run: Run, now: string): WithTable => {
  const { problems } = verdictWords(run);
  const table = tableOf(run);
  const [cause, ...others] = problems;
  const warnings =
    run.answer?.verdicts.flatMap(({ verdict: { healthy: well, ...rest } }) => (well && 'warnings' in rest ? (rest.warnings ?? []) : [])) ?? [];
  return aroundTable(run, table, now, [6, 2, 0], (tableParts, room) =>
    message(
      lines(
        dotted(
          cause === undefined ? rendered(healthyWords(run), 'bold') : rendered(cause.what, 'bold'),
          cause === undefined ? undefined : [code(cause.code)],
          hop(run),
          checked(run),
        ),
      ),
      cause === undefined
        ? undefined
        : lines(cause.evidence.length === 0 ? undefined : [bold('What was seen: '), ...seen(cause.evidence)], ['→ ', ...remedy(cause)]),
      lines(others.length === 0 || room === 0 ? undefined : [bold('Seen after it, perhaps because of it:')]),
      list(others.slice(0, room).map((problem) => problemLine(problem))),
      lines(others.length > room ? [`and ${count(others.length - room, 'more problem')}`] : undefined),
      ...tableParts,
      lines(hubsWord(table)),
      listUpTo(
        [...new Set(warnings)].map((warning): Line => ['Worth a look: ', ...prose(sentence(warning))]),
        room,
      ),
      buttons(run, ['ask-again', 'retry']),
    ),
  );
};

/** What the card does not say yet. */
const healthyWords = (run: Run): Text => {
  const table = tableOf(run);
  return table === undefined ? verdictWords(run).verdict : verbatim(capital(replicationSummary(table, run.database)));
};

/** hop 9 of 31: the first that does not hold, on its cluster */
const hop = ({ answer }: Run): Line | undefined => {
  const position = answer?.verdicts.findIndex(({ verdict }) => !verdict.healthy) ?? -1;
  const broken = answer?.verdicts[position];
  return broken === undefined ? undefined : [`first broken hop: `, code(broken.title), ` (${position + 1} of ${answer?.verdicts.length})`];
};

const checked = ({ answer, endedAt }: Run): Line | undefined => {
  const newest =
    answer?.verdicts
      .map(({ askedAt }) => askedAt)
      .toSorted()
      .at(-1) ?? endedAt;
  return newest === undefined ? undefined : ['checked ', atSecond(newest)];
};
