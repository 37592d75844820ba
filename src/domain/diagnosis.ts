import { CONSEQUENCES, DANGERS, EXPLANATIONS, UNHEARD, UNKNOWNS } from './explanations.ts';
import { problemsIn } from './finding.ts';
import type { Problem, ProblemCode } from './problem.ts';
import type { Answer } from './run.ts';
import { plainText, type Text, told } from './text.ts';

type Row = Answer['verdicts'][number];

/** One thing that is wrong, with every step at which it was seen. */
export interface Trouble {
  readonly problem: Problem;
  readonly cluster: string;
  /** Title of the first step that told it, in the procedure's order. */
  readonly hop: string;
}

/** A hop that was looked at and holds: the cause is not there. */
interface RuledOut {
  /** Title of the step. */
  readonly hop: string;
  readonly cluster: string;
  /** What was seen. */
  readonly evidence: string;
  /** ISO instant of the look. */
  readonly askedAt: string;
}

/** What is seen may follow from a hop that nobody could ask: whether it is a cause of its own is not known. */
interface Undecided extends Trouble {
  /** The next check to make. */
  readonly check: Text;
}

/** What the hops of one look come to. */
export interface Diagnosis {
  /** Told before everything else, cause or not. */
  readonly danger: readonly Trouble[];
  /** The first broken hop that no other explains; absent where nothing is broken, and where that cannot be told. */
  readonly cause?: Trouble;
  /** What the cause explains, and what that explains. */
  readonly follows: readonly Trouble[];
  /** Broken as well, and not because of the cause. */
  readonly also: readonly Trouble[];
  /** Broken, and the evidence does not decide whether because of what was not asked. */
  readonly undecided: readonly Undecided[];
  /** In the procedure's order. */
  readonly ruledOut: readonly RuledOut[];
  /** What holds and has a word beside it: 'slot debezium has no reader …'. */
  readonly warnings: readonly string[];
  /** Hops that were looked at and hold. */
  readonly hold: number;
  /** Hops that could not be looked at. */
  readonly unasked: number;
  /** Every hop of the procedure, looked at or not: the one denominator. */
  readonly all: number;
}

/** Finds the one cause among the verdicts of a look, which come in the procedure's order. */
export const diagnose = ({ verdicts, notAsked = 0, late }: Pick<Answer, 'verdicts' | 'notAsked' | 'late'>): Diagnosis => {
  const broken = distinct(verdicts);
  const danger = broken.filter(({ problem }) => DANGERS.includes(problem.code));
  const others = broken.filter((trouble) => !danger.includes(trouble));
  // What follows from a danger is no cause beside it.
  const free = others.filter((trouble) => !danger.some((one) => explains(one, trouble, true)));
  const found = free.filter((trouble) => !others.some((other) => explains(other, trouble, others.indexOf(other) < others.indexOf(trouble))));
  const roots = found.length > 0 ? found : free.slice(0, 1);
  const undecided = roots.flatMap((trouble): Undecided[] => {
    const check = nextCheck(trouble, { verdicts, notAsked, ...(late === undefined ? {} : { late }) });
    return check === undefined ? [] : [{ ...trouble, check }];
  });
  const [cause, ...also] = roots.filter(({ problem }) => !undecided.some((one) => one.problem === problem));
  return {
    danger,
    ...(cause === undefined ? {} : { cause }),
    follows: others.filter((trouble) => !roots.includes(trouble)),
    also,
    undecided,
    ruledOut: verdicts.flatMap(({ title: hop, cluster, verdict, askedAt }) =>
      verdict.healthy ? [{ hop, cluster, evidence: verdict.evidence, askedAt }] : [],
    ),
    warnings: [...new Set(verdicts.flatMap(({ verdict }) => verdict.warnings ?? []))],
    hold: verdicts.filter(({ verdict }) => verdict.healthy).length,
    unasked: verdicts.filter(({ verdict }) => !verdict.healthy && isUnasked(verdict.problem)).length + notAsked,
    all: verdicts.length + notAsked,
  };
};

