import { DNS } from './problems/dns.ts';
import { KUBEDB } from './problems/kubedb.ts';
import { KUBESLICE } from './problems/kubeslice.ts';
import { OCM } from './problems/ocm.ts';
import { POSTGRES } from './problems/postgres.ts';
import { PREFLIGHT } from './problems/preflight.ts';
import { REACHING } from './problems/reaching.ts';
import { RUNS } from './problems/runs.ts';
import { WANTED } from './problems/wanted.ts';
import { WRITING } from './problems/writing.ts';
import type { Offer } from './offer.ts';
import type { TerminalLine } from './terminal.ts';
import { joined, plainText, type Phrase, sourceOf, type Text, time, user } from './text.ts';

/**
 * What is wrong and what to do about it, as a person reads it. The code is stable and explained in docs/problems/; the sentence,
 * the evidence and the remedy are written where the fact is known.
 */
export interface Problem {
  /** PGD-nnn, an entry of PROBLEMS. */
  readonly code: ProblemCode;
  /** The cluster that it is about, where that is not the step's own. */
  readonly cluster?: string;
  /** One sentence: activity, object, cluster. */
  readonly what: Text;
  /** What was seen: condition, event, log line, answer; one entry per fact. Words of others, never markup. */
  readonly evidence: readonly string[];
  /** What the person should do next. */
  readonly remedy: Text;
  /** How that is done; absent: by words alone, since only a person outside can. What is stored may be of an older or newer pgdist: an unknown kind is words. */
  readonly means?: Means;
}

/** deploy: pgdist does it, through a plan and its approval. terminal: lines to type, in their order; what they need from standard input is whole. */
type Means = { readonly kind: 'deploy' } | { readonly kind: 'terminal'; readonly lines: readonly TerminalLine[] };

/** What to do, and how. */
export type Remedy = Pick<Problem, 'remedy' | 'means'>;
export const byDeploy = (remedy: Text): Remedy => ({ remedy, means: { kind: 'deploy' } });
export const byTyping = (remedy: Text, ...lines: readonly TerminalLine[]): Remedy => ({ remedy, means: { kind: 'terminal', lines } });
/** Only a person outside can do it. */
export const byWords = (remedy: Text): Remedy => ({ remedy });
/** Each of them, in its order; what several say is said once. */
export const together = (remedies: readonly Remedy[]): Remedy => {
  const lines = remedies.flatMap(({ means }) => (means?.kind === 'terminal' ? means.lines : []));
  const words = remedies.map((one) => one.remedy);
  const remedy = joined(
    words.filter((one, at) => words.findIndex((other) => plainText(other) === plainText(one)) === at),
    ' ',
  );
  return lines.length === 0 ? byWords(remedy) : byTyping(remedy, ...lines);
};

/**
 * What stands behind each code, by area: 00x reachability, 01x preflight, 02x OCM, 03x KubeSlice, 04x licence and KubeDB, 05x DNS (056 and 057: what is wanted and not done), 06x and 07x Postgres,
 * 08x and 09x pgdist itself.
 */
export const PROBLEMS = { ...REACHING, ...PREFLIGHT, ...OCM, ...KUBESLICE, ...KUBEDB, ...DNS, ...WANTED, ...POSTGRES, ...WRITING, ...RUNS };
export type ProblemCode = keyof typeof PROBLEMS;
export const isProblemCode = (word: string): word is ProblemCode => Object.hasOwn(PROBLEMS, word);

/**
 * The first of each code and sentence: where one thing is wrong, every step that needs it says so. Of a cluster whose user lacks rights only the first,
 * which names them all.
 */
export const distinctProblems = (problems: readonly Problem[]): Problem[] =>
  problems.filter((problem, index) => problems.findIndex((other) => isSame(other, problem)) === index);

const isSame = (a: Problem, b: Problem): boolean =>
  a.code === b.code && (a.what === b.what || (a.code === 'PGD-002' && a.cluster !== undefined && a.cluster === b.cluster));

/** Names a person in a sentence for people. */
export const userToken = (userId: string): Phrase => user(userId);
/** An instant in a sentence for people. */
export const timeToken = (iso: string): Phrase => time(iso);

/** Thrown where a person must act. */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError';
  readonly problems: readonly [Problem, ...Problem[]];
  constructor(...problems: readonly [Problem, ...Problem[]]) {
    super(plainText(problems[0].what));
    this.problems = problems;
  }
}

/** Thrown where an object is being deleted: that ends by itself as a rule, so who waits for health goes on. */
export class LeavingError extends ProblemError {
  override readonly name = 'LeavingError';
}

/** Thrown where trying again may help: network resets, 429, conflicts of resourceVersion. The step runner retries with back-off. */
export class TransientError extends Error {
  override readonly name: string = 'TransientError';
}

/** Thrown where trying again may help, by who knows what it is where it does not: that is told then. */
export class PassingProblemError extends TransientError {
  override readonly name = 'PassingProblemError';
  readonly problem: Problem;
  constructor(problem: Problem, why: string) {
    super(why);
    this.problem = problem;
  }
}

/** Thrown for the asker alone: bad input, no permission, already decided. The sentence is told as it is, followed by the link; `message` holds its markup. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly text: Text;
  readonly link: { readonly text: string; readonly url: string } | undefined;
  /** Absent: nothing is offered. */
  readonly offer: Offer | undefined;
  constructor(text: Text, link?: { text: string; url: string }, offer?: Offer) {
    super(sourceOf(text));
    this.text = text;
    this.link = link;
    this.offer = offer;
  }

  /** The same refusal in other words. */
  saying(text: Text): UserError {
    return new (this.constructor as typeof UserError)(text, this.link, this.offer);
  }
}

/** Thrown for the asker alone where what came of a request cannot be found out now: it may have been done. Says where it will be seen. */
export class NotKnownError extends UserError {
  override readonly name = 'NotKnownError';
}

/** Thrown by check where the answer needs something that does not exist yet; the runner makes `later` or `blocked` of it. */
export class NotYetError extends Error {
  override readonly name: string = 'NotYetError';
  /** What is missing, with its cluster: 'Service kubeslice-system/kubeslice-dns on tokyo'. */
  readonly missing: string;
  constructor(missing: string) {
    super(`${missing} does not exist yet`);
    this.missing = missing;
  }
}
