import type { Run } from '../../../domain/run.ts';
import { asTyped } from '../../../domain/several-fleets.ts';
import { aroundTable, type WithTable } from './around-table.ts';
import { buttons } from './buttons.ts';
import { firstThatFits, lines, list, listUpTo, message, type Message } from './message.ts';
import { problemCode, type ProblemDocs, problemLine, remedy, seen } from './problem.ts';
import { replicationSummary } from './replication.ts';
import { howMany, type ShownStep, shownSteps, stagesOf, standing } from './run-steps.ts';
import { at, atSecond, bold, code, dotted, type Line, prose, rendered, sentence, user } from './span.ts';
import { count, duration } from './time.ts';
import { hubsWord, tableOf } from './verdict.ts';

/** Success of a deploy: what runs where, the replication table, how to connect, what is worth a look. */
export const successReply = (run: Run, now: string): WithTable => {
  const table = tableOf(run);
  const clusters = Object.values(run.database.placement).filter((indices) => indices.length > 0).length;
  const facts = dotted(
    [bold(`${run.database.name} is running over ${count(clusters, 'cluster')}`)],
    table === undefined ? undefined : [replicationSummary(table, run.database)],
    table === undefined ? undefined : ['checked ', atSecond(table.askedAt)],
  );
  const warnings = shownSteps(run).flatMap(({ outcome }) => outcome.warnings ?? []);
  const listed = [...new Set(warnings)].map((warning): Line => ['Worth a look: ', ...prose(sentence(warning))]);
  return aroundTable(run, table, now, [listed.length, 5, 2, 0], (tableParts, room) =>
    message(lines(facts), ...tableParts, lines(hubsWord(table), ...connectLines(run)), listUpTo(listed, room), lines(nextLine(run))),
  );
};

/** KubeSlice serves the name in every cluster of the slice, to pods of the namespaces that are on it; the Secret is KubeDB's. */
const connectLines = ({ database }: Run): Line[] => [
  [
    'Connect: ',
    code(`${database.name}.${database.namespace}.svc.slice.local:5432`),
    ` from pods of namespace ${database.namespace}, in every cluster of the slice`,
  ],
  ['Credentials: Secret ', code(`${database.name}-auth`), ` in namespace ${database.namespace}, on the hub`],
];

const nextLine = (run: Run): Line => ['Next: ', code(`/pgdist status ${asTyped(run)}`), ', ', code(`/pgdist verify ${asTyped(run)}`)];

/** One cause, what was seen, what to do, what follows from it, what is done and what is not. */
export const failureReply = (run: Run, _now?: string, docs?: ProblemDocs): Message => {
  const { failure } = run;
  const steps = shownSteps(run);
  const [cause, ...others] = failure?.problems ?? [];
  const position = steps.findIndex(({ id }) => id === failure?.stepId) + 1;
  const follows = steps.filter(({ outcome }) => outcome.because !== undefined);
  const parts = (limit: number) => (): Message =>
    message(
      lines(
        dotted(
          [
            user(run.retriedBy?.userId ?? run.requestedBy.userId),
            ' ',
            ...(cause === undefined ? [bold(failure?.stepTitle ?? run.bug ?? 'The run ended before its first step')] : rendered(cause.what, 'bold')),
          ],
          cause === undefined ? undefined : [problemCode(cause, docs)],
          failure === undefined || position === 0
            ? undefined
            : [`step ${position} of ${steps.length}, gave up after ${duration(failure.afterMs)}, `, atSecond(failure.at)],
        ),
        cause === undefined || cause.evidence.length === 0 ? undefined : [bold('What was seen: '), ...seen(cause.evidence)],
        cause === undefined ? undefined : ['→ ', ...remedy(cause, run.fleet)],
        run.bug === undefined || failure === undefined ? undefined : [run.bug],
      ),
      listUpTo(
        others.map((problem) => problemLine(problem, run.fleet, docs)),
        limit,
      ),
      lines(
        follows.length === 0 ? undefined : [bold('Follows from it'), ` (not causes): ${stepsInWords(follows)}.`],
        run.kind === 'deploy' ? doneLine(run) : undefined,
        ['Next: Retry ', run.kind === 'deploy' ? 'plans again and goes on from here' : 'looks again', '.'],
      ),
      buttons(run, ['retry', 'explain']),
    );
  return firstThatFits(...[8, 3, 1, 0].map(parts));
};

