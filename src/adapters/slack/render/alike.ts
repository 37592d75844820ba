import { type Change, changesOf, type FieldChange } from '../../../domain/finding.ts';
import type { Plan, PlannedStep } from '../../../domain/plan.ts';
import type { Fleet } from '../../../domain/fleet.ts';
import { stepPath } from '../../../domain/step.ts';
import { EACH, masked, namesOf } from './masked.ts';
import { plainText, withWords, type Text } from '../../../domain/text.ts';

/** Changes of the same kind that one step makes on several clusters, or of several clusters on the hub. */
export interface AlikeChanges {
  readonly action: Change['action'];
  /** With `<cluster>` where each has its own name; of nodes and probe pods, whose names differ, all of them. */
  readonly object: string;
  /** Their own names. */
  readonly objects: readonly string[];
  /** Where they are made, in the order of the plan. */
  readonly clusters: readonly string[];
  readonly count: number;
  readonly fields: readonly AlikeField[];
  readonly command?: string;
  readonly impact?: Text;
  readonly onlyIf?: Text;
}

/** One field of them; `differs` has the others where not all are to become the same. */
export type AlikeField = FieldChange & { readonly differs?: readonly { readonly cluster: string; readonly field: FieldChange }[] };

export interface AlikeSteps {
  readonly first: PlannedStep;
  readonly title: string;
  readonly steps: readonly PlannedStep[];
  readonly changes: readonly AlikeChanges[];
}

/** The changes of these steps, what is the same on many clusters as one. */
export const alikeChanges = (steps: readonly PlannedStep[], fleet: Fleet): AlikeChanges[] => {
  const entries = steps.flatMap((step) => changesOf(step.finding).map((change) => entryOf(step, change, fleet)));
  const groups = new Map<string, Entry[]>();
  // The hub is a cluster as the others are: its own change joins theirs by whichever of its places fits.
  for (const entry of entries.toSorted((a, b) => Number(a.ofHub) - Number(b.ofHub))) {
    const key = entry.keys.find((one) => groups.has(one)) ?? entry.keys[0]!;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const order = new Map(entries.map((entry, index) => [entry, index]));
  return [...groups.values()]
    .map((group) => group.toSorted((a, b) => order.get(a)! - order.get(b)!))
    .toSorted((a, b) => order.get(a[0]!)! - order.get(b[0]!)!)
    .map(merged);
};

/** The steps of a plan by stage, those that say the same of many clusters as one. */
export const alikeSteps = ({ steps }: Pick<Plan, 'steps'>, fleet: Fleet): ReadonlyMap<string, readonly AlikeSteps[]> =>
  new Map(
    [...Map.groupBy(steps, ({ stage }) => stage)].map(([stage, own]) => [
      stage,
      [...Map.groupBy(own, (step) => `${step.finding.kind} ${shapeOf(step, fleet)} ${masked(step.title, namesOf(fleet))}`).values()].map((group) => ({
        first: group[0]!,
        title: group.length === 1 ? group[0]!.title : masked(group[0]!.title, namesOf(fleet)),
        steps: group,
        changes: alikeChanges(group, fleet),
      })),
    ]),
  );

interface Entry {
  readonly change: Change;
  /** Cluster that its step is about. */
  readonly about: string;
  readonly masks: readonly string[];
  readonly keys: readonly string[];
  readonly ofHub: boolean;
}

const entryOf = (step: PlannedStep, change: Change, fleet: Fleet): Entry => {
  const own = step.id.split('@')[1];
  const masks = own !== undefined && namesOf(fleet).includes(own) ? [own] : namesOf(fleet);
  const { action, object, fields, onlyIf } = change;
  const facts = [stepPath(step.id), action, placeOf(object, masks), fields.map(({ path }) => path), onlyIf === undefined ? '' : plainText(onlyIf)];
  const key = (cluster: string): string => JSON.stringify([cluster, ...facts]);
  const ofHub = own === fleet.hub;
  const elsewhere = change.cluster === own ? EACH : change.cluster;
  return { change, about: own ?? change.cluster, masks, ofHub, keys: ofHub && change.cluster === own ? [key(EACH), key(own)] : [key(elsewhere)] };
};

/** Names of nodes, and of pods that are called after them, are nobody's choice. */
const placeOf = (object: string, masks: readonly string[]): string => (/^(Node|Pod) /.test(object) ? object.split(' ')[0]! : masked(object, masks));

const shapeOf = ({ id, finding }: PlannedStep, fleet: Fleet): string => {
  const said = finding.kind === 'blocked' ? finding.problems.map(({ code }) => code) : finding.kind === 'later' ? finding.waitsFor : '';
  const warnings = finding.kind === 'blocked' ? [] : (finding.warnings ?? []);
  const changes = changesOf(finding).map(({ action, object, fields }) => [action, placeOf(object, namesOf(fleet)), fields.map(({ path }) => path)]);
  return masked(JSON.stringify([stepPath(id), said, warnings, changes]), namesOf(fleet));
};

const merged = (group: readonly Entry[]): AlikeChanges => {
  const [first] = group as [Entry];
  const { action, command, impact, onlyIf } = first.change;
  const mask = (text: string, { masks }: Entry = first): string => (group.length === 1 ? text : masked(text, masks));
  const objects = [...new Set(group.map((entry) => mask(entry.change.object, entry)))];
  return {
    objects: group.map(({ change }) => change.object),
    action,
    object:
      objects.length === 1 ? objects[0]! : `${objects[0]!.split(' ')[0]} ${objects.map((object) => object.split(' ').slice(1).join(' ')).join(', ')}`,
    clusters: [...new Set(group.map(({ change }) => change.cluster))],
    count: group.length,
    fields: first.change.fields.map((_, index) => mergedField(group, index, mask)),
    ...(command === undefined ? {} : { command: mask(command) }),
    ...(impact === undefined ? {} : { impact: withWords(impact, (words) => mask(words)) }),
    ...(onlyIf === undefined ? {} : { onlyIf }),
  };
};

const mergedField = (group: readonly Entry[], index: number, mask: (text: string, entry: Entry) => string): AlikeField => {
  const fields = group.map((entry) => JSON.parse(mask(JSON.stringify(entry.change.fields[index]), entry)) as FieldChange);
  const [field] = fields as [FieldChange];
  if (fields.every((other) => JSON.stringify(other) === JSON.stringify(field))) return field;
  return { ...field, differs: group.map(({ about }, at) => ({ cluster: about, field: fields[at]! })) };
};
