import type { Problem } from '../../../domain/problem.ts';
import { code, type Line, link, prose, renderedSentence, sentence, type Span } from './span.ts';

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
  ...renderedSentence(problem.what, 'bold'),
  ...(problem.evidence.length === 0 ? [] : [' ', ...seen(problem.evidence)]),
  ' → ',
  ...remedy(problem),
];

/** Facts beside each other as one sentence. */
export const seen = (evidence: readonly string[]): Line => prose(sentence(evidence.join('; ')));

export const remedy = (problem: Problem): Line => renderedSentence(problem.remedy);

export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
