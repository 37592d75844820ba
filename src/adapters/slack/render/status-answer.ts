import { lagSeries } from '../../../domain/lag.ts';
import { bytesText } from '../../../domain/quantity.ts';
import type { ReplicationRow } from '../../../domain/replication.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { Run } from '../../../domain/run.ts';
import { asTyped } from '../../../domain/several-fleets.ts';
import { aroundTable, type WithTable } from './around-table.ts';
import { ACTIONS, buttons } from './buttons.ts';
import { lines, list, listUpTo, message, type Message } from './message.ts';
import { type ProblemDocs, problemLine } from './problem.ts';
import { isAmiss } from './replication.ts';
import { at, atSecond, code, dotted, type Line, rendered } from './span.ts';
import { between, count, duration } from './time.ts';
import { mutedLine } from './alert.ts';
import { hubsWord, tableOf, unheardClusters, verdictWords, worthALook } from './verdict.ts';

/** The answer to `status`: verdict first, then what it rests on, the table, the problems with what to do. */
export const statusAnswer = (run: Run, now: string, docs?: ProblemDocs): Message => statusWithTable(run, now, docs).message;

/** The same with the table for its thread, where the answer has no room for it. */
export const statusWithTable = (run: Run, now: string, docs?: ProblemDocs): WithTable => {
  const { verdict, problems } = verdictWords(run);
  const table = tableOf(run);
  const told = table?.rows.filter(isAmiss).slice(0, 3) ?? [];
  const first = dotted(rendered(verdict, 'bold'), ...told.map((row) => absence(row, now)), hubsWord(table));
  return aroundTable(run, table, now, [4, 1], (tableParts, room) =>
    message(
      lines(first),
      ...tableParts,
      lines(
        table === undefined || table.notes.length === 0 ? undefined : [table.notes.join(' · ')],
        ages(run),
        lagLine(run),
        run.answer?.mute === undefined ? undefined : mutedLine(run.answer.mute),
        run.bug === undefined ? undefined : [run.bug],
      ),
      list(problems.slice(0, room).map((problem) => problemLine(withoutTold(problem, told), run.fleet, docs))),
      listUpTo(worthALook(run), room),
      lines(
        problems.length > room
          ? [`and ${count(problems.length - room, 'more problem')}, listed by `, code(`/pgdist verify ${asTyped(run)}`)]
          : undefined,
      ),
      buttons(run, ACTIONS),
    ),
  );
};

/** What the first line says of a pod is not said again as evidence. */
const withoutTold = (problem: Problem, told: readonly ReplicationRow[]): Problem => ({
  ...problem,
  evidence: problem.evidence.filter(
    (fact) => !told.some(({ pod, error, missingSince }) => (error ?? missingSince) !== undefined && fact.startsWith(`${pod} `)),
  ),
});

/** postgres-1 (tokyo) missing since 14:31:07 (4 min): when it began, where somebody says so. */
const absence = ({ pod, cluster, state, missingSince, lastStreaming, error }: ReplicationRow, now: string): Line => [
  `${pod} (${cluster}) ${state}`,
  ...(missingSince !== undefined
    ? [' since ', atSecond(missingSince.at), ` (${duration(between(missingSince.at, now))}, ${missingSince.source})`]
    : lastStreaming !== undefined
      ? [', last seen streaming ', atSecond(lastStreaming), ` (${duration(between(lastStreaming, now))} ago)`]
      : [', since when is not known']),
  ...(error === undefined ? [] : [`: ${error}`]),
];

/** What the plot in the thread shows, in a line: where it is not drawn, this stands for it. */
const lagLine = ({ picture, lag = [], endedAt }: Run): Line | undefined => {
  if (picture !== true || endedAt === undefined) return undefined;
  const pods = [...new Set(lag.flatMap(({ behind }) => Object.keys(behind)))];
  const [worst] = lagSeries(lag, pods, Date.parse(endedAt)).toSorted((a, b) => b.most.bytes - a.most.bytes);
  if (worst === undefined) return ['lag in the last hour: not known, no look of the watch saw a standby'];
  return [`lag in the last hour: at most ${bytesText(worst.most.bytes)}, ${worst.pod} `, at(new Date(worst.most.atMs).toISOString())];
};

/** More are counted. */
const NAMED = 4;
const clustersTold = (names: readonly string[]): string => (names.length <= NAMED ? names.join(', ') : `${names.length} clusters`);

/** When the clusters were asked; one that did not answer says so. */
const ages = (run: Run): Line | undefined => {
  if (run.answer === undefined) return undefined;
  const unheard = unheardClusters(run.answer);
  const newest = new Map(run.answer.verdicts.map(({ cluster, askedAt }) => [cluster, askedAt] as const));
  const [silent, heard] = [true, false].map((wanted) => [...newest].filter(([cluster]) => unheard.includes(cluster) === wanted));
  const eldest = heard?.map(([, askedAt]) => askedAt).toSorted()[0];
  return dotted(
    eldest === undefined ? undefined : [`asked ${clustersTold((heard ?? []).map(([cluster]) => cluster))} `, atSecond(eldest)],
    ...(silent ?? []).map(([cluster, askedAt]): Line => [`${cluster}: no answer `, atSecond(askedAt)]),
    ['run ', code(run.id)],
  );
};
