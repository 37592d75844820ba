import type { Change, FieldChange } from '../../../domain/finding.ts';
import type { Plan } from '../../../domain/plan.ts';
import { cut } from '../limits.ts';
import { countPlan, perCluster, touchesWhatExists } from './plan-counts.ts';
import { bold, code, dotted, type Line, rendered } from './span.ts';
import { count } from './time.ts';

/** Create 23: demo-controller 14, demo-worker 9 · Change 2 · In place 6 · Known only later 5 */
export const countsLine = (plan: Plan): Line => {
  const { create, change, remove, probe, inPlace, later } = countPlan(plan);
  return dotted(
    create.length === 0 ? undefined : [bold(`Create ${create.length}`), `: ${perCluster(create)}`],
    change.length === 0 ? undefined : [bold(`Change ${change.length}`), `: ${perCluster(change)}`],
    remove.length === 0 ? undefined : [bold(`Delete ${remove.length}`), `: ${perCluster(remove)}`],
    probe.length === 0 ? undefined : [bold(`Run ${probe.length} probe ${probe.length === 1 ? 'pod' : 'pods'}`), `: ${perCluster(probe)}`],
    inPlace === 0 ? undefined : [bold(`In place ${inPlace}`)],
    later.length === 0 ? undefined : [bold(`Known only later ${later.length}`)],
  );
};

/** Changes to what exists, one line each with what they do and who feels it. */
export const changesToWhatExists = (plan: Plan): readonly Line[] =>
  plan.steps.flatMap(({ finding }) => (finding.kind === 'change' ? finding.changes.filter(touchesWhatExists).map(changeLine) : []));

/** demo-worker · Node worker-1 · is changed: label kubeslice.io/node-type = gateway (who feels it) */
const changeLine = (change: Change): Line => [
  ...dotted([change.cluster], [code(change.object)], [`${VERBS[change.action]}${fieldsText(change)}`]),
  ...(change.impact === undefined ? [] : [' (', ...rendered(change.impact), ')']),
];

const VERBS: Readonly<Record<Change['action'], string>> = {
  create: 'is created',
  install: 'is installed',
  change: 'is changed',
  delete: 'is deleted',
  restart: 'is restarted',
  run: 'runs and goes away',
};

const SHOWN_FIELDS = 3;

const fieldsText = ({ fields, impact }: Change): string => {
  const telling = impact === undefined ? fields : fields.filter(isShort);
  if (telling.length === 0) return '';
  const shown = telling.slice(0, SHOWN_FIELDS).map(fieldText);
  return `: ${shown.join(', ')}${telling.length > SHOWN_FIELDS ? `, and ${telling.length - SHOWN_FIELDS} more fields` : ''}`;
};

/** False for a whole file or object, of which a line can only say its size: the impact says more, and the file with the plan shows it. */
const isShort = ({ from, to }: FieldChange): boolean =>
  [from, to].every((content) => typeof content !== 'object' && !(typeof content === 'string' && content.includes('\n')));

/** label kubeslice.io/node-type = gateway; spec.replicas 3 → 5 */
const fieldText = ({ path, from, to }: FieldChange): string => {
  const name = path.replace(/^metadata\.(label|annotation)s\./, '$1 ');
  return from === undefined ? `${name} = ${value(to)}` : `${name} ${value(from)} → ${value(to)}`;
};

/** A short value as it is; of an object or a long text only what it is, since people do not read JSON. */
const value = (content: unknown): string => {
  if (content === undefined) return 'nothing';
  if (Array.isArray(content)) return content.every((item) => typeof item !== 'object') ? cut(content.join(', '), 80) : `${content.length} entries`;
  if (typeof content === 'object' && content !== null) return `${Object.keys(content).length} fields`;
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return text.includes('\n') ? `${text.split('\n').length} lines` : cut(text, 80);
};

/** What is new, one line for each cluster: what is installed or created there. */
export const createdLines = (plan: Plan): readonly Line[] =>
  [...Map.groupBy(countPlan(plan).create, ({ cluster }) => cluster)].map(([cluster, changes]) =>
    dotted([cluster], [changes.map(({ object }) => object).join(', ')]),
  );

/** What cannot be known yet, counted for each stage; what each step waits for is in the file. */
export const laterLine = (plan: Plan): Line | undefined => {
  const stages = [...Map.groupBy(countPlan(plan).later, ({ stage }) => stage)];
  if (stages.length === 0) return undefined;
  const counts = stages.map(([stage, steps], index) => `${stage} ${index === 0 ? count(steps.length, 'step') : steps.length}`);
  return [bold('Known only later:'), ` ${counts.join(', ')} (the file says why).`];
};
