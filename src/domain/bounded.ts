import { beginning } from './cut.ts';
import { type Change, changesOf, type Finding } from './finding.ts';
import { withoutGoValues } from './go-values.ts';
import type { PlannedStep } from './plan.ts';
import type { Problem } from './problem.ts';
import { cutSentence, told, type Text } from './text.ts';
import type { Answer, Failure, Run, StepOutcome } from './run.ts';

/**
 * How much of what clusters tell is kept in a run. A run is read whole by every list, every look of a worker and every answer in Slack: 1 MiB is parsed
 * in about 10 ms, and Slack shows less than a hundredth of it. Characters and entries, unless the name says otherwise.
 */
export const RUN_LIMITS = {
  runBytes: 2 ** 20,
  /** JSON of the changes of one step, and of all: a plan that cannot be shown whole must not be approved. */
  changesBytes: 64 * 2 ** 10,
  planBytes: 256 * 2 ** 10,
  /** What is said of one step while and after it runs. */
  outcome: { length: 500, entries: 5 },
  /** Evidence of problems and answers of status and verify; a table of replication has one row per replica. */
  told: { length: 600, entries: 50 },
  problem: { length: 1_000, entries: 10 },
  differences: { length: 500, entries: 50 },
  waiting: 300,
} as const;

/**
 * Of what differs between two objects, so much is looked for: more than a plan shows (`changesBytes`), so that a step of so many changes blocks it. Names of
 * others make the paths: each is written into every path below it.
 */
export const MOST_DIFFERENCES = 10_000;
const PATH_LENGTH = 300;

/** 'spec.replicas'; of endless names only a beginning. */
export const pathBelow = (path: string, key: string): string =>
  path.length >= PATH_LENGTH ? path : cutText(path === '' ? key : `${path}.${key}`, PATH_LENGTH);

/** The path may stand for many. */
export const isCut = (path: string): boolean => path.length >= PATH_LENGTH;

interface Bounds {
  /** Of each text, the mark of the cut included. */
  readonly length: number;
  /** Of each list. */
  readonly entries: number;
}

/** At most so many characters, with … where the rest was; no half of a character. */
export const cutText = (text: string, length: number): string => (text.length <= length ? text : `${beginning(text, length - 1)}…`);

/** Words of others as they are shown: no values as Go prints them, and at most so many characters. */
export const shownText = (text: string, length: number): string => cutText(withoutGoValues(text), length);

/** The same value with its texts as they are shown and its lists ended, at any depth; lists of texts say how many are missing. Exported for tests. */
export const bounded = <T>(value: T, bounds: Bounds): T => cutValue(value, bounds) as T;

/** Fields of a problem that hold a Text. */
const SENTENCES: ReadonlySet<string> = new Set<keyof Problem>(['what', 'remedy']);

const cutValue = (value: unknown, bounds: Bounds): unknown => {
  if (typeof value === 'string') return shownText(value, bounds.length);
  if (Array.isArray(value)) return cutList(value, bounds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, SENTENCES.has(key) ? cutSentence(field as Text, bounds.length) : cutValue(field, bounds)]),
  );
};

const cutList = (list: readonly unknown[], bounds: Bounds): unknown[] => {
  if (list.length <= bounds.entries) return list.map((entry) => cutValue(entry, bounds));
  const kept = list.slice(0, bounds.entries - 1).map((entry) => cutValue(entry, bounds));
  const missing = list.length - kept.length;
  return typeof list[0] === 'string' ? [...kept, `and ${missing} more`] : kept;
};

export const boundedOutcome = (outcome: StepOutcome): StepOutcome => bounded(outcome, RUN_LIMITS.outcome);
/** Exported for tests. */
export const boundedFailure = (failure: Failure): Failure => bounded(failure, RUN_LIMITS.problem);
/** Its rows are steps of ours and all kept. Exported for tests. */
export const boundedAnswer = ({ verdicts, ...answer }: Answer): Answer => ({
  ...answer,
  verdicts: verdicts.map(({ verdict, ...row }) => ({
    ...row,
    verdict: verdict.healthy
      ? bounded(verdict, RUN_LIMITS.told)
      : {
          ...bounded(verdict, RUN_LIMITS.told),
          problem: bounded(verdict.problem, RUN_LIMITS.problem),
          ...(verdict.besides === undefined ? {} : { besides: bounded(verdict.besides, RUN_LIMITS.problem) }),
        },
  })),
});

/**
 * Everything in a run that clusters may have told, within its limits; the rest is configuration and decisions. What is new is redacted before it is cut:
 * half a secret no longer looks like one.
 */
export const boundedRun = (run: Run, before: Run, redact: <T>(value: T) => T): Run => ({
  ...run,
  ...(run.failure === undefined || run.failure === before.failure ? {} : { failure: boundedFailure(redact(run.failure)) }),
  ...(run.answer === undefined || run.answer === before.answer ? {} : { answer: boundedAnswer(redact(run.answer)) }),
  ...(run.replication === undefined || run.replication === before.replication
    ? {}
    : { replication: bounded(redact(run.replication), RUN_LIMITS.told) }),
  ...(run.differences === undefined || run.differences === before.differences
    ? {}
    : { differences: bounded(redact(run.differences), RUN_LIMITS.differences) }),
});

/**
 * The steps of a plan within its limits. Evidence is cut; changes never are, since they are what is approved: a step with more of them than a plan
 * can show blocks it.
 */
export const boundedSteps = (steps: readonly PlannedStep[]): PlannedStep[] => {
  const sizes = steps.map(({ finding }) => JSON.stringify(changesOf(finding)).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const share = total > RUN_LIMITS.planBytes ? RUN_LIMITS.planBytes / steps.length : RUN_LIMITS.changesBytes;
  return steps.map((step, index) => ({ ...step, finding: boundedFinding(step, (sizes[index] ?? 0) > Math.min(share, RUN_LIMITS.changesBytes)) }));
};

const boundedFinding = ({ finding, title, cluster }: PlannedStep, tooLarge: boolean): Finding => {
  if (finding.kind === 'blocked') return bounded(finding, RUN_LIMITS.problem);
  if (finding.kind === 'in-place') return bounded(finding, RUN_LIMITS.outcome);
  const { changes, ...said } = finding;
  if (tooLarge) return { kind: 'blocked', problems: [unshowable(changesOf(finding), title, cluster)] };
  return { ...bounded(said, RUN_LIMITS.outcome), ...(changes === undefined ? {} : { changes }) } as Finding;
};

const unshowable = (changes: readonly Change[], title: string, cluster: string) => {
  const fields = changes.reduce((sum, { fields: changed }) => sum + changed.length, 0);
  return {
    code: 'PGD-006' as const,
    what: told`${cluster} holds more that differs from what is wanted than a plan can show: ${title}`,
    evidence: changes.slice(0, 5).map(({ object }) => cutText(`${object} on ${cluster}`, RUN_LIMITS.outcome.length)),
    remedy: told`Look at what is named on ${cluster}, where ${fields} fields differ, remove what does not belong there and plan again.`,
  };
};
