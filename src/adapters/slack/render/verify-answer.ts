import { diagnose, type Diagnosis, ranked, type Trouble } from '../../../domain/diagnosis.ts';
import { ruledOut } from '../../../domain/explanation.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { Run } from '../../../domain/run.ts';
import { type Text, verbatim } from '../../../domain/text.ts';
import { aroundTable, type WithTable } from './around-table.ts';
import { buttons } from './buttons.ts';
import { lines, list, listUpTo, message, type Part } from './message.ts';
import { capital, consequenceLine, problemCode, type ProblemDocs, problemLine, remedy, seen } from './problem.ts';
import { replicationSummary } from './replication.ts';
import { atSecond, bold, code, dotted, type Line, rendered } from './span.ts';
import { count } from './time.ts';
import { hubsWord, tableOf, verdictWords, worthALook } from './verdict.ts';

/** Reply to `verify`: the danger or the cause with what was seen, what follows from it, what is broken besides; or the replication table of a healthy database. The stages are in the card. */
export const verifyReply = (run: Run, now: string, docs?: ProblemDocs): WithTable => {
  const table = tableOf(run);
  const found = run.answer === undefined ? undefined : diagnose(run.answer);
  const lead = found?.danger[0] ?? found?.cause ?? found?.undecided[0];
  const first = lead?.problem ?? run.failure?.problems[0];
  const besides =
    found === undefined
      ? []
      : ranked(found).filter((trouble) => trouble !== lead && !found.follows.includes(trouble) && !found.undecided.some((one) => one === trouble));
  const toDo = (problem: Problem): Line => problemLine(problem, run.fleet, docs);
  return aroundTable(run, table, now, [6, 2, 0], (tableParts, room) =>
    message(
      lines(
        dotted(
          first === undefined ? rendered(healthyWords(run), 'bold') : rendered(first.what, 'bold'),
          first === undefined ? undefined : [problemCode(first, docs)],
          lead === undefined ? undefined : [lead === found?.cause ? 'first broken hop: ' : 'seen at: ', code(lead.hop)],
          checked(run),
        ),
      ),
      first === undefined
        ? undefined
        : lines(first.evidence.length === 0 ? undefined : [bold('What was seen: '), ...seen(first.evidence)], ['→ ', ...remedy(first, run.fleet)]),
      ...troubles('Also broken, not because of it:', besides, toDo, room),
      ...troubles('Cannot tell whether because of it:', found?.undecided.filter((trouble) => trouble !== lead) ?? [], toDo, room),
      ...troubles('Follows from it:', found?.follows ?? [], (problem) => consequenceLine(problem, docs), room),
      lines(found?.undecided[0] === undefined ? undefined : [bold('Cannot tell: '), ...rendered(found.undecided[0].check)]),
      lines(lead === undefined || found === undefined ? undefined : counted(found)),
      ...(run.explains === true && run.answer !== undefined && room > 0 ? [lines(...ruledOut(run.answer).map((text) => rendered(text)))] : []),
      ...tableParts,
      lines(hubsWord(table)),
      listUpTo(worthALook(run), room),
      buttons(run, ['plan-repair', 'ask-again', 'retry', 'explain']),
    ),
  );
};

const troubles = (title: string, of: readonly Trouble[], lineOf: (problem: Problem) => Line, limit: number): (Part | undefined)[] => [
  lines(of.length === 0 || limit === 0 ? undefined : [bold(title)]),
  list(of.slice(0, limit).map(({ problem }) => lineOf(problem))),
  lines(of.length > limit ? [`and ${count(of.length - limit, 'more problem')}`] : undefined),
];

/** Ruled out: 9 of 11 hops hold; 2 could not be asked */
const counted = ({ hold, unasked, all }: Diagnosis): Line => [
  bold('Ruled out: '),
  `${hold} of ${all} hops hold`,
  ...(unasked === 0 ? [] : [`; ${unasked} could not be asked`]),
];

/** What the card does not say yet. */
const healthyWords = (run: Run): Text => {
  const table = tableOf(run);
  return table === undefined ? verdictWords(run).verdict : verbatim(capital(replicationSummary(table, run.database)));
};

const checked = ({ answer, endedAt }: Run): Line | undefined => {
  const newest =
    answer?.verdicts
      .map(({ askedAt }) => askedAt)
      .toSorted()
      .at(-1) ?? endedAt;
  return newest === undefined ? undefined : ['checked ', atSecond(newest)];
};