/** Danger first, then the cause, then what is broken besides, then what nobody can place, then what follows. */
export const ranked = ({ danger, cause, also, undecided, follows }: Diagnosis): readonly Trouble[] => [
  ...danger,
  ...(cause === undefined ? [] : [cause]),
  ...also,
  ...undecided,
  ...follows,
];

/** Folder of the steps that tell the problems of a tenner of codes. */
const AREAS: Readonly<Record<string, string>> = {
  '00': 'preflight',
  '01': 'preflight',
  '02': 'ocm',
  '03': 'kubeslice',
  '04': 'kubedb',
  '05': 'coredns',
  '06': 'postgres',
  '07': 'postgres',
};
/** Codes that are in another tenner than their area's, which was full. */
const AREA_OF: Readonly<Partial<Record<ProblemCode, string>>> = { 'PGD-027': 'kubeslice', 'PGD-054': 'postgres' };
const areaOf = (code: ProblemCode): string => AREA_OF[code] ?? AREAS[code.slice(4, 6)] ?? '';

/** What would decide whether this is a cause; undefined where it is one, for nothing before it that was not heard could explain it. */
const nextCheck = (trouble: Trouble, { verdicts, notAsked = 0, late }: Pick<Answer, 'verdicts' | 'notAsked' | 'late'>): Text | undefined => {
  const { code } = trouble.problem;
  if (UNKNOWNS.includes(code)) return trouble.problem.remedy;
  if (UNHEARD.includes(code)) return undefined;
  const rows = EXPLANATIONS.filter(({ cause, explains: effects }) => !UNHEARD.includes(cause) && effects.includes(code));
  const couldExplain = (stepId: string, cluster: string): boolean =>
    // That hop asks for rights alone: whatever else was not heard is a hop of its own.
    !stepId.startsWith('preflight/cluster-reachable') &&
    rows.some(({ cause, reach }) => areaOf(cause) === stepId.split('/')[0] && (reach === 'any cluster' || cluster === trouble.cluster));
  const first = verdicts.findIndex(({ verdict }) => problemsIn(verdict).includes(trouble.problem));
  const silent = verdicts.slice(0, first).flatMap(({ stepId, cluster: asked, verdict }) => {
    if (verdict.healthy || !UNHEARD.includes(verdict.problem.code)) return [];
    const cluster = verdict.problem.cluster ?? asked;
    return couldExplain(stepId, cluster) ? [cluster] : [];
  });
  if (silent.length > 0) return told`Bring ${[...new Set(silent)].join(' and ')} back within reach, then ask again: the cause may stand there.`;
  if (late === undefined)
    return notAsked > 0 && rows.length > 0
      ? told`Ask with verify, which takes the time to look at every hop: ${notAsked} gave no answer yet.`
      : undefined;
  const unasked = late.filter(({ stepId, cluster }) => couldExplain(stepId, cluster)).map(({ title }) => title);
  if (unasked.length === 0) return undefined;
  const named = unasked.slice(0, MOST_NAMED).join('; ');
  return told`Ask with verify, which takes the time to look at every hop. No answer yet: ${named}${unasked.length > MOST_NAMED ? ` and ${unasked.length - MOST_NAMED} more` : ''}.`;
};

const MOST_NAMED = 3;

const isUnasked = ({ code }: Problem): boolean => UNHEARD.includes(code) || CONSEQUENCES.includes(code);

/** A silent cluster is one trouble, however many steps met its silence; the same problem told by two steps is one too. */
const distinct = (verdicts: readonly Row[]): Trouble[] => {
  const troubles = new Map<string, Trouble>();
  for (const { verdict, cluster: asked, title } of verdicts) {
    for (const problem of problemsIn(verdict)) {
      const cluster = problem.cluster ?? asked;
      const key = `${problem.code} ${UNHEARD.includes(problem.code) ? cluster : plainText(problem.what)}`;
      if (!troubles.has(key)) troubles.set(key, { problem, cluster, hop: title });
    }
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
