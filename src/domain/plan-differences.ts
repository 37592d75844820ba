import { cut } from './cut.ts';
import { canonicalJson } from './digest.ts';
import { type Change, changesOf, type FieldChange } from './finding.ts';
import type { Plan, PlannedStep } from './plan.ts';
import { LOSS_NOT_ASKED } from './loss-of-cluster.ts';
import { plainText } from './text.ts';

type Steps = Pick<Plan, 'steps'>;

/**
 * What no longer fits, one sentence per difference, for a plan whose digest changed between approval and the first write.
 * Empty when only what the digest does not hold has changed.
 */
export const differences = (approved: Steps, now: Steps): string[] => {
  const before = byId(approved);
  const after = byId(now);
  const found = [
    ...now.steps.flatMap((step) => {
      const was = before.get(step.id);
      return was === undefined ? [`${step.title} is now a part of the plan`] : stepDifferences(was, step);
    }),
    ...approved.steps.filter(({ id }) => !after.has(id)).map(({ title }) => `${title} is no longer a part of the plan`),
  ];
  return [...new Set(found)];
};

/**
 * What is to be weighed now and was not shown to who approved: that the loss of a cluster stops writes by now, say, of a database whose standbys somebody
 * made synchronous since. That nobody could ask says nothing new.
 */
export const newToWeigh = (approved: Pick<Plan, 'worthKnowing'>, now: Pick<Plan, 'worthKnowing'>): string[] => {
  const shown = new Set([...approved.worthKnowing, LOSS_NOT_ASKED].map(plainText));
  return now.worthKnowing
    .map(plainText)
    .filter((sentence) => !shown.has(sentence))
    .map((sentence) => `this is to be weighed now, and was not in the plan that was approved: ${sentence}`);
};

/**
 * What a resumed walk would do beyond what was approved. A step in place needs no approval, what puts back what the walk itself took away has it, and so
 * has a step of which the plan could not say what it writes (plans of an older pgdist); a problem ends the walk by itself.
 */
export const beyondApproval = (approved: Steps, now: Steps): string[] => {
  const before = byId(approved);
  return now.steps.flatMap((step) => {
    const { finding } = step;
    if (finding.kind !== 'change') return [];
    const changes = finding.changes.filter(({ restores }) => restores !== true);
    const was = before.get(step.id);
    if (was === undefined) return [`${step.title} is now a part of the plan`];
    if (was.finding.kind === 'later' && was.finding.changes === undefined) return [];
    if (was.finding.kind !== 'change' && was.finding.kind !== 'later') return undone(was, step, changes);
    const allowed = changesOf(was.finding);
    return changes.flatMap((change) => beyond(allowed, change));
  });
};

const byId = ({ steps }: Steps): Map<string, PlannedStep> => new Map(steps.map((step) => [step.id, step]));

const stepDifferences = (was: PlannedStep, now: PlannedStep): string[] => {
  if (now.finding.kind === 'blocked') return was.finding.kind === 'blocked' ? [] : now.finding.problems.map(({ what }) => plainText(what));
  if (now.finding.kind === 'later')
    return was.finding.kind === 'later'
      ? changeDifferences(changesOf(was.finding), changesOf(now.finding))
      : [`${now.finding.missing} does not exist any more`];
  if (now.finding.kind === 'in-place')
    return was.finding.kind === 'in-place' ? [] : [`${now.title}: this was done by others since (${now.finding.evidence})`];
  if (was.finding.kind !== 'change') return undone(was, now, now.finding.changes);
  return changeDifferences(was.finding.changes, now.finding.changes);
};

const undone = (was: PlannedStep, now: PlannedStep, changes: readonly Change[]): string[] =>
  changes.map(
    (change) =>
      `${nameOf(change)} ${was.finding.kind === 'in-place' ? 'was as wanted' : 'was not known'} and now differs${fieldsText(change)} (${now.title})`,
  );