/** More would be a list that nobody reads. */
const NAMED_STEPS = 3;

/** A few by their titles, many by their stages: DNS 2 steps, KubeDB 4 */
const stepsInWords = (steps: readonly ShownStep[]): string =>
  steps.length <= NAMED_STEPS
    ? steps.map(({ title }) => title).join('; ')
    : stagesOf(steps)
        .map(({ name, steps: members }, index) => `${name} ${index === 0 ? count(members.length, 'step') : members.length}`)
        .join(', ');

/** Done: 21 steps stay in place. Not done: 10. */
const doneLine = (run: Run): Line | undefined => {
  const steps = shownSteps(run);
  if (run.plan === undefined) return ['Nothing was changed.'];
  return [
    `Done: ${count(howMany(steps, 'complete'), 'step')} ${howMany(steps, 'complete') === 1 ? 'stays' : 'stay'} in place. Not done: ${steps.filter((step) => standing(step) !== 'complete').length}.`,
  ];
};

/** Who cancelled, rejected or approved is in the card and the plan, which are edited: an edit calls nobody. */
export const cancelledReply = (run: Run): Message =>
  firstThatFits(
    ...[20, 5, 0].map(
      (limit) => () =>
        message(
          lines([bold('Cancelled.'), ' ', ...(run.approval === undefined ? ['Nothing was changed.'] : (doneLine(run) ?? []))]),
          listUpTo(cutShort(run), limit),
          lines([
            run.approval?.ended === undefined
              ? 'Next: Retry plans again and goes on from here; what is in place stays and harms nothing.'
              : 'Next: Retry plans again and waits for a new approval; what is in place stays and harms nothing.',
          ]),
          buttons(run, ['retry']),
        ),
    ),
  );

/** What was under way, and what its cluster said of it afterwards. */
const cutShort = (run: Run): Line[] =>
  shownSteps(run)
    .filter(({ outcome }) => outcome.state === 'unknown')
    .map(({ title, outcome }) => [
      'Cut short: ',
      code(title),
      ...(outcome.evidence === undefined ? [] : [': ', ...prose(sentence(outcome.evidence))]),
    ]);

/** The clusters changed between approval and the first write. */
export const supersededReply = (run: Run, _now?: string, docs?: ProblemDocs): Message =>
  message(
    lines([
      user(run.requestedBy.userId),
      ' ',
      bold('The plan no longer fits.'),
      ' ',
      problemCode({ code: 'PGD-082' }, docs),
      run.comparedAt === undefined ? ' Nothing was changed.' : ' What was done so far stays in place.',
      ' Since it was made:',
    ]),
    list((run.differences ?? []).slice(0, 12).map((difference) => prose(sentence(difference)))),
    lines((run.differences?.length ?? 0) > 12 ? [`and ${(run.differences?.length ?? 0) - 12} more`] : undefined, [
      'Next: Plan again shows the plan as it is now.',
    ]),
    buttons(run, ['plan-again']),
  );

export const rejectedReply = (run: Run): Message =>
  message(
    lines(
      [
        user(run.requestedBy.userId),
        ' ',
        bold('Rejected, nothing was changed.'),
        run.rejection?.reason === undefined ? '' : ` “${run.rejection.reason}”`,
      ],
      ['Next: ', code(`/pgdist deploy ${asTyped(run)}`), ' when it fits.'],
    ),
  );

const whyExpired = ({ approval, behind, planExpiresAt }: Run): Line => {
  if (approval !== undefined && behind !== undefined)
    return [' It was approved, and run ', code(behind.runId), ' did not end before ', at(approval.expiresAt ?? approval.at), '.'];
  return planExpiresAt === undefined ? [] : [' Nobody decided until ', at(planExpiresAt), '.'];
};

export const expiredReply = (run: Run): Message =>
  message(
    lines([user(run.requestedBy.userId), ' ', bold('Expired, nothing was changed.'), ...whyExpired(run)], ['Next: Plan again, and ask an approver.']),
    buttons(run, ['plan-again']),
  );
