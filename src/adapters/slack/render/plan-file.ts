import { consequenceOf } from '../../../domain/consequences.ts';
import type { FieldChange } from '../../../domain/finding.ts';
import type { Fleet } from '../../../domain/fleet.ts';
import type { Plan, PlannedStep } from '../../../domain/plan.ts';
import type { Run } from '../../../domain/run.ts';
import { plainText } from '../../../domain/text.ts';
import { type AlikeChanges, type AlikeField, type AlikeSteps, alikeSteps } from './alike.ts';
import { asShown } from './as-shown.ts';
import { inWords, countPlan, planProblems } from './plan-counts.ts';
import { problemLines } from './problem-lines.ts';
import { count, duration } from './time.ts';

/** The whole plan as plain text, for a file in the thread: every step, every field. */
export const planFile = (run: Run, plan: Plan): { readonly name: string; readonly content: string } => ({
  name: `plan-${run.id}-${plan.digest.slice(0, 8)}.txt`,
  content: asShown(
    `${[
      `Plan for ${run.database.name} (${run.database.version}, ${run.database.replicas} replicas) on ${run.fleet.name}`,
      `run ${run.id}, planned ${plan.plannedAt}`,
      `digest ${plan.digest}`,
      inWords(countPlan(plan)),
      ...planProblems(plan, run.fleet).flatMap((problem) => problemLines(problem, run.fleet)),
      ...criticalPath(plan),
      ...plan.worthKnowing.map((fact) => `- ${plainText(fact)}`),
      ...[...alikeSteps(plan, run.fleet)].flatMap(([stage, steps]) => ['', stage, ...steps.flatMap((alike) => stepLines(alike, run.fleet))]),
    ].join('\n')}\n`,
  ),
});

/** What takes as long as the whole, by earlier runs: making anything else faster helps nobody. */
const criticalPath = ({ estimate }: Plan): string[] =>
  estimate === undefined || estimate.path.length === 0
    ? ['how long it takes is unknown: none of it was timed before']
    : [
        `slowest path, as in ${count(estimate.runs, 'earlier run')}${estimate.unmeasured === 0 ? '' : `, without ${count(estimate.unmeasured, 'step')} that never ran before`}:`,
        ...estimate.path.filter(({ ms }) => ms >= 1_000).map(({ title, ms }) => `  ${duration(ms)} ${title}`),
      ];

const stepLines = ({ first, title, steps, changes }: AlikeSteps, fleet: Fleet): string[] => {
  const { finding, usualMs } = first;
  const on = steps.length === 1 ? '' : ` - on ${clustersText(steps, fleet)}`;
  const notes = finding.kind === 'blocked' ? [] : (finding.warnings ?? []).map((warning) => `             note: ${warning}`);
  const usually = usualMs > 0 ? ` (usually ${duration(usualMs)})` : '';
  switch (finding.kind) {
    case 'in-place':
      return [`  in place   ${title}${on}`, ...notes];
    case 'later':
      return [
        `  ${changes.length > 0 ? 'to do   ' : 'watched '}   ${title}${on}${usually}`,
        `             not before: ${finding.missing}, after ${finding.waitsFor}${steps.length === 1 ? '' : ', and so on each'}`,
        ...changes.flatMap(changeLines),
        ...notes,
      ];
    case 'blocked':
      return [`  blocked    ${title}${on}`];
    case 'change':
      return [`  to do      ${title}${on}${usually}`, ...changes.flatMap(changeLines), ...notes];
  }
};

/** All of them by name, unless a step stands for pairs of them. */
const clustersText = (steps: readonly PlannedStep[], fleet: Fleet): string => {
  const clusters = [...new Set(steps.map(({ cluster }) => cluster))];
  if (clusters.length < steps.length) return `${steps.length} of them`;
  return clusters.length === fleet.clusters.length ? `all ${clusters.length} clusters` : clusters.join(', ');
};

const changeLines = ({ action, object, clusters, count: howMany, impact, onlyIf, command, fields }: AlikeChanges): string[] => [
  `             ${onlyIf === undefined ? '' : 'perhaps '}${action} ${object}${howMany > clusters.length ? ` (${howMany})` : ''} on ${clusters.join(', ')}${impact === undefined ? '' : ` (${plainText(impact)})`}`,
  ...(onlyIf === undefined ? [] : [`               only if ${plainText(onlyIf)}`]),
  ...(command === undefined ? [] : [`               $ ${command}`]),
  ...fields.flatMap(fieldLines),
  ...consequenceLines(consequenceOf({ object, action })),
];

const consequenceLines = (consequence: ReturnType<typeof consequenceOf>): string[] =>
  consequence === undefined
    ? []
    : [
        ...(consequence.oneWay === undefined ? [] : [`               one-way: ${plainText(consequence.oneWay)}`]),
        `               undo: ${consequence.undo === undefined ? 'not possible' : plainText(consequence.undo)}`,
      ];

/** One line; of a field that is not the same on all, one for each value. */
const fieldLines = ({ differs, ...field }: AlikeField): string[] =>
  differs === undefined
    ? [`               ${fieldLine(field)}`]
    : [...Map.groupBy(differs, ({ field: own }) => fieldLine(own))].map(
        ([line, of]) => `               ${of.map(({ cluster }) => cluster).join(', ')}: ${line}`,
      );

const fieldLine = ({ path, from, to, later }: FieldChange): string => {
  if (later !== undefined) return `${path}: ${from === undefined ? '' : `${text(from)} -> `}known only then (${later})`;
  if (from === undefined && to === undefined) return `${path}: not shown`;
  return from === undefined ? `${path}: ${text(to)}` : `${path}: ${text(from)} -> ${text(to)}`;
};

const text = (value: unknown): string => (typeof value === 'string' && !value.includes('\n') ? value : (JSON.stringify(value) ?? 'nothing'));
