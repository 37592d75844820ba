import type { Problem } from '../../../domain/problem.ts';
import { cut, LIMITS } from '../limits.ts';
import { code, type Line, link, prose, type Span } from './span.ts';

/** Where docs/problems.md is published, if it is. */
export interface ProblemDocs {
  readonly problemsUrl?: string | undefined;
}

/** The code, linked to its section where that is published. */
export const problemCode = ({ code: of }: Pick<Problem, 'code'>, { problemsUrl }: ProblemDocs = {}): Span =>
  problemsUrl === undefined ? code(of) : link(`${problemsUrl}#${of.toLowerCase()}`, of);

/** One line of a list: `PGD-041` what. evidence. → remedy */
export const problemLine = (problem: Problem, docs?: ProblemDocs): Line => [
  problemCode(problem, docs),
  ' ',
  ...prose(sentence(problem.what), 'bold'),
  ...(problem.evidence.length === 0 ? [] : [' ', ...seen(problem.evidence)]),
  ' → ',
  ...remedy(problem),
];

/** Facts beside each other as one sentence. */
export const seen = (evidence: readonly string[]): Line => prose(cut(sentence(evidence.join('; ')), LIMITS.line));

export const remedy = (problem: Problem): Line => prose(sentence(problem.remedy));

/** Ends with a full stop, unless it ends with a mark of its own. */
export const sentence = (text: string): string => (/[.!?…:]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
