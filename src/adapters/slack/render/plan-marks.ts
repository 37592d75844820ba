import { type Mark, consequenceOf, MARKS } from '../../../domain/consequences.ts';
import { type Change, changesOf } from '../../../domain/finding.ts';
import type { Plan } from '../../../domain/plan.ts';
import { bold, dotted, type Line } from './span.ts';
import { count } from './time.ts';

const WORDS: Readonly<Record<Mark, (changes: readonly Change[]) => string>> = {
  'cluster-dns': (changes) => `DNS of ${count(clustersOf(changes), 'whole cluster')}`,
  'restarts-pods': (changes) => `pods restart (${count(changes.length, 'change')})`,
  'node-label': (changes) => `labels of ${count(changes.length, 'node')}`,
  'other-tenants': () => 'others on the slice',
  'one-way': (changes) => `one-way (${changes.length})`,
};

const clustersOf = (changes: readonly Change[]): number => new Set(changes.map(({ cluster }) => cluster)).size;

const sure = (plan: Plan): readonly Change[] => plan.steps.flatMap(({ finding }) => changesOf(finding)).filter(({ onlyIf }) => onlyIf === undefined);

/** Touches: DNS of 2 whole clusters · pods restart (3 changes) · labels of 2 nodes · one-way (3) */
export const marksLine = (plan: Plan): Line | undefined => {
  const changes = sure(plan);
  const marked = MARKS.flatMap((mark) => {
    const of = changes.filter((change) => consequenceOf(change)?.marks.includes(mark));
    return of.length === 0 ? [] : [WORDS[mark](of)];
  });
  return marked.length === 0 ? undefined : [bold('Touches:'), ' ', ...dotted(...marked.map((words): Line => [words]))];
};

/** Undo: 27 of 30 changes can be taken back by hand; pgdist takes nothing back by itself. What is not known is counted as such. */
export const undoLine = (plan: Plan): Line | undefined => {
  const known = sure(plan).map(consequenceOf);
  if (known.length === 0) return undefined;
  const possible = known.filter((one) => one?.undo !== undefined).length;
  const unknown = known.filter((one) => one === undefined).length;
  return [
    bold('Undo:'),
    ` ${possible} of ${count(known.length, 'change')} can be taken back by hand${unknown === 0 ? '' : `, of ${unknown} it is not known`} (the file says how); pgdist takes nothing back by itself.`,
  ];
};
