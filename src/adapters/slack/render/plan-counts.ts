import { type Change, changesOf, type FieldChange } from '../../../domain/finding.ts';
import type { Fleet } from '../../../domain/fleet.ts';
import type { Plan } from '../../../domain/plan.ts';
import { distinctProblems, type Problem } from '../../../domain/problem.ts';
import { alikeProblems } from './alike-problems.ts';
import { namesUpTo } from './database-words.ts';
import { masked, namesOf } from './masked.ts';
import { count } from './time.ts';

/** What a plan would do, counted: changes by what they do, steps that need nothing, values that are known only when they are written. */
interface PlanCounts {
  readonly create: readonly Change[];
  readonly change: readonly Change[];
  readonly remove: readonly Change[];
  /** Short pods of pgdist's own that look at something and go away. */
  readonly probe: readonly Change[];
  /** Done only where their condition holds by then. */
  readonly perhaps: readonly Change[];
  readonly inPlace: number;
  readonly later: readonly FieldChange[];
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
  const changes = plan.steps.flatMap(({ finding }) => changesOf(finding));
  const sure = changes.filter(({ onlyIf }) => onlyIf === undefined);
  const sorted = (sort: string): Change[] => sure.filter(({ action }) => SORTS[action] === sort);
  return {
    create: sorted('create'),
    change: sorted('change'),
    remove: sorted('remove'),
    probe: sorted('probe'),
    perhaps: changes.filter(({ onlyIf }) => onlyIf !== undefined),
    inPlace: plan.steps.filter(({ finding }) => finding.kind === 'in-place').length,
    later: sure.flatMap(({ fields }) => fields.filter(({ later }) => later !== undefined)),
  };
};

/** Changes to what exists already: these an approver must read. */
export const touchesWhatExists = ({ action }: Pick<Change, 'action'>): boolean => SORTS[action] === 'change' || SORTS[action] === 'remove';
export const isNew = ({ action }: Pick<Change, 'action'>): boolean => SORTS[action] === 'create';

export const planProblems = (plan: Plan, fleet: Fleet): readonly Problem[] =>
  alikeProblems(distinctProblems(plan.steps.flatMap(({ finding }) => (finding.kind === 'blocked' ? finding.problems : []))), fleet);

/** Names of clusters in a line about several of them. */
const NAMES_LENGTH = 120;

/** What is to be weighed besides, the same of several clusters as one, which names them. */
export const planWarnings = (plan: Plan, fleet: Fleet): readonly string[] => {
  const all = [...new Set(plan.steps.flatMap(({ finding }) => (finding.kind === 'blocked' ? [] : (finding.warnings ?? []))))];
  return [...Map.groupBy(all, (warning) => masked(warning, namesOf(fleet))).entries()].map(([same, group]) => {
    const [first] = group as [string];
    if (group.length === 1) return first;
    const about = namesOf(fleet).filter((name) => group.some((warning) => masked(warning, [name]) !== warning));
    return `${same} (${about.length} clusters: ${namesUpTo(about, NAMES_LENGTH)})`;
  });
};

/** 23 to create, 2 to change, 6 in place */
export const inWords = ({ create, change, remove, probe, perhaps, inPlace, later }: PlanCounts): string =>
  [
    create.length > 0 && `${create.length} to create`,
    change.length > 0 && `${change.length} to change`,
    remove.length > 0 && `${remove.length} to delete`,
    probe.length > 0 && `${count(probe.length, 'probe pod')} to run`,
    perhaps.length > 0 && `${perhaps.length} only if needed`,
    inPlace > 0 && `${inPlace} in place`,
    later.length > 0 && `${count(later.length, 'value')} known only later`,
  ]
    .filter((part) => part !== false)
    .join(', ');

/** hub 14, demo-worker 9; of many clusters those with the most, and how many more. */
export const perCluster = (changes: readonly Change[]): string => {
  const counted = [...Map.groupBy(changes, ({ cluster }) => cluster)].map(([cluster, members]) => ({ cluster, count: members.length }));
  if (counted.length <= MOST_NAMED) return counted.map((one) => `${one.cluster} ${one.count}`).join(', ');
  const alike = [...Map.groupBy(counted, (one) => one.count)].toSorted(([, a], [, b]) => a.length - b.length);
  return alike
    .map(([each, members]) => (members.length === 1 ? `${members[0]!.cluster} ${each}` : `${each} on each of ${members.length} clusters`))
    .join(', ');
};

/** More clusters than that are counted, not named. */
export const MOST_NAMED = 4;
