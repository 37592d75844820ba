import { diagnose, type Trouble } from './diagnosis.ts';
import { UNHEARD } from './explanations.ts';
import { problemsIn } from './finding.ts';
import type { Problem, ProblemCode } from './problem.ts';
import type { ReplicationTable } from './replication.ts';
import type { Answer } from './run.ts';

/**
 * What a look at a database comes to. unknown: nobody could ask, so that nothing is said about the database. absent: the hub was heard and declares no
 * such database.
 */
export type Standing = 'well' | 'ill' | 'danger' | 'unknown' | 'absent';

/** What is told first of what was found. */
export interface Lead {
  readonly problem: Problem;
  readonly cluster: string;
}

/** One look at a database of the watch, or of whoever asked. */
export interface Look {
  /** ISO instant. */
  readonly at: string;
  readonly standing: Standing;
  /** Absent where it is well. */
  readonly lead?: Lead;
  /** Broken as well, and not because of it. */
  readonly others: number;
  /** The hub declares the database, or one of its servers answered: it was deployed. */
  readonly exists: boolean;
  /** ISO instant at which it began, where somebody says so. */
  readonly began?: string;
}

/** Nobody could be asked, or said nothing of use: no word about the database. */
const NO_WORD: readonly ProblemCode[] = [...UNHEARD, 'PGD-066', 'PGD-090'];

/** What the verdicts of a look come to, with the table that it read. */
export const lookOf = (answer: Answer, table: ReplicationTable | undefined, at: string): Look => {
  const { danger, cause, also } = diagnose(answer);
  const codes = answer.verdicts.flatMap(({ verdict }) => problemsIn(verdict).map(({ code }) => code));
  const found = [...danger, ...(cause === undefined ? [] : [cause]), ...also];
  const heard = found.find(({ problem }) => !NO_WORD.includes(problem.code));
  const first = heard ?? found[0];
  const exists = table !== undefined && (table.primary !== undefined || !UNDECLARED.includes(table.phase));
  const rest = { at, exists, others: Math.max(0, found.length - 1) };
  if (first === undefined) return { ...rest, standing: answer.healthy ? 'well' : 'unknown', exists: exists || answer.healthy };
  const began = beganOf(table);
  const told = { ...rest, lead: leadOf(first), ...(began === undefined ? {} : { began }) };
  if (danger.length > 0) return { ...told, standing: 'danger', exists: true };
  if (codes.includes('PGD-070')) return { ...told, standing: 'absent', exists: false };
  return { ...told, standing: heard === undefined ? 'unknown' : 'ill' };
};

/** Two leads of one key are told as the same thing. */
export const keyOf = ({ problem, cluster }: Lead): string => `${problem.code} ${cluster}`;

/** Of the Postgres object: the hub was not heard, or has none. */
const UNDECLARED: readonly string[] = ['unknown', 'not declared'];

const leadOf = ({ problem, cluster }: Trouble): Lead => ({ problem, cluster });

/** The first replica that somebody says is missing, and since when. */
const beganOf = (table: ReplicationTable | undefined): string | undefined =>
  (table?.rows ?? []).flatMap(({ missingSince }) => missingSince?.at ?? []).toSorted()[0];
