import type { FieldChange } from '../../../domain/finding.ts';
import type { PlannedStep } from '../../../domain/plan.ts';
import type { Plan } from '../../../domain/plan.ts';
import type { Run } from '../../../domain/run.ts';
import { typedAs } from '../../../domain/terminal.ts';
import { plainText } from '../../../domain/text.ts';
import { asShown } from './as-shown.ts';
import { inWords, countPlan, planProblems } from './plan-counts.ts';
import { duration } from './time.ts';

/** The whole plan as plain text, for a file in the thread: every step, every field. */
export const planFile = (run: Run, plan: Plan): { readonly name: string; readonly content: string } => ({
  name: `plan-${run.id}-${plan.digest.slice(0, 8)}.txt`,
  content: asShown(
    `${[
      `Plan for ${run.database.name} (${run.database.version}, ${run.database.replicas} replicas) on ${run.fleet.name}`,
      `run ${run.id}, planned ${plan.plannedAt}`,
      `digest ${plan.digest}`,
      inWords(countPlan(plan)),
      ...planProblems(plan).flatMap(({ code, what, evidence, remedy, means }) => [
        '',
        `${code} ${plainText(what)}`,
        ...evidence.map((fact) => `  seen: ${fact}`),
        `  do: ${plainText(remedy)}`,
        ...(means?.kind === 'terminal' ? means.lines.map((line) => `      ${typedAs(line, run.fleet)}`) : []),
      ]),
      ...plan.worthKnowing.map((fact) => `- ${plainText(fact)}`),
      ...[...Map.groupBy(plan.steps, ({ stage }) => stage)].flatMap(([stage, steps]) => ['', stage, ...steps.flatMap(stepLines)]),
    ].join('\n')}\n`,
  ),
});

const stepLines = ({ title, finding, usualMs }: PlannedStep): string[] => {
  switch (finding.kind) {
    case 'in-place':
      return [`  in place   ${title}`, ...(finding.warnings ?? []).map((warning) => `             note: ${warning}`)];
    case 'later':
      return [`  later      ${title}: ${finding.missing}, after ${finding.waitsFor}`];
    case 'blocked':
      return [`  blocked    ${title}`];
    case 'change':
      return [
        `  to do      ${title}${usualMs > 0 ? ` (usually ${duration(usualMs)})` : ''}`,
        ...finding.changes.flatMap(({ cluster, action, object, fields, impact }) => [
          `             ${action} ${object} on ${cluster}${impact === undefined ? '' : ` (${plainText(impact)})`}`,
          ...fields.map((field) => `               ${fieldLine(field)}`),
        ]),
        ...(finding.warnings ?? []).map((warning) => `             note: ${warning}`),
      ];
  }
};

const fieldLine = ({ path, from, to }: FieldChange): string =>
  from === undefined ? `${path}: ${text(to)}` : `${path}: ${text(from)} -> ${text(to)}`;

const text = (value: unknown): string => (typeof value === 'string' && !value.includes('\n') ? value : (JSON.stringify(value) ?? 'nothing'));
