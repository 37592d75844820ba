import { plainText, type Phrase, sourceOf, type Text, time, user } from './text.ts';

/**
 * What is wrong and what to do about it, as a person reads it. The code is stable and documented in docs/problems.md; the sentence,
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
}

/** Stable codes by area: 00x reachability, 01x preflight, 02x OCM, 03x KubeSlice, 04x licence and KubeDB, 05x DNS, 06x Postgres, 09x pgdist itself. Exported for tests. */
export const PROBLEMS = {
  'PGD-001': 'cluster does not answer',
  'PGD-002': 'cluster refused the credentials or the permission',
  'PGD-003': 'two contexts lead to the same cluster',
  'PGD-004': 'cluster stopped answering during a step',
  'PGD-005': 'a credential plugin failed or may not run',
  'PGD-006': 'cluster answered with more than pgdist takes',
  'PGD-010': 'Kubernetes version too old',
  'PGD-011': 'nodes too small',
  'PGD-012': 'storage class missing',
  'PGD-013': 'a needed tool is missing',
  'PGD-014': 'placement of replicas is wrong',
  'PGD-015': 'slice subnet overlaps a network in use',
  'PGD-016': 'name too long or not allowed',
  'PGD-017': 'hub address cannot be reached by spokes',
  'PGD-020': 'OCM hub is not healthy',
  'PGD-021': 'spoke did not join',
  'PGD-022': 'spoke is registered under another name or hub',
  'PGD-023': 'spoke was not accepted',
  'PGD-024': 'work agent does not run with the wanted settings',
  'PGD-025': 'a certificate request in the name of a spoke was not made by its agent',
  'PGD-030': 'KubeSlice controller is not healthy',
  'PGD-031': 'KubeSlice project is not ready',
  'PGD-032': 'gateway node cannot be chosen',
  'PGD-033': 'KubeSlice cluster registration is incomplete',
  'PGD-034': 'KubeSlice worker is not rendered for its cluster',
  'PGD-035': 'KubeSlice worker is not healthy',
  'PGD-036': 'slice configuration was refused',
  'PGD-037': 'tunnel between clusters is down',
  'PGD-038': 'the router of the slice does not run',
  'PGD-039': 'work agents lack their rights on the slice',
  'PGD-040': 'licence cannot be read',
  'PGD-041': 'licence was issued for another cluster',
  'PGD-042': 'licence is not valid at this time',
  'PGD-043': 'KubeDB operator is not healthy',
  'PGD-044': 'petset agent role is missing',
  'PGD-045': 'placement policy was refused',
  'PGD-046': 'namespace is missing on a spoke',
  'PGD-047': 'Postgres object was refused or differs from the configuration',
  'PGD-048': 'Helm release belongs to others or is stuck',
  'PGD-049': 'the installed licence cannot be read',
  'PGD-050': 'DNS of the cluster is managed by others',
  'PGD-051': 'Corefile of the cluster cannot be read',
  'PGD-052': 'slice names do not resolve',
  'PGD-053': 'whether slice names resolve is not known',
  'PGD-060': 'database pods are not running',
  'PGD-061': 'database secret is missing',
  'PGD-062': 'a standby is missing',
  'PGD-063': 'no primary',
  'PGD-064': 'two primaries',
  'PGD-065': 'a standby lags or diverged',
  'PGD-066': 'whether the database takes writes is not known',
  'PGD-067': 'a standby does not replay',
  'PGD-068': 'no synchronous standby',
  'PGD-069': 'writes are refused by a setting',
  'PGD-070': 'database is not deployed',
  'PGD-071': 'transaction ids run out',
  'PGD-080': 'another field manager holds a field',
  'PGD-081': 'another pgdist holds the fleet',
  'PGD-082': 'plan no longer fits',
  'PGD-083': 'an object or kind is missing',
  'PGD-084': 'cluster refused the object',
  'PGD-085': 'an object cannot be read',
  'PGD-088': 'an object is being deleted',
  'PGD-089': 'a dry run brought no verdict',
  'PGD-090': 'step did not finish in time',
  'PGD-091': 'run was given up after its worker crashed again and again',
  'PGD-099': 'a bug in pgdist',
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** The first of each code and sentence: where one thing is wrong, every step that needs it says so. */
export const distinctProblems = (problems: readonly Problem[]): Problem[] =>
  problems.filter((problem, index) => problems.findIndex(({ code, what }) => code === problem.code && what === problem.what) === index);

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

/** Thrown for the asker alone: bad input, no permission, already decided. The sentence is told as it is, followed by the link; `message` holds its markup. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly text: Text;
  readonly link: { readonly text: string; readonly url: string } | undefined;
  constructor(text: Text, link?: { text: string; url: string }) {
    super(sourceOf(text));
    this.text = text;
    this.link = link;
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
