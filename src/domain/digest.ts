import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import type { Change, Finding } from './finding.ts';
import type { Fleet } from './fleet.ts';
import type { Plan, PlannedStep } from './plan.ts';
import type { RunKind } from './run.ts';

/** What a person approves, beside the findings. Exported for tests. */
export interface PlanRequest {
  readonly kind: RunKind;
  readonly database: Database;
  readonly fleet: Fleet;
  /** Changes with every change of what the steps of a procedure mean. */
  readonly procedureVersion: string;
}

/** JSON with sorted keys and without undefined: equal values give equal text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value)) ?? 'null';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, sorted(field)]),
  );
};

/** sha256 hex of what was promised. What was merely seen (evidence, present values, estimates, times, the order in which checks ended) is not in it. */
export const planDigest = (request: PlanRequest, steps: readonly PlannedStep[]): string => {
  const { kind, database, fleet, procedureVersion } = request;
  const promised = steps.map(({ id, finding }) => ({ id, ...promiseOf(finding) })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return createHash('sha256')
    .update(canonicalJson({ kind, database, fleet, procedureVersion, steps: promised }))
    .digest('hex');
};

/** True when the plan was made by this version of the procedure: what is not recorded is told by the digest, which has it in it. */
export const isOfProcedure = (plan: Plan, { kind, database, fleet }: Omit<PlanRequest, 'procedureVersion'>, procedureVersion: string): boolean =>
  plan.procedureVersion === undefined
    ? planDigest({ kind, database, fleet, procedureVersion }, plan.steps) === plan.digest
    : plan.procedureVersion === procedureVersion;

/** A whole digest: of a part of one, whoever writes what a plan would change can make a second that reads the same. */
export const isDigest = (text: string | undefined): text is string => text !== undefined && /^[0-9a-f]{64}$/.test(text);

const promiseOf = (finding: Finding): { readonly kind: Finding['kind']; readonly changes?: readonly unknown[] } =>
  finding.kind === 'change' || finding.kind === 'later'
    ? { kind: finding.kind, ...(finding.changes === undefined ? {} : { changes: finding.changes.map(wantedOf) }) }
    : { kind: finding.kind };

const wantedOf = ({ cluster, action, object, fields, command, onlyIf }: Change) => ({
  cluster,
  action,
  object,
  command,
  onlyIf,
  fields: fields.map(({ path, to, later }) => ({ path, to, later })).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
});