const changeDifferences = (was: readonly Change[], now: readonly Change[]): string[] => [
  ...now.flatMap((change) => {
    const same = was.find((other) => nameOf(other) === nameOf(change));
    if (same === undefined) return [`${nameOf(change)} now has to be ${PARTICIPLES[change.action]} too${fieldsText(change)}`];
    if (same.action !== change.action)
      return [`${nameOf(change)} was to be ${PARTICIPLES[same.action]} and now has to be ${PARTICIPLES[change.action]}${fieldsText(change)}`];
    return fieldDifferences(same, change);
  }),
  ...was.filter((change) => !now.some((other) => nameOf(other) === nameOf(change))).map((change) => `${nameOf(change)} needs no change any more`),
];

const fieldDifferences = (was: Change, now: Change): string[] => {
  const before = new Map(was.fields.map((field) => [field.path, field]));
  const changed = now.fields.filter((field) => contentOf(before.get(field.path)) !== contentOf(field));
  const still = new Set(now.fields.map(({ path }) => path));
  const gone = was.fields.filter(({ path }) => !still.has(path));
  return [
    ...changed.map((field) => `${nameOf(now)}: ${fieldText(field)}`),
    ...gone.map(({ path }) => `${nameOf(now)}: ${path} needs no change any more`),
  ];
};

/** The approved creation of an object covers every later touch of it: an interrupted apply leaves it half made. */
const beyond = (allowed: readonly Change[], change: Change): string[] => {
  const same = allowed.filter((other) => sameObject(other, change));
  if (same.length === 0) return [`${nameOf(change)} now has to be ${PARTICIPLES[change.action]} too${fieldsText(change)}`];
  if (same.some(({ action }) => action === 'create' || action === 'install')) return [];
  if (!same.some(({ action }) => action === change.action))
    return [`${nameOf(change)} now has to be ${PARTICIPLES[change.action]}${fieldsText(change)}`];
  const allowedFields = same.flatMap(({ fields }) => fields);
  // What is done only if others did not is told without the values that they may have left.
  const anyValue = new Set([
    ...allowedFields.filter(({ later }) => later !== undefined).map(({ path }) => path),
    ...same.filter(({ onlyIf }) => onlyIf !== undefined).flatMap(({ fields }) => fields.map(({ path }) => path)),
  ]);
  const wanted = new Set(allowedFields.map(contentOf));
  return change.fields
    .filter((field) => !anyValue.has(field.path) && !wanted.has(contentOf(field)))
    .map((field) => `${nameOf(change)}: ${fieldText(field)}`);
};

const contentOf = (field: FieldChange | undefined): string => canonicalJson([field?.path, field?.to ?? null, field?.later]);

const PARTICIPLES = {
  create: 'created',
  change: 'changed',
  delete: 'deleted',
  install: 'installed',
  restart: 'restarted',
  run: 'run',
} as const satisfies Record<Change['action'], string>;

/** 'Helm release kubedb' is the object of 'Helm release kubedb v2026.2.26' too. */
const sameObject = (a: Change, b: Change): boolean =>
  a.cluster === b.cluster && (a.object === b.object || a.object.startsWith(`${b.object} `) || b.object.startsWith(`${a.object} `));

const nameOf = ({ cluster, object }: Change): string => `${object} on ${cluster}`;

const fieldsText = ({ fields }: Change): string =>
  fields.length === 0 ? '' : `: ${fields.slice(0, 3).map(fieldText).join(', ')}${fields.length > 3 ? ', …' : ''}`;

const fieldText = ({ path, from, to, later }: FieldChange): string =>
  later !== undefined
    ? `${path} is to become the ${later}`
    : from === undefined
      ? `${path} is to become ${valueText(to)}`
      : `${path} is ${valueText(from)}, wanted is ${valueText(to)}`;

const valueText = (value: unknown): string => {
  if (value === undefined) return 'absent';
  return cut(canonicalJson(value), 80);
};
