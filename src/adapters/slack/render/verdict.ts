import type { Answer, Run } from '../../../domain/run.ts';
import { diagnose, ranked } from '../../../domain/diagnosis.ts';
import { UNHEARD } from '../../../domain/explanations.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { ReplicationTable } from '../../../domain/replication.ts';
import { phrase, type Phrase, type Text, told, within } from '../../../domain/text.ts';
import { namesUpTo } from './database-words.ts';
import { isAmiss, replicationSummary, standbys } from './replication.ts';
import { type Line, prose, sentence } from './span.ts';

/** The answer to 'is it healthy?' as a sentence, and what it rests on. Never healthy while any verdict is not. */
interface VerdictWords {
  readonly verdict: Text;
  readonly healthy: boolean;
  /** Danger first, then the cause, what is broken besides, and what follows. */
  readonly problems: readonly Problem[];
}

export const verdictWords = (run: Run): VerdictWords => {
  const problems = problemsOf(run);
  const table = tableOf(run);
  const name = run.database.name;
  if (run.answer === undefined) return { verdict: told`${name} could not be looked at`, healthy: false, problems };
  const unhealthy = run.answer.verdicts.filter(({ verdict }) => !verdict.healthy);
  if (unhealthy.length === 0 && run.answer.healthy) {
    if (run.kind === 'verify') return { verdict: told`${name} is healthy: all ${run.answer.verdicts.length} steps hold`, healthy: true, problems };
    return { verdict: told`${name} is healthy${table === undefined ? '' : `: ${replicationSummary(table, run.database)}`}`, healthy: true, problems };
  }
  return { verdict: told`${name} ${complaint(run, run.answer, problems, table)}`, healthy: false, problems };
};

const complaint = (run: Run, answer: Answer, problems: readonly Problem[], table: ReplicationTable | undefined): string | Phrase => {
  const codes = problems.map(({ code }) => code);
  if (codes.includes('PGD-064')) return 'has two primaries: stop all writers now';
  if (codes.includes('PGD-063')) return 'has no primary: it takes no writes';
  const unheard = unheardClusters(answer);
  const apart =
    run.kind !== 'status' || table?.primary === undefined ? [] : table.rows.flatMap(({ state, pod }) => (state === 'unheard' ? [pod] : []));
  const missing = missingStandbys(table);
  if (apart.length > 0) {
    const who = unheard.length > 0 ? `${namesUpTo(unheard, NAMES_LENGTH)} cannot be asked` : `nobody could ask ${namesUpTo(apart, NAMES_LENGTH)}`;
    const besides = missing === 0 ? '' : `, and ${missing} of ${standbys(run.database)} standbys ${missing === 1 ? 'is' : 'are'} missing`;
    return `runs, but ${who}: whether ${apart.length === 1 ? apart[0] : `any of these ${apart.length} servers`} takes writes as well is not known${besides}`;
  }
  const stalled = run.kind === 'status' ? problems.find(({ code }) => code === 'PGD-068' || code === 'PGD-069') : undefined;
  if (stalled !== undefined) return phrase`takes no writes: ${within(stalled.what)}`;
  const unjudged = run.kind === 'status' ? problems.find(({ code }) => code === 'PGD-066') : undefined;
  if (unjudged !== undefined) return phrase`cannot be judged: ${within(unjudged.what)}`;
  if (codes.includes('PGD-070')) return 'is not deployed yet';
  // A verify names the cause: what is missing further on follows from it.
  if (run.kind === 'verify') return phrase`needs a look: ${problems[0] === undefined ? 'a step does not hold' : within(problems[0].what)}`;
  const amiss = table?.rows.filter(isAmiss) ?? [];
  if (unheard.length > 0 && table?.primary !== undefined && amiss.every(({ cluster }) => unheard.includes(cluster)))
    return `runs, but ${unheard.join(' and ')} cannot be asked`;
  const standbysAmiss = amiss.filter(({ role }) => role !== 'primary');
  const notKnown = standbysAmiss.filter(({ state }) => state === 'unheard').length;
  if (missing > 0 && table?.primary !== undefined)
    return `needs a look: ${missing} of ${standbys(run.database)} standbys ${missing === 1 ? 'is' : 'are'} missing${notKnown === 0 ? '' : `, ${notKnown} cannot be asked`}`;
  return phrase`needs a look: ${problems[0] === undefined ? 'a step does not hold' : within(problems[0].what)}`;
};

/** A first line on a telephone. */
const NAMES_LENGTH = 60;

const missingStandbys = (table: ReplicationTable | undefined): number =>
  table?.rows.filter((row) => isAmiss(row) && row.role !== 'primary' && row.state !== 'unheard').length ?? 0;

/** Of each the cluster that was silent, which need not be the one that the step is about. */
export const unheardClusters = ({ verdicts }: Answer): readonly string[] => {
  // Hops before the first install are asked of the configuration and the worker as well.
  const heard = verdicts.filter(({ verdict, stage }) => verdict.healthy && stage !== 'Preflight').map(({ cluster }) => cluster);
  const silent = verdicts.flatMap(({ verdict, cluster }) =>
    !verdict.healthy && UNHEARD.includes(verdict.problem.code) ? [verdict.problem.cluster ?? cluster] : [],
  );
  return [...new Set(silent)].filter((cluster) => !heard.includes(cluster));
};

/** The hub's word where it is not what was seen: it hears of pods that come or go for up to two minutes late. */
export const hubsWord = (table: ReplicationTable | undefined): Line | undefined => {
  if (table === undefined || table.phase === 'unknown') return undefined;
  const amiss = table.rows.some(isAmiss);
  if (amiss) return table.phase === 'Ready' ? ['KubeDB still says Ready'] : undefined;
  return table.phase === 'Ready' ? undefined : [`KubeDB still says ${table.phase}, as it hears of ready pods up to two minutes late`];
};

/** What is healthy and has a word beside it, and what ends soon. */
export const worthALook = ({ answer }: Run): Line[] =>
  answer === undefined
    ? []
    : [...diagnose(answer).warnings, ...(answer.ends ?? [])].map((warning): Line => ['Worth a look: ', ...prose(sentence(warning))]);

/** The newest replication table that the run has. */
export const tableOf = (run: Run): ReplicationTable | undefined =>
  run.replication ?? run.answer?.verdicts.flatMap(({ verdict }) => (verdict.replication === undefined ? [] : [verdict.replication])).at(-1);

const problemsOf = ({ answer, failure }: Run): readonly Problem[] => {
  const seen = answer === undefined ? [] : ranked(diagnose(answer)).map(({ problem }) => problem);
  return seen.length > 0 ? seen : (failure?.problems ?? []);
};
