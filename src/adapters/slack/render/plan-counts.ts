import type { Change, Finding } from '../../../domain/finding.ts';
import type { Plan, PlannedStep } from '../../../domain/plan.ts';
import { distinctProblems, type Problem } from '../../../domain/problem.ts';
import { count } from './time.ts';

/** What a plan would do, counted: changes by what they do, steps that need nothing, steps that cannot be known yet. */
interface PlanCounts {
  readonly create: readonly Change[];
  readonly change: readonly Change[];
  readonly remove: readonly Change[];
  /** Short pods of pgdist's own that look at something and go away. */
  readonly probe: readonly Change[];
  readonly inPlace: number;
  readonly later: readonly (PlannedStep & { readonly finding: Extract<Finding, { kind: 'later' }> })[];
}

const SORTS: Readonly<Record<Change['action'], 'create' | 'change' | 'remove' | 'probe'>> = {
  create: 'create',
  install: 'create',
  change: 'change',
  restart: 'change',
  delete: 'remove',
  run: 'probe',
};

export const countPlan = (plan: Plan): PlanCounts => {
  const changes = plan.steps.flatMap(({ finding }) => (finding.kind === 'change' ? finding.changes : []));
  const sorted = (sort: string): Change[] => changes.filter(({ action }) => SORTS[action] === sort);
  return {
    create: sorted('create'),
    change: sorted('change'),
    remove: sorted('remove'),
    probe: sorted('probe'),
    inPlace: plan.steps.filter(({ finding }) => finding.kind === 'in-place').length,
    later: plan.steps.flatMap((step) => (step.finding.kind === 'later' ? [{ ...step, finding: step.finding }] : [])),
  };
};

/** Changes to what exists already: these an approver must read. */
export const touchesWhatExists = ({ action }: Change): boolean => SORTS[action] === 'change' || SORTS[action] === 'remove';

export const planProblems = (plan: Plan): readonly Problem[] =>
  distinctProblems(plan.steps.flatMap(({ finding }) => (finding.kind === 'blocked' ? finding.problems : [])));

export const planWarnings = (plan: Plan): readonly string[] => [
  ...new Set(plan.steps.flatMap(({ finding }) => (finding.kind === 'in-place' || finding.kind === 'change' ? (finding.warnings ?? []) : []))),
];

/** 23 to create, 2 to change, 6 in place */
export const inWords = ({ create, change, remove, probe, inPlace, later }: PlanCounts): string =>
  [
    create.length > 0 && `${create.length} to create`,
    change.length > 0 && `${change.length} to change`,
    remove.length > 0 && `${remove.length} to delete`,
    probe.length > 0 && `${count(probe.length, 'probe pod')} to run`,
    inPlace > 0 && `${inPlace} in place`,
    later.length > 0 && `${later.length} known only later`,
  ]
    .filter((part) => part !== false)
    .join(', ');

/** hub 14, demo-worker 9; the cluster named first is the hub. */
export const perCluster = (changes: readonly Change[]): string =>
  [...Map.groupBy(changes, ({ cluster }) => cluster)].map(([cluster, members]) => `${cluster} ${members.length}`).join(', ');
