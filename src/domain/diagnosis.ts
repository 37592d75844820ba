import { CONSEQUENCES, DANGERS, EXPLANATIONS, UNHEARD } from './explanations.ts';
import type { Problem } from './problem.ts';
import type { Answer } from './run.ts';
import { plainText } from './text.ts';

type Row = Answer['verdicts'][number];

/** One thing that is wrong, with every step at which it was seen. */
export interface Trouble {
  readonly problem: Problem;
  readonly cluster: string;
  /** Title of the first step that told it, in the procedure's order. */
  readonly hop: string;
}

/** What the hops of one look come to. */
export interface Diagnosis {
  /** Told before everything else, cause or not. */
  readonly danger: readonly Trouble[];
  /** The first broken hop that no other explains. */
  readonly cause?: Trouble;
  /** What the cause explains, and what that explains. */
  readonly follows: readonly Trouble[];
  /** Broken as well, and not because of the cause. */
  readonly also: readonly Trouble[];
  /** Hops that were looked at and hold. */
  readonly hold: number;
  /** Hops that could not be looked at. */
  readonly unasked: number;
  /** Every hop of the procedure, looked at or not: the one denominator. */
  readonly all: number;
}

/** Finds the one cause among the verdicts of a look, which come in the procedure's order. */
export const diagnose = ({ verdicts, notAsked = 0 }: Pick<Answer, 'verdicts' | 'notAsked'>): Diagnosis => {
  const broken = distinct(verdicts);
  const danger = broken.filter(({ problem }) => DANGERS.includes(problem.code));
  const others = broken.filter((trouble) => !danger.includes(trouble));
  const roots = others.filter((trouble, at) => !others.some((other, before) => explains(other, trouble, before < at)));
  const [cause = others[0], ...also] = roots;
  const follows = others.filter((trouble) => trouble !== cause && !also.includes(trouble));
  const hold = verdicts.filter(({ verdict }) => verdict.healthy).length;
  const unasked = verdicts.filter(({ verdict }) => !verdict.healthy && isUnasked(verdict.problem)).length + notAsked;
  return { danger, ...(cause === undefined ? {} : { cause }), follows, also, hold, unasked, all: verdicts.length + notAsked };
};

/** Danger first, then the cause, then what is broken besides, then what follows. */
export const ranked = ({ danger, cause, also, follows }: Diagnosis): readonly Trouble[] => [
  ...danger,
  ...(cause === undefined ? [] : [cause]),
  ...also,
  ...follows,
];

const isUnasked = ({ code }: Problem): boolean => UNHEARD.includes(code) || CONSEQUENCES.includes(code);

/** A silent cluster is one trouble, however many steps met its silence; the same problem told by two steps is one too. */
const distinct = (verdicts: readonly Row[]): Trouble[] => {
  const troubles = new Map<string, Trouble>();
  for (const { verdict, cluster: asked, title } of verdicts) {
    if (verdict.healthy) continue;
    const { problem } = verdict;
    const cluster = problem.cluster ?? asked;
    const key = `${problem.code} ${UNHEARD.includes(problem.code) ? cluster : plainText(problem.what)}`;
    if (!troubles.has(key)) troubles.set(key, { problem, cluster, hop: title });
  }
  return [...troubles.values()];
};

const explains = (cause: Trouble, effect: Trouble, isBefore: boolean): boolean => {
  if (cause === effect) return false;
  if (CONSEQUENCES.includes(effect.problem.code)) return isBefore;
  // Of two that explain each other the earlier hop is the cause.
  return isListed(cause, effect) && (isBefore || !isListed(effect, cause));
};

const isListed = (cause: Trouble, effect: Trouble): boolean =>
  EXPLANATIONS.some(
    (row) =>
      row.cause === cause.problem.code &&
      row.explains.includes(effect.problem.code) &&
      (row.reach === 'any cluster' || cause.cluster === effect.cluster),
  );
