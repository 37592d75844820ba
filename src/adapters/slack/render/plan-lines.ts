import type { Change, FieldChange } from '../../../domain/finding.ts';
import type { Fleet } from '../../../domain/fleet.ts';
import type { Plan } from '../../../domain/plan.ts';
import { cut } from '../limits.ts';
import { type AlikeChanges, alikeChanges, type AlikeField } from './alike.ts';
import { countPlan, isNew, MOST_NAMED, perCluster, touchesWhatExists } from './plan-counts.ts';
import { bold, code, dotted, type Line, rendered } from './span.ts';
import { count } from './time.ts';

/** Create 23: demo-controller 14, demo-worker 9 · Change 2 · In place 6 */
export const countsLine = (plan: Plan): Line => {
  const { create, change, remove, probe, inPlace } = countPlan(plan);
  return dotted(
    create.length === 0 ? undefined : [bold(`Create ${create.length}`), `: ${perCluster(create)}`],
    change.length === 0 ? undefined : [bold(`Change ${change.length}`), `: ${perCluster(change)}`],
    remove.length === 0 ? undefined : [bold(`Delete ${remove.length}`), `: ${perCluster(remove)}`],
    probe.length === 0 ? undefined : [bold(`Run ${probe.length} probe ${probe.length === 1 ? 'pod' : 'pods'}`), `: ${perCluster(probe)}`],
    inPlace === 0 ? undefined : [bold(`In place ${inPlace}`)],
  );
};

/** Changes to what exists, one line each with what they do and who feels it; what is the same on many clusters is one line. */
export const changesToWhatExists = (plan: Plan, fleet: Fleet): readonly Line[] =>
  alikeChanges(plan.steps, fleet)
    .filter(({ onlyIf }) => onlyIf === undefined)
    .filter(touchesWhatExists)
    .map((changes) => changeLine(changes, fleet));

/** demo-worker · Node worker-1 · is changed: label kubeslice.io/node-type = gateway (who feels it) */
const changeLine = (changes: AlikeChanges, fleet: Fleet): Line => [
  ...dotted([clustersText(changes.clusters, fleet)], [code(objectText(changes))], [`${VERBS[changes.action]}${fieldsText(changes)}`]),
  ...(changes.impact === undefined ? [] : [' (', ...rendered(changes.impact), ')']),
];

const LONGEST_NAMES = 80;

/** Two on one cluster are named, more are counted; of names that differ so many are told as fit a line. */
const objectText = ({ object, objects, count: howMany, clusters }: AlikeChanges): string => {
  if (clusters.length === 1 && howMany <= 2) return objects.join(', ');
  return `${cut(object, LONGEST_NAMES)}${howMany > clusters.length ? ` (${howMany})` : ''}`;
};

/** demo-controller and demo-worker; each of 32 clusters; 31 of 32 clusters */
const clustersText = (clusters: readonly string[], fleet: Fleet): string => {
  const all = fleet.clusters.length;
  if (clusters.length <= MOST_NAMED)
    return clusters.length < 3 ? clusters.join(' and ') : `${clusters.slice(0, -1).join(', ')} and ${clusters.at(-1) ?? ''}`;
  if (clusters.length === all) return `each of ${all} clusters`;
  const without = fleet.clusters.filter(({ name }) => !clusters.includes(name)).map(({ name }) => name);
  return `${clusters.length} of ${all} clusters${without.length === 1 ? ` (not ${without[0] ?? ''})` : ''}`;
};

const VERBS: Readonly<Record<Change['action'], string>> = {
  create: 'is created',
  install: 'is installed',
  change: 'is changed',
  delete: 'is deleted',
  restart: 'is restarted',
  run: 'runs and goes away',
};

const SHOWN_FIELDS = 3;

const fieldsText = ({ fields, impact }: AlikeChanges): string => {
  const telling = (impact === undefined ? fields : fields.filter(isShort)).filter(isTelling);
  if (telling.length === 0) return '';
  const shown = telling.slice(0, SHOWN_FIELDS).map(fieldText);
  return `: ${shown.join(', ')}${telling.length > SHOWN_FIELDS ? `, and ${telling.length - SHOWN_FIELDS} more fields` : ''}`;
};

/** False for a whole file or object, of which a line can only say its size: the impact says more, and the file with the plan shows it. */
const isShort = ({ from, to }: FieldChange): boolean =>
  [from, to].every((content) => typeof content !== 'object' && !(typeof content === 'string' && content.includes('\n')));

/** Notes that pgdist keeps for itself beside a change say nothing of it. */
const isTelling = ({ path }: FieldChange): boolean => !/\.annotations\.pgdist\//.test(path);

/** label kubeslice.io/node-type = gateway; spec.replicas 3 → 5; forward . = (ClusterIP of …) */
const fieldText = ({ path, from, to, later, differs }: AlikeField): string => {
  if (differs !== undefined) return `${path}, its own on each`;
  if (later !== undefined) return `${path}${from === undefined ? '' : ` ${value(from)} →`} (${later}, known only then)`;
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

/** What is new, one line for each set of clusters that gets the same: what is installed or created there. */
export const createdLines = (plan: Plan, fleet: Fleet): readonly Line[] => {
  const created = alikeChanges(plan.steps, fleet)
    .filter(({ onlyIf }) => onlyIf === undefined)
    .filter(isNew);
  return [...Map.groupBy(created, ({ clusters }) => clustersText(clusters, fleet))].map(([clusters, changes]) =>
    dotted([clusters], [changes.map(objectText).join(', ')]),
  );
};

/** What depends on what others do meanwhile: changes that may not be needed, values that others decide. The file tells of each. */
export const laterLine = (plan: Plan): Line | undefined => {
  const { perhaps, later } = countPlan(plan);
  if (perhaps.length + later.length === 0) return undefined;
  return [
    ...dotted(
      perhaps.length === 0 ? undefined : [bold('Only if needed:'), ` ${count(perhaps.length, 'change')}`],
      later.length === 0 ? undefined : [bold('Known only later:'), ` ${count(later.length, 'value')}`],
    ),
    ' (the file says of each when, and from where).',
  ];
};
