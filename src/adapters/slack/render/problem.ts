import type { Fleet } from '../../../domain/fleet.ts';
import type { Problem } from '../../../domain/problem.ts';
import { typedAs } from '../../../domain/terminal.ts';
import { code, type Line, link, prose, renderedSentence, sentence, type Span } from './span.ts';

/** Where docs/problems/ is published, if it is. */
export interface ProblemDocs {
  readonly problemsUrl?: string | undefined;
}

/** The code, linked to its page where that is published; elsewhere `/pgdist help` with the code tells the same. */
export const problemCode = ({ code: of }: Pick<Problem, 'code'>, { problemsUrl }: ProblemDocs = {}): Span =>
  problemsUrl === undefined ? code(of) : link(pageOf(problemsUrl, of), of);

/** Exported for tests. What stands in the place of the code in `slack.problemsUrl`; without it the index is meant, where each code is a heading. */
export const CODE_IN_URL = '{code}';

const pageOf = (url: string, of: string): string => (url.includes(CODE_IN_URL) ? url.replaceAll(CODE_IN_URL, of) : `${url}#${of.toLowerCase()}`);

/** One line of a list: `PGD-041` what. evidence. → remedy */
export const problemLine = (problem: Problem, fleet: Fleet, docs?: ProblemDocs): Line => [
  ...consequenceLine(problem, docs),
  ' → ',
  ...remedy(problem, fleet),
];

/** `PGD-062` what. evidence: of what goes away with its cause, so that nothing has to be done about it. */
export const consequenceLine = (problem: Problem, docs?: ProblemDocs): Line => [
  problemCode(problem, docs),
  ' ',
  ...renderedSentence(problem.what, 'bold'),
  ...(problem.evidence.length === 0 ? [] : [' ', ...seen(problem.evidence)]),
];

/** Facts beside each other as one sentence. */
export const seen = (evidence: readonly string[]): Line => prose(sentence(evidence.join('; ')));

/** The sentence, and the lines for a terminal where there are some. */
export const remedy = ({ remedy: sentence_, means }: Problem, fleet: Fleet): Line => [
  ...renderedSentence(sentence_),
  ...(means?.kind === 'terminal' ? means.lines.flatMap((line): Line => [' ', code(typedAs(line, fleet))]) : []),
];

export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
